import { chmod, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { citygate, dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'

const SECRET = 'a-secret-of-the-bus-company'
let gateway: GatewayProcess
let good: mqtt.MqttClient

function client(device: string, secret = SECRET): mqtt.MqttClient {
  const opened = mqtt.connect({
    host: '127.0.0.1',
    port: gateway.mqttPort,
    username: device,
    password: secret,
    reconnectPeriod: 0,
    clientId: `${device}-${Math.random()}`,
  })
  opened.on('error', () => undefined)
  return opened
}

function position(fixTimeMs: number, more: object = {}): Buffer {
  return Buffer.from(encodeTelemetry({ bus: { fixTimeMs, latitude: 31.2, longitude: 121.5, ...more } }))
}

async function account(device: string): Promise<{ received: number; stored: number; rejectedBy: Record<string, number>; pending: number; flagged: number }> {
  return gateway.get(`/devices/${device}/account`)
}

beforeAll(async () => {
  gateway = await startGateway()
  for (const id of ['good', 'bad']) {
    const added = await gateway.citygate('device', 'add', '--id', id, '--model', 'citygate-bus-unit', '--org', 'o', '--secret', SECRET)
    expect(added.code).toBe(0)
  }
  const dtu = await gateway.citygate('device', 'add', '--id', 'site', '--model', 'renke-rs-fsxcs-n01', '--org', 'o', '--secret', SECRET)
  expect(dtu.code).toBe(0)
  await vi.waitFor(() => gateway.get('/devices/site'))
  good = client('good')
  await new Promise(resolve => good.once('connect', resolve))
})

afterAll(async () => {
  good?.end(true)
  await gateway?.stop()
})

/** After each misdeed the other bus, on its one connection, still gets its receipts. */
async function othersAreUndisturbed(): Promise<void> {
  expect(good.connected).toBe(true)
  const before = (await account('good')).stored
  await good.publishAsync('up/good/telemetry', position(Date.now() - Math.round(Math.random() * 1e6)), { qos: 1 })
  await expect.poll(async () => (await account('good')).stored).toBe(before + 1)
}

describe('bad input', () => {
  it('accounts a payload that is no protobuf, with its bytes and reason', async () => {
    const bad = client('bad')
    await bad.publishAsync('up/bad/telemetry', Buffer.from('ffffffff', 'hex'), { qos: 1 })
    await expect.poll(() => account('bad').then(of => of.pending + of.received)).toBe(1)
    const { frames } = await gateway.get<{ frames: { reason: string; bytes: string; detail: string }[] }>('/devices/bad/rejected')
    expect(frames[0]?.reason).toMatch(/MALFORMED|TRUNCATED/)
    expect(frames[0]?.bytes).toBe('ffffffff')
    expect(frames[0]?.detail).not.toBe('')
    bad.end(true)
    await othersAreUndisturbed()
  })

  it('accounts a wrong CRC', async () => {
    const site = client('site')
    await site.publishAsync('up/site/modbus', Buffer.from('010301f4000100000103020001ffff', 'hex'), { qos: 1 })
    await expect.poll(() => account('site').then(of => of.rejectedBy)).toEqual({ CRC_MISMATCH: 1 })
    site.end(true)
    await othersAreUndisturbed()
  })

  it('keeps and flags a field outside its range', async () => {
    const bad = client('bad')
    await bad.publishAsync('up/bad/telemetry', position(Date.now(), { speedKmh: 500 }), { qos: 1 })
    await expect.poll(() => account('bad').then(of => of.flagged)).toBe(1)
    const { rows } = await gateway.get<{ rows: { flags?: string[]; values: { speed: number } }[] }>('/devices/bad/readings?from=-1h')
    expect(rows.at(-1)?.values.speed).toBe(500)
    expect(JSON.stringify(rows.at(-1)?.flags)).toContain('speed')
    bad.end(true)
    await othersAreUndisturbed()
  })

  it('refuses a clock that is years off, and says by how much', async () => {
    const bad = client('bad')
    await bad.publishAsync('up/bad/telemetry', position(Date.parse('1999-08-22T00:00:00Z')), { qos: 1 })
    await bad.publishAsync('up/bad/telemetry', position(Date.parse('2046-01-01T00:00:00Z')), { qos: 1 })
    await expect.poll(() => account('bad').then(of => of.rejectedBy.CLOCK_IMPLAUSIBLE)).toBe(2)
    const { frames } = await gateway.get<{ frames: { detail: string }[] }>('/devices/bad/rejected')
    expect(frames[0]?.detail).toContain('ahead of')
    expect(frames[1]?.detail).toContain('1999-08-22')
    bad.end(true)
    await othersAreUndisturbed()
  })

  it('does not let an unknown device or a wrong secret in', async () => {
    for (const stranger of [client('nobody'), client('bad', 'wrong')]) {
      const code = await new Promise(resolve => stranger.once('error', error => resolve('code' in error ? error.code : error.message)))
      expect(code).toBe(4)
      stranger.end(true)
    }
    await expect.poll(() => gateway.output()).toContain('no device "nobody" is registered')
    expect(gateway.output()).not.toContain('wrong"')
    await othersAreUndisturbed()
  })

  it('closes a connection that publishes to the topic of another device, or 10 MB', async () => {
    const before = (await account('good')).received
    for (const [topic, payload] of [
      ['up/good/telemetry', position(Date.now())],
      ['up/bad/telemetry', Buffer.alloc(10 << 20)],
    ] as const) {
      const bad = client('bad')
      await new Promise(resolve => bad.once('connect', resolve))
      const closed = new Promise<void>(resolve => bad.once('close', () => resolve()))
      bad.publish(topic, payload, { qos: 1 })
      await closed
      bad.end(true)
    }
    expect((await account('good')).received).toBe(before)
    const metrics = await (await fetch(`${gateway.http}/metrics`)).text()
    expect(metrics).toMatch(/TOO_LARGE/)
    await othersAreUndisturbed()
  })
})

describe('a bad start', () => {
  it('names a busy port and what to do', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => busy.once('listening', resolve))
    const address = busy.address()
    const port = String(typeof address === 'object' ? address?.port : 0)
    const data = await dataFolder()
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    for (const flags of [
      ['--http', '0', '--mqtt', port],
      ['--http', port, '--mqtt', '0'],
    ]) {
      const result = await citygate(['serve', '--data', data, ...flags])
      expect(result.code).not.toBe(0)
      expect(result.stderr).toContain('PORT_IN_USE')
      expect(result.stderr).toContain(port)
    }
    busy.close()
  })

  it('refuses a second gateway on one data folder', async () => {
    const result = await citygate(['serve', '--data', gateway.data, '--http', '0', '--mqtt', '0'])
    expect(result.code).not.toBe(0)
    expect(result.stderr).toContain('DATA_FOLDER_IN_USE')
  })

  it('names a data folder that cannot be used', async () => {
    const data = await dataFolder()
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    const file = join(data, 'file')
    await writeFile(file, '')
    await chmod(file, 0o400)
    const result = await citygate(['serve', '--data', join(file, 'data'), '--http', '0', '--mqtt', '0'])
    expect(result.code).not.toBe(0)
    expect(result.stderr).toContain('DATA_FOLDER_UNUSABLE')
    expect(result.stderr).not.toContain('    at ')
  })

  it('takes frames while InfluxDB cannot be reached, and says so', async () => {
    const alone = await startGateway({ args: ['--series', 'influx', '--influx-url', 'http://127.0.0.1:9', '--influx-db', 'city'] })
    try {
      await alone.citygate('device', 'add', '--id', 'b', '--model', 'citygate-bus-unit', '--org', 'o', '--secret', SECRET)
      await expect
        .poll(() =>
          alone.get('/devices/b').then(
            () => true,
            () => false,
          ),
        )
        .toBe(true)
      const bus = mqtt.connect({ host: '127.0.0.1', port: alone.mqttPort, username: 'b', password: SECRET })
      await bus.publishAsync('up/b/telemetry', position(Date.now()), { qos: 1 })
      bus.end(true)
      await expect.poll(() => alone.get('/account')).toMatchObject({ received: 1, stored: 0, pending: 1 })
      await expect.poll(() => alone.get<{ status: string }>('/health').then(health => health.status)).toBe('degraded')
      const map = await alone.get<{ features: unknown[] }>('/live?bbox=121,31,122,32')
      expect(map.features).toHaveLength(1)
      const answer = await fetch(`${alone.http}/api/v1/devices/b/readings?from=-1h`)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    } finally {
      await alone.stop()
    }
  })
})
