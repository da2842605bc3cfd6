import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { MemoryLog } from '../support/log.ts'
import { type RunningProgram, runOn } from '../support/programs.ts'
import { tester } from '../support/tester.ts'

const STATES = 10_000
const CONNECTIONS = 20
const SECRET = 'a-secret-of-the-bus-company'
let gateway: GatewayProcess
const programs: RunningProgram[] = []

/** Every device stands behind one of a few concentrators: ten thousand devices need no ten thousand sockets here. */
async function enrol(data: string): Promise<void> {
  const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
  await registry.start()
  const concentrators = Array.from({ length: CONNECTIONS }, (_, n) => ({
    device: { id: `hub-${n}`, org: 'north', model: 'citygate-bus-unit' },
    secret: SECRET,
  }))
  const buses = Array.from({ length: STATES }, (_, n) => ({
    device: { id: `bus-${n}`, org: 'north', model: 'citygate-bus-unit', behind: `hub-${n % CONNECTIONS}` },
    secret: SECRET,
  }))
  const others = ['south-bus:citygate-bus-unit', 'south-site:citygate-worksite-unit'].map(text => {
    const [id = '', model = ''] = text.split(':')
    return { device: { id, org: 'south', model }, secret: SECRET }
  })
  await registry.as(tester).addDevices([...concentrators, ...buses, ...others])
  await registry.stop()
}

async function publishAs(device: string, messages: readonly (readonly [string, Uint8Array])[]): Promise<void> {
  const client = mqtt.connect({ host: '127.0.0.1', port: gateway.mqttPort, username: device, password: SECRET, clientId: `${device}-${Math.random()}` })
  await Promise.all(messages.map(([topic, payload]) => client.publishAsync(topic, Buffer.from(payload), { qos: 1 })))
  await client.endAsync()
}

function position(speedKmh = 30): Uint8Array {
  return encodeTelemetry({ bus: { fixTimeMs: Date.now(), latitude: 31.2, longitude: 121.5, speedKmh } })
}

async function token(...args: string[]): Promise<string> {
  const { stdout } = await gateway.citygate('token', 'add', ...args, '--json')
  return (JSON.parse(stdout) as { token: string }).token
}

function subscribe(password: string, ...topics: string[]): RunningProgram {
  const filters = topics.flatMap(topic => ['-t', topic])
  const program = runOn('mosquitto_sub', ['-h', '127.0.0.1', '-p', String(gateway.mqttPort), '-u', 'token', '-P', password, '-v', '-q', '1', ...filters])
  programs.push(program)
  return program
}

beforeAll(async () => {
  const data = await dataFolder()
  await enrol(data)
  gateway = await startGateway({ data })
}, 120_000)

afterAll(async () => {
  for (const program of programs) await program.stop()
  await gateway?.stop()
  if (gateway) await rm(gateway.data, { recursive: true, force: true })
})

describe('integrators', () => {
  it('get ten thousand states on one wildcard subscription', async () => {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, hub) =>
        publishAs(
          `hub-${hub}`,
          Array.from({ length: STATES / CONNECTIONS }, (_, n) => [`up/bus-${n * CONNECTIONS + hub}/telemetry`, position()] as const),
        ),
      ),
    )
    await expect.poll(() => gateway.get<{ stored: number }>('/account').then(account => account.stored), { timeout: 20_000 }).toBe(STATES)
    const watcher = subscribe(await token('--org', 'north'), 'city/v1/north/+/+/state')
    await expect.poll(() => new Set(watcher.lines.map(line => line.split(' ')[0])).size, { timeout: 20_000 }).toBe(STATES)
    expect(watcher.lines.every(line => line.startsWith('city/v1/north/bus/bus-'))).toBe(true)
  })

  it('see their own organisation and kind and nothing else', async () => {
    const south = subscribe(await token('--org', 'south'), 'city/v1/#')
    const worksites = subscribe(await token('--org', 'south', '--kind', 'worksite'), 'city/v1/+/+/+/reading')
    const wrong = runOn('mosquitto_sub', ['-h', '127.0.0.1', '-p', String(gateway.mqttPort), '-u', 'token', '-P', 'cgt_no_such', '-t', 'city/v1/#'])
    programs.push(wrong)
    // Readings are not repeated for late subscribers, so publish until both have theirs.
    await expect
      .poll(
        async () => {
          await publishAs('hub-0', [['up/bus-0/telemetry', position(41)]])
          await publishAs('south-bus', [['up/south-bus/telemetry', position(42)]])
          await publishAs('south-site', [['up/south-site/telemetry', encodeTelemetry({ worksite: { timeMs: Date.now(), pm25Ugm3: 12 } })]])
          return south.lines.some(line => line.includes('/south-bus/reading')) && worksites.lines.length > 0
        },
        { timeout: 15_000 },
      )
      .toBe(true)
    expect(south.lines.every(line => line.startsWith('city/v1/south/'))).toBe(true)
    expect(worksites.lines.every(line => line.startsWith('city/v1/south/worksite/south-site/reading '))).toBe(true)
    await expect.poll(() => wrong.lines.join(' ')).toMatch(/[Nn]ot authori[sz]ed|[Bb]ad user name|refused/)
  })

  it('are scoped in the API too', async () => {
    const password = await token('--org', 'south')
    const list = await fetch(`${gateway.http}/api/v1/devices`, { headers: { authorization: `Bearer ${password}` } })
    const { devices } = (await list.json()) as { devices: { id: string }[] }
    expect(devices.map(device => device.id).sort()).toEqual(['south-bus', 'south-site'])
    const foreign = await fetch(`${gateway.http}/api/v1/devices/bus-1/latest`, { headers: { authorization: `Bearer ${password}` } })
    expect(foreign.status).toBe(404)
    const wrong = await fetch(`${gateway.http}/api/v1/devices`, { headers: { authorization: 'Bearer cgt_no_such' } })
    expect(wrong.status).toBe(401)
  })
})
