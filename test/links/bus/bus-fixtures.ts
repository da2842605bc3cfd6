import { readResponse } from '../../../devices/protocols/modbus/frame.ts'
import { RtuServer } from '../../../devices/simulators/modbus/rtu-server.ts'
import { type AnsweringUnit, type Conducts, SerialBus } from '../../../devices/simulators/modbus/serial-bus.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import { type LineSettings, lineDefaults } from '../../../gateway/links/bus/line-settings.ts'
import type { Catalogue, Device, Model } from '../../../gateway/model/device.ts'
import type { JournalledFrame } from '../../../gateway/model/frame.ts'
import { ListedDevices, quickCatalogue, quickModel, silent } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'

/** Quick times, so that tests of what happens after time-outs do not take minutes. */
export const quick: LineSettings = {
  ...lineDefaults,
  timeoutMs: 120,
  connectTimeoutMs: 1000,
  firstBackOffMs: 150,
  longestBackOffMs: 600,
  mostUnsynced: 8,
  probeShare: 0.5,
}

/** Of lines on which nothing may time out, however busy the machine is. */
export const patient: Partial<LineSettings> = { timeoutMs: 10_000 }

/** A unit in which every register holds its own address: an answer shows which question it belongs to. */
export function addressUnit(unit: number): AnsweringUnit {
  return {
    answer: pdu => {
      const view = new DataView(pdu.buffer, pdu.byteOffset)
      const [address, count] = [view.getUint16(1), view.getUint16(3)]
      const data = new DataView(new ArrayBuffer(2 * count))
      for (let index = 0; index < count; index++) data.setUint16(2 * index, address + index)
      return readResponse(unit, pdu[0] ?? 0, new Uint8Array(data.buffer))
    },
  }
}

export function addressUnits(...units: readonly number[]): ReadonlyMap<number, AnsweringUnit> {
  return new Map(units.map(unit => [unit, addressUnit(unit)]))
}

/** What a frame of an {@link addressUnit} holds: the address that was asked, and the address that answered. */
export function addressesOf({ payload }: JournalledFrame): { readonly asked: number; readonly answered: number } {
  const view = new DataView(payload.buffer, payload.byteOffset)
  return { asked: view.getUint16(2), answered: view.getUint16(8 + 3) }
}

/** A model of two blocks of the same size, far apart. */
export const twoBlocks: Model = {
  ...quickModel,
  id: 'two-blocks',
  mapping: {
    read: { function: 4, every: '100ms' },
    points: [
      { field: 'voltageL1', address: 0, type: 'f32' },
      { field: 'voltageL2', address: 1000, type: 'f32' },
    ],
  },
}

export function catalogueOf(...models: readonly Model[]): Catalogue {
  return {
    ...quickCatalogue,
    model: id => {
      const model = models.find(each => each.id === id)
      const entry = quickCatalogue.model(quickModel.id)
      return model && entry && { ...entry, model }
    },
  }
}

/** What tests start, to be stopped in the opposite order. */
export class Things {
  readonly #stops: (() => Promise<void> | void)[] = []

  add(stop: () => Promise<void> | void): void {
    this.#stops.push(stop)
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop()
  }

  /** A bus behind a converter that listens on TCP. */
  async bus(
    units: ReadonlyMap<number, AnsweringUnit>,
    conducts?: Conducts,
    port = 0,
  ): Promise<{ readonly bus: SerialBus; readonly server: RtuServer; readonly url: string }> {
    const bus = new SerialBus({ units, now: Date.now, ...(conducts && { conducts }) })
    const server = new RtuServer({ host: '127.0.0.1', port, bus })
    await server.start()
    this.add(async () => {
      await server.stop()
      bus.stop()
    })
    return { bus, server, url: `rtu-tcp://127.0.0.1:${server.port}` }
  }

  /** A master that polls these devices. */
  master(
    devices: readonly Device[],
    options: { readonly models?: readonly Model[]; readonly settings?: Partial<LineSettings>; readonly journal?: MemoryJournal } = {},
  ) {
    const journal = options.journal ?? new MemoryJournal()
    const directory = new ListedDevices(devices)
    const catalogue = catalogueOf(...(options.models ?? [quickModel, twoBlocks]))
    const master = new BusMaster({ directory, catalogue, journal, log: silent, now: Date.now, settings: { ...quick, ...options.settings } })
    master.start()
    this.add(() => master.stop())
    return { master, journal, directory }
  }
}

export function onLine(url: string, unit: number, model = quickModel.id): Device {
  return { id: `unit-${unit}`, org: 'test', model, link: { url, unit } }
}
