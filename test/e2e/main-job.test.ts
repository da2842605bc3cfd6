import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { run, runOn } from '../support/programs.ts'

const PROTO = join(import.meta.dirname, '..', '..', 'proto')
const BUS = 'bus-1'
const SECRET = 'a-secret-of-the-bus-company'
const MODEL = 'citygate-bus-unit'

/** Bytes made without a line of our code: Debian's protoc from the published .proto. */
function encoded(fixTimeMs: number, speed: number): Promise<Buffer> {
  const text = `bus { fix_time_ms: ${fixTimeMs} latitude: 31.2304 longitude: 121.4737 speed_kmh: ${speed} heading_deg: 90 route: "71" satellites: 11 door_open: false }`
  return run('protoc', ['--encode=citygate.telemetry.v1.Telemetry', `--proto_path=${PROTO}`, 'citygate/telemetry/v1/telemetry.proto'], text)
}

/** Published by Debian's client, which ends well only when the PUBACK has come. */
function publish(gateway: GatewayProcess, payload: Buffer, topic = `up/${BUS}/telemetry`): Promise<Buffer> {
  return run('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(gateway.mqttPort), '-u', BUS, '-P', SECRET, '-q', '1', '-t', topic, '-s'], payload)
}

async function subscriptions(gateway: GatewayProcess): Promise<number> {
  const metrics = await (await fetch(`${gateway.http}/metrics`)).text()
  return Number(/^citygate_mqtt_subscriptions (\d+)$/m.exec(metrics)?.[1])
}

describe.each(['sqlite', 'influx'])('a bus reports to the %s store', store => {
  let influxd: Influxd | undefined
  let gateway: GatewayProcess

  beforeAll(async () => {
    if (store === 'influx') influxd = await startInfluxd()
    gateway = await startGateway({ args: influxd ? ['--series', 'influx', '--influx-url', influxd.url, '--influx-db', 'city'] : [] })
    const added = await gateway.citygate('device', 'add', '--id', BUS, '--model', MODEL, '--org', 'pudong-bus', '--secret', SECRET)
    expect(added).toMatchObject({ code: 0 })
    await vi.waitFor(() => gateway.get(`/devices/${BUS}`))
  })

  afterAll(async () => {
    await gateway?.stop()
    await influxd?.stop()
  })

  it('is in the store, the API, the account, on the map and on the city topics after its receipt', async () => {
    const token = JSON.parse((await gateway.citygate('token', 'add', '--org', 'pudong-bus', '--json')).stdout) as { token: string }
    const before = await subscriptions(gateway)
    const watcher = runOn('mosquitto_sub', [
      '-h',
      '127.0.0.1',
      '-p',
      String(gateway.mqttPort),
      '-u',
      'token',
      '-P',
      token.token,
      '-v',
      '-t',
      'city/v1/pudong-bus/#',
    ])
    try {
      await expect.poll(() => subscriptions(gateway)).toBeGreaterThan(before)
      const at = Date.now() - 1000
      await publish(gateway, await encoded(at, 32.5))
      const iso = new Date(at).toISOString()

      await expect
        .poll(() =>
          gateway.get<{ values: { speed?: { value: number } } }>(`/devices/${BUS}/latest`).then(
            latest => latest.values.speed?.value,
            () => undefined,
          ),
        )
        .toBe(32.5)
      await expect
        .poll(() => gateway.get<{ rows: { at: string }[] }>(`/devices/${BUS}/readings?from=-1h`).then(answer => answer.rows.map(row => row.at)))
        .toEqual([iso])
      const { rows } = await gateway.get<{ rows: { values: Record<string, unknown> }[] }>(`/devices/${BUS}/readings?from=-1h`)
      expect(rows[0]?.values).toMatchObject({ speed: 32.5, heading: 90, route: '71', satellites: 11, doorOpen: false, lat: 31.2304, lon: 121.4737 })
      expect(await gateway.get(`/devices/${BUS}/account`)).toMatchObject({ received: 1, stored: 1, duplicate: 0, rejected: 0, pending: 0 })

      const map = await gateway.get<{ features: { geometry: { coordinates: number[] }; properties: { device: string } }[] }>('/live?bbox=121,31,122,32')
      expect(map.features.map(feature => [feature.properties.device, ...feature.geometry.coordinates])).toEqual([[BUS, 121.4737, 31.2304]])
      await expect.poll(() => watcher.lines.filter(line => line.startsWith(`city/v1/pudong-bus/bus/${BUS}/reading `)).length).toBe(1)
      await expect.poll(() => watcher.lines.some(line => line.startsWith(`city/v1/pudong-bus/bus/${BUS}/state `))).toBe(true)
      const line = watcher.lines.find(each => each.includes('/reading ')) ?? ''
      expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
        device: BUS,
        at: iso,
        values: { speed: 32.5 },
        position: { lat: 31.2304, lon: 121.4737 },
      })
    } finally {
      await watcher.stop()
    }
  })

  it('leaves one point when it sends the same again, and two when two readings share a timestamp', async () => {
    const at = Date.now() - 5000
    const same = await encoded(at, 10)
    await publish(gateway, same)
    await publish(gateway, same)
    await publish(gateway, await encoded(at, 11))
    await expect.poll(() => gateway.get(`/devices/${BUS}/account`)).toMatchObject({ received: 4, stored: 3, duplicate: 1, pending: 0 })
    const iso = new Date(at).toISOString()
    const { rows } = await gateway.get<{ rows: { at: string; values: { speed: number } }[] }>(`/devices/${BUS}/readings?from=-1h`)
    expect(
      rows
        .filter(row => row.at === iso)
        .map(row => row.values.speed)
        .sort((a, b) => a - b),
    ).toEqual([10, 11])
  })

  if (store === 'influx')
    it('prints in the client of InfluxDB itself', async () => {
      const url = new URL(influxd?.url ?? '')
      const query = `SELECT speed, heading, lat, lon FROM bus WHERE device = '${BUS}' AND speed = 32.5`
      const printed = await run('influx', ['-host', url.hostname, '-port', url.port, '-database', 'city', '-precision', 'rfc3339', '-execute', query])
      expect(printed.toString()).toMatch(/32\.5\s+90\s+31\.2304\s+121\.4737|90\s+31\.2304\s+121\.4737\s+32\.5/)
      const tags = await run('influx', ['-host', url.hostname, '-port', url.port, '-database', 'city', '-execute', 'SHOW TAG KEYS FROM bus'])
      expect(tags.toString().split('\n')).toEqual(expect.arrayContaining(['device', 'model', 'org']))
    })
})
