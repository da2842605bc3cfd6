/**
 * What asking devices on lines costs. `node test/bench/run.ts --detail bus`. The devices run in a process of their own; the journal keeps nothing, so that the figures are the lines' alone.
 * A plain loop over modbus-serial is measured beside ours in the same run.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import ModbusRTU from 'modbus-serial'
import { electricityMeter } from '../../devices/kinds/electricity-meter.ts'
import { RtuServer } from '../../devices/simulators/modbus/rtu-server.ts'
import { SerialBus } from '../../devices/simulators/modbus/serial-bus.ts'
import { ModbusServer } from '../../devices/simulators/modbus/server.ts'
import { ModbusUnit } from '../../devices/simulators/modbus/unit.ts'
import { BusMaster } from '../../gateway/links/bus/bus-master.ts'
import type { Device, Model } from '../../gateway/model/device.ts'
import type { Frame } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { ListedDevices, quickCatalogue, quickModel, silent } from '../links/fixtures.ts'

const ENDPOINTS = 50
const UNITS_EACH = 10
const VALUES = 30
const BUS_UNITS = 30
const SECONDS = 20
const fields = Object.keys(electricityMeter.fields)
const model: Model = {
  ...quickModel,
  mapping: {
    read: { function: 4, every: '1s' },
    points: Array.from({ length: VALUES }, (_, index) => ({ field: fields[index % fields.length] ?? '', address: 2 * index, type: 'f32' })),
  },
}

interface Ports {
  readonly tcp: readonly number[]
  readonly bus: number
}

if (process.argv[2] === 'devices') await serveDevices()
else await measure()

/** The devices: fifty Modbus TCP servers with ten units each, and a bus with thirty units of which every third is dead. */
async function serveDevices(): Promise<void> {
  const unit = (number: number): ModbusUnit => new ModbusUnit(number, model, { sample: at => ({ at, values: { voltageL1: 230, currentL1: 1.5 } }) })
  const numbers = Array.from({ length: UNITS_EACH }, (_, index) => index + 1)
  const servers = Array.from(
    { length: ENDPOINTS },
    () => new ModbusServer({ host: '127.0.0.1', port: 0, units: new Map(numbers.map(number => [number, unit(number)])), now: Date.now }),
  )
  for (const server of servers) await server.start()
  const bus = new SerialBus({
    units: new Map(Array.from({ length: BUS_UNITS }, (_, index) => [index + 1, unit(index + 1)])),
    now: Date.now,
    conducts: number => (number % 3 === 0 ? { silent: true } : { afterMs: 15 }),
  })
  const rtu = new RtuServer({ host: '127.0.0.1', port: 0, bus })
  await rtu.start()
  process.send?.({ tcp: servers.map(server => server.port), bus: rtu.port })
  process.on('disconnect', () => process.exit(0))
}

async function measure(): Promise<void> {
  const devices = fork(import.meta.filename, ['devices'])
  const [ports] = (await once(devices, 'message')) as [Ports]
  try {
    await ours(ports)
    await modbusSerial(ports)
    await deadUnits(ports)
  } finally {
    devices.disconnect()
  }
}

/** A journal that counts by device and keeps nothing. */
function countingJournal(): { readonly journal: Journal; readonly counts: Map<string, number> } {
  const counts = new Map<string, number>()
  const journal: Journal = {
    start: 0,
    end: 0,
    append: ({ device }: Frame) => {
      counts.set(device, (counts.get(device) ?? 0) + 1)
      return 0
    },
    synced: () => Promise.resolve(),
    read: () => Promise.resolve([]),
    whenPast: () => Promise.resolve(),
    condition: { state: 'normal', bytes: 0, budgetBytes: 1, segments: 1, unsynced: 0 },
  }
  return { journal, counts }
}

function master(devices: readonly Device[]): { readonly master: BusMaster; readonly counts: Map<string, number> } {
  const { journal, counts } = countingJournal()
  const catalogue = { ...quickCatalogue, model: () => ({ model, kind: electricityMeter, decoderFor: () => undefined }) }
  return { master: new BusMaster({ directory: new ListedDevices(devices), catalogue, journal, log: silent, now: Date.now }), counts }
}

