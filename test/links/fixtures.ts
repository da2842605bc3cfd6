import { electricityMeter } from '../../devices/kinds/electricity-meter.ts'
import type { Catalogue, Device, DeviceDirectory, Model } from '../../gateway/model/device.ts'
import type { Log } from '../../gateway/model/log.ts'

export const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Two values in one block, every 100 ms: the shortest period a model may name. */
export const quickModel: Model = {
  id: 'quick',
  maker: 'test',
  title: { en: 'quick', zh: 'quick' },
  kind: 'electricity-meter',
  protocol: 'modbus',
  source: 'test',
  verified: 'test',
  mapping: { read: { function: 4, every: '100ms' }, points: ['voltageL1', 'voltageL2'].map((field, index) => ({ field, address: 2 * index, type: 'f32' })) },
}

/** A catalogue with only that model: no decoder is needed to poll. */
export const quickCatalogue: Catalogue = {
  kind: () => electricityMeter,
  kinds: () => [electricityMeter],
  model: id => (id === quickModel.id ? { model: quickModel, kind: electricityMeter, decoderFor: () => undefined } : undefined),
  models: () => [],
}

/** A directory that a test changes. */
export class ListedDevices implements DeviceDirectory {
  readonly #devices = new Map<string, Device>()
  readonly #listeners = new Set<() => void>()
  version = 0

  constructor(devices: readonly Device[] = []) {
    for (const device of devices) this.#devices.set(device.id, device)
  }

  get(id: string): Device | undefined {
    return this.#devices.get(id)
  }

  all(): Iterable<Device> {
    return this.#devices.values()
  }

  get size(): number {
    return this.#devices.size
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  add(device: Device): void {
    this.#devices.set(device.id, device)
    this.#changed()
  }

  remove(id: string): void {
    this.#devices.delete(id)
    this.#changed()
  }

  #changed(): void {
    this.version++
    for (const listener of this.#listeners) listener()
  }
}

export function polled(id: string, port: number, unit: number, model = quickModel.id): Device {
  return { id, org: 'test', model, link: { url: `modbus-tcp://127.0.0.1:${port}`, unit } }
}
