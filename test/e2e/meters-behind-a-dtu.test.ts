import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { SimulatedDtu } from '../../devices/simulators/dtu/simulated-dtu.ts'
import { linkFleets } from '../../devices/simulators/link-fleets.ts'
import { Cjt188Meter } from '../../devices/simulators/meter/cjt188-meter.ts'
import { Dlt645Meter } from '../../devices/simulators/meter/dlt645-meter.ts'
import { MeterLine } from '../../devices/simulators/meter/meter-line.ts'
import { SerialBus } from '../../devices/simulators/modbus/serial-bus.ts'
import { ModbusUnit } from '../../devices/simulators/modbus/unit.ts'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'

const catalogue = await loadCatalogue()
const volts = {
  sample: (at: number) => ({
    at,
    values: { voltageL1: 231.5, importEnergy: 88.25, exportEnergy: 0, currentL1: 2, activePower: 0.46, powerFactor: 0.99, frequency: 50 },
  }),
}
const water = { sample: (at: number) => ({ at, values: { total: 1234.56 } }) }

interface Latest {
  readonly values: Readonly<Record<string, { readonly value: unknown }>>
}

let gateway: GatewayProcess
let port: number

/** A meter as ours, but for a valve that need not be waited for so long. */
const QUICK = { model: 'quick-valve', valve: { confirmAfter: '500ms' } }

let folder: string

beforeAll(async () => {
  port = await freePort()
  folder = await mkdtemp(join(tmpdir(), 'citygate-models-'))
  const ours = JSON.parse(await readFile(join(import.meta.dirname, '..', '..', 'devices', 'models', 'cjt188-water-meter.json'), 'utf8')) as object
  await writeFile(join(folder, 'quick-valve.json'), JSON.stringify({ ...ours, ...QUICK }))
  gateway = await startGateway({ args: ['--dtu', String(port), '--models', folder] })
})

afterAll(async () => {
  await gateway?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

function entryOf(id: string) {
  const entry = catalogue.model(id)
  if (!entry) throw new Error(`no model ${id}`)
  return entry
}

async function add(id: string, model: string, who: readonly string[], dtu = 'DTU-MIXED-1'): Promise<void> {
  const words = ['--id', id, '--model', model, '--org', 'grid', '--link', `dtu://${dtu}`, ...who, '--models', folder]
  expect(await gateway.citygate('device', 'add', ...words)).toMatchObject({ code: 0 })
}

async function latestOf(device: string, field: string): Promise<unknown> {
  return (await gateway.get<Latest>(`/devices/${device}/latest`).catch(() => undefined))?.values[field]?.value
}

describe('one serial line behind one DTU', () => {
  it('carries Modbus, DL/T 645 and CJ/T 188 meters, and none is in the way of another', async () => {
    await add('unit-1', 'eastron-sdm630', ['--unit', '1'])
    await add('meter-645', 'dlt645-single-phase', ['--address', '202611260007'])
    await add('meter-188', 'cjt188-water-meter', ['--address', '33010112345678'])
    const modbus = new SerialBus({ units: new Map([[1, new ModbusUnit(1, entryOf('eastron-sdm630').model, volts)]]), now: Date.now })
    const meters = new MeterLine({
      meters: [
        new Dlt645Meter({ address: '202611260007', entry: entryOf('dlt645-single-phase'), plant: volts }),
        new Cjt188Meter({ address: '33010112345678', entry: entryOf('cjt188-water-meter'), plant: water }),
      ],
      now: Date.now,
    })
    const said: string[] = []
    const line = {
      join(hear: (bytes: Uint8Array) => void) {
        const parties = [modbus.join(hear), meters.join(hear)]
        return {
          take: (bytes: Uint8Array) => {
            said.push(Buffer.from(bytes).toString('hex'))
            for (const party of parties) party.take(bytes)
          },
          leave: () => {
            for (const party of parties) party.leave()
          },
        }
      },
    }
    const dtu = new SimulatedDtu({ host: '127.0.0.1', port, registration: Buffer.from('DTU-MIXED-1\r\n'), line, redialMs: 500 })
    dtu.start()
    try {
      await vi.waitFor(async () => {
        expect(await latestOf('unit-1', 'voltageL1')).toBeCloseTo(231.5, 3)
        expect(await latestOf('meter-645', 'voltageL1')).toBe(231.5)
        expect(await latestOf('meter-645', 'importEnergy')).toBe(88.25)
        expect(await latestOf('meter-188', 'total')).toBe(1234.56)
      }, 20_000)
      const account = await gateway.get<{ rejected: number }>('/account')
      expect(account.rejected).toBe(0)
      // The time goes to all 645 meters of the line; nobody answers, and the others are read on.
      const told = await gateway.citygate('command', 'meter-645', 'broadcastTime')
      expect(told, told.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('told: sent; no answer is expected') })
      expect(said.some(hex => hex.includes('68999999999999680806'))).toBe(true)
    } finally {
      dtu.stop()
      modbus.stop()
    }
  }, 60_000)
})

describe('a valve behind a DTU', () => {
  it('is closed by an order, which is confirmed once the meter says that it is closed', async () => {
    await add('valve-1', 'quick-valve', ['--address', '33010187654321'], 'DTU-VALVE')
    const meter = new Cjt188Meter({ address: '33010187654321', entry: entryOf('cjt188-water-meter'), plant: water })
    const line = new MeterLine({ meters: [meter], now: Date.now })
    const dtu = new SimulatedDtu({ host: '127.0.0.1', port, registration: Buffer.from('DTU-VALVE\r\n'), line, redialMs: 500 })
    dtu.start()
    try {
      await vi.waitFor(async () => expect(await latestOf('valve-1', 'valveOpen')).toBe(true), 20_000)
      const closed = await gateway.citygate('command', 'valve-1', 'valve', 'closed')
      expect(closed, closed.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('confirmed') })
      expect(meter.valveOpen).toBe(false)
      const refused = await gateway.citygate('command', 'valve-1', 'valve', 'half')
      expect(refused.code).not.toBe(0)
      expect(meter.valveOpen).toBe(false)
    } finally {
      dtu.stop()
    }
  }, 60_000)
})

describe.each(linkFleets.filter(({ id }) => id === 'dlt645' || id === 'cjt188'))('citygate simulate --protocol $id', ({ id }) => {
  it(`dials in as DTUs, and each meter of ${id} is read`, async () => {
    const count = 9
    const simulated = gateway.citygate(
      'simulate',
      '--protocol',
      id,
      '--count',
      String(count),
      '--to',
      `127.0.0.1:${port}`,
      '--data',
      gateway.data,
      '--duration',
      '12',
    )
    await vi.waitFor(async () => {
      const { devices } = await gateway.get<{ devices: { id: string }[] }>('/devices?limit=500')
      const ours = devices.filter(device => device.id.startsWith(`sim-${id}-`))
      expect(ours).toHaveLength(count)
      const stored = await Promise.all(ours.map(async device => (await gateway.get<{ stored: number }>(`/devices/${device.id}/account`)).stored))
      expect(Math.min(...stored)).toBeGreaterThan(0)
    }, 25_000)
    const { code, stdout } = await simulated
    expect(code, stdout).toBe(0)
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')).toMatchObject({ protocol: id })
  }, 60_000)
})
