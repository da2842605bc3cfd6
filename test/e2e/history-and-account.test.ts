import { rm } from 'node:fs/promises'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { decodeTile } from '../live/decode-tile.ts'
import { movesOf } from '../live/map-client.ts'
import { accountProblems, gatewayAccountProblems } from '../support/account.ts'
import { citygate, dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'

const SECRET = 'a-secret-of-the-bus-company'
const HOUR = 3_600_000

let data: string
let gateway: GatewayProcess
let bus: MqttClient
const clients: MqttClient[] = []

beforeAll(async () => {
  data = await dataFolder()
  for (const id of ['bus-1', 'bus-2']) {
    const added = await citygate(['device', 'add', '--id', id, '--model', 'citygate-bus-unit', '--org', 'pudong-bus', '--secret', SECRET, '--data', data])
    expect(added).toMatchObject({ code: 0 })
  }
  gateway = await startGateway({ data })
  bus = await connect('bus-1', SECRET)
}, 60_000)

afterAll(async () => {
  for (const client of clients) client.end(true)
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

async function connect(username: string, password: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync({ host: '127.0.0.1', port: gateway.mqttPort, username, password, reconnectPeriod: 0 })
  clients.push(client)
  client.on('error', () => undefined)
  return client
}

function position(
  fixTimeMs: number,
  latitude: number,
  longitude: number,
): { bus: { fixTimeMs: number; latitude: number; longitude: number; speedKmh: number } } {
  return { bus: { fixTimeMs, latitude, longitude, speedKmh: 20 } }
}

async function publish(payload: Uint8Array): Promise<void> {
  await bus.publishAsync('up/bus-1/telemetry', Buffer.from(payload), { qos: 1 })
}

async function account(): Promise<{ received: number; pending: number; stored: number; duplicate: number }> {
  return gateway.get('/devices/bus-1/account')
}

async function settled(received: number): Promise<void> {
  await expect.poll(account, { timeout: 10_000 }).toMatchObject({ received, pending: 0 })
}

describe('a bus that was out of reach for hours', () => {
  it('has its history stored in full, and neither its last state nor the map goes back for it', async () => {
    const token = JSON.parse((await gateway.citygate('token', 'add', '--org', 'pudong-bus', '--json')).stdout) as { token: string }
    await vi.waitFor(() => gateway.get('/devices/bus-1'))
    const watcher = await connect('token', token.token)
    const shown = new Set<string>()
    const states: { at: string; position: { lat: number; lon: number } }[] = []
    watcher.on('message', (topic, payload) => {
      if (topic.startsWith('city/')) states.push(JSON.parse(payload.toString()))
      else {
        const tile = decodeTile(payload)
        for (const { gone, latE6, lonE6 } of tile.marks) if (!gone) shown.add(`${(latE6 / 1e6).toFixed(4)} ${(lonE6 / 1e6).toFixed(4)}`)
        for (const { lat, lon } of movesOf(topic, tile)) shown.add(`${lat.toFixed(4)} ${lon.toFixed(4)}`)
      }
    })
    await watcher.subscribeAsync(['city/v1/pudong-bus/bus/bus-1/state', 'live/v1/pudong-bus/#'])

    const now = Date.now()
    await publish(encodeTelemetry(position(now, 31.23, 121.47)))
    await expect.poll(() => shown.size, { timeout: 10_000 }).toBe(1)
    // Newest first, some of them twice, in one batch and then one by one.
    const history = Array.from({ length: 200 }, (_, n) => position(now - HOUR - n * 60_000, 31.1 + n / 10_000, 121.2 + n / 10_000))
    await publish(encodeTelemetry({ batch: { items: [...history.slice(0, 150), ...history.slice(10, 20)] } }))
    for (const reading of history.slice(140)) await publish(encodeTelemetry(reading))
    await settled(62)
    await publish(encodeTelemetry(position(now + 1, 31.24, 121.48)))
    await expect.poll(() => shown.size, { timeout: 10_000 }).toBe(2)
    await expect.poll(() => states.at(-1)?.position.lat).toBe(31.24)

    expect([...shown].sort()).toEqual(['31.2300 121.4700', '31.2400 121.4800'])
    expect([...new Set(states.map(state => state.position.lat))]).toEqual([31.23, 31.24])
    const { rows } = await gateway.get<{ rows: { at: string; flags?: string[] }[] }>(`/devices/bus-1/readings?from=-5h&limit=1000`)
    expect(rows).toHaveLength(202)
    expect(rows.filter(row => row.flags?.includes('historical'))).toHaveLength(200)
    expect(await gateway.get('/devices/bus-1/latest')).toMatchObject({ at: new Date(now + 1).toISOString(), position: { lat: 31.24 } })
    // Ten frames of history said what the batch had said.
    expect(await account()).toMatchObject({ received: 63, stored: 53, duplicate: 10, pending: 0 })
    expect(await gatewayAccountProblems(gateway)).toEqual([])
  }, 60_000)
})

describe('citygate account', () => {
  it('asks the running gateway, reads the files of one that was killed, and balances', async () => {
    await publish(Buffer.from('no telemetry'))
    await publish(encodeTelemetry(position(Date.now() - 1024 * 7 * 24 * HOUR, 31.2, 121.5)))
    await settled(65)
    const running = await gateway.citygate('account')
    expect(running).toMatchObject({ code: 0, stderr: '' })
    expect(running.stdout).toMatch(/^ +devices +received +stored/)
    expect(running.stdout).toMatch(/^pudong-bus +2 +65 +53 +10 +2 +0 /m)
    expect(running.stdout).toMatch(/read from the gateway at http:/)
    const one = await gateway.citygate('account', 'bus-1')
    expect(one.stdout).toMatch(/CLOCK_IMPLAUSIBLE: event time .* which is 1,024 weeks, a GPS week rollover/)
    expect(await gateway.citygate('account', 'bus-9')).toMatchObject({ code: 1, stderr: expect.stringContaining('DEVICE_UNKNOWN') })

    await gateway.kill('SIGKILL')
    const files = await gateway.citygate('account', '--json')
    expect(files).toMatchObject({ code: 0, stderr: '' })
    const told = JSON.parse(files.stdout)
    expect(told).toMatchObject({ source: expect.stringContaining('the files of'), balances: true, total: { received: 65 } })
    expect(accountProblems({ total: told.total, devices: told.orgs.map((org: { account: object }) => org.account), journalEnd: 65 })).toEqual([])
    expect((await gateway.citygate('account', 'bus-2')).stdout).toMatch(/^bus-2 +0 /m)

    gateway = await startGateway({ data })
    await expect.poll(() => gateway.get('/account'), { timeout: 10_000 }).toMatchObject({ received: 65, stored: 53, rejected: 2, pending: 0 })
    expect(await gatewayAccountProblems(gateway)).toEqual([])
  }, 60_000)

  it('says when there is none', async () => {
    const empty = await dataFolder()
    try {
      expect(await citygate(['account', '--data', empty])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^DATA_FOLDER_UNUSABLE: there is no account yet/),
      })
    } finally {
      await rm(empty, { recursive: true })
    }
  })
})