async function ours({ tcp }: Ports): Promise<void> {
  const devices = tcp.flatMap((port, line) =>
    Array.from({ length: UNITS_EACH }, (_, index) => ({
      id: `line-${line}-unit-${index + 1}`,
      org: 'bench',
      model: model.id,
      link: { url: `modbus-tcp://127.0.0.1:${port}`, unit: index + 1 },
    })),
  )
  const { master: lines, counts } = master(devices)
  lines.start()
  await delay(3000)
  const before = total(counts)
  const cpu = process.cpuUsage()
  await delay(1000 * SECONDS)
  const used = process.cpuUsage(cpu)
  const slips = lines.lines().map(line => line.slipP99Ms)
  report('lines', (total(counts) - before) * VALUES, used, Math.max(...slips))
  await lines.stop()
}

/** What one writes first: for each endpoint a loop that reads all its units once a second. */
async function modbusSerial({ tcp }: Ports): Promise<void> {
  const slips: number[] = []
  let values = 0
  let counting = false
  let over = false
  const loop = async (port: number): Promise<void> => {
    const client = new ModbusRTU.default()
    await client.connectTCP('127.0.0.1', { port })
    client.setTimeout(1000)
    for (let due = performance.now(); !over; due += 1000) {
      await delay(Math.max(0, due - performance.now()))
      for (let unit = 1; unit <= UNITS_EACH; unit++) {
        if (counting) slips.push(performance.now() - due)
        client.setID(unit)
        const { buffer } = await client.readInputRegisters(0, 2 * VALUES)
        if (counting) values += buffer.length / 4
      }
    }
    await new Promise<void>(resolve => client.close(() => resolve()))
  }
  const loops = tcp.map(loop)
  await delay(3000)
  counting = true
  const cpu = process.cpuUsage()
  await delay(1000 * SECONDS)
  counting = false
  const used = process.cpuUsage(cpu)
  over = true
  await Promise.all(loops)
  slips.sort((a, b) => a - b)
  report('modbus-serial loop', values, used, slips[Math.floor(0.99 * slips.length)] ?? 0)
}

/** Ten of thirty units dead, each asked once a second, answers after 15 ms. The first twenty seconds, in which the dead are found, count apart. */
async function deadUnits({ bus }: Ports): Promise<void> {
  const devices = Array.from({ length: BUS_UNITS }, (_, index) => ({
    id: `unit-${index + 1}`,
    org: 'bench',
    model: model.id,
    link: { url: `rtu-tcp://127.0.0.1:${bus}`, unit: index + 1 },
  }))
  const { master: lines, counts } = master(devices)
  lines.start()
  const live = devices.filter((_, index) => (index + 1) % 3 !== 0).map(({ id }) => id)
  for (const phase of ['at first', 'then', 'then']) {
    const before = new Map(counts)
    await delay(1000 * SECONDS)
    const kept = live.map(id => ((counts.get(id) ?? 0) - (before.get(id) ?? 0)) / SECONDS)
    const mean = kept.reduce((sum, part) => sum + part, 0) / kept.length
    const [line] = lines.lines()
    console.log(
      `10 of 30 units dead, ${phase}: live units keep ${(100 * mean).toFixed(1)} % of their period (worst ${(100 * Math.min(...kept)).toFixed(1)} %), line busy ${Math.round(100 * (line?.utilisation ?? 0))} %, slip p99 ${line?.slipP99Ms} ms`,
    )
  }
  await lines.stop()
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

function report(name: string, values: number, { user, system }: NodeJS.CpuUsage, slipP99Ms: number): void {
  console.log(
    `${name}: ${Math.round(values / SECONDS)} values/s, ${((user + system) / values).toFixed(2)} µs CPU a value (${Math.round((user + system) / 10_000 / SECONDS)} % of a core), slip p99 ${slipP99Ms.toFixed(1)} ms`,
  )
}
