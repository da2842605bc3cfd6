import { kinds } from '../../devices/kinds/index.ts'

/** A made-up device of the fake gateway. */
export interface FakeDevice {
  readonly id: string
  readonly org: string
  readonly kind: string
  readonly model: string
  readonly name?: string
  readonly route?: string
  readonly group?: string
  readonly simulated: boolean
  lat: number
  lon: number
  heading?: number
  speed?: number
  /** Event time, milliseconds since the epoch. */
  at: number
  flagged: boolean
  revision: number
  /** Moves by itself. */
  roams: boolean
}

export interface FakeCityOptions {
  readonly buses: number
  readonly meters: number
  readonly worksites: number
  readonly seed?: number
}

/** A FAKE city for tests of the dashboard: nothing here is the gateway's behaviour, only the shape of its answers. */
export class FakeCity {
  readonly devices = new Map<string, FakeDevice>()
  revision = 1
  #random: () => number

  constructor(options: FakeCityOptions) {
    this.#random = mulberry(options.seed ?? 7)
    const make = (id: string, kind: string, model: string, more: Partial<FakeDevice> = {}) => {
      const device = {
        id,
        org: kind === 'bus' ? 'pudong-bus' : 'city-works',
        kind,
        model,
        simulated: true,
        ...this.#place(),
        at: Date.now(),
        flagged: false,
        revision: this.revision,
        roams: kind === 'bus',
        ...more,
      }
      this.devices.set(id, device)
    }
    for (let index = 1; index <= options.buses; index += 1) {
      make(`bus-${String(index).padStart(4, '0')}`, 'bus', 'citygate-bus-unit', {
        name: `沪A-${10_000 + index * 37}`,
        route: `${(index % 7) + 1} 路`,
        heading: this.#random() * 360,
        speed: 20,
        ...(index % 29 === 0 && { at: Date.now() - 20 * 60_000, roams: false }),
        ...(index % 41 === 0 && { flagged: true }),
      })
    }
    for (let index = 1; index <= options.meters; index += 1) {
      const water = index % 3 === 0
      make(`${water ? 'water' : 'meter'}-${index}`, water ? 'water-meter' : 'electricity-meter', water ? 'tuf-2000m' : 'eastron-sdm630')
    }
    for (let index = 1; index <= options.worksites; index += 1) {
      make(`site-${index}`, 'worksite', 'renke-rs-fsxcs-n01', { name: `工地 ${index} 号`, group: 'pudong', flagged: index % 9 === 0 })
    }
  }

  get(id: string): FakeDevice {
    const device = this.devices.get(id)
    if (!device) throw new Error(`the fake city has no ${id}`)
    return device
  }

  /** Drives every bus a second further; answers who moved. */
  drive(): readonly FakeDevice[] {
    const moved = [...this.devices.values()].filter(device => device.roams && device.heading !== undefined)
    for (const bus of moved) {
      if (this.#random() < 0.1) bus.heading = ((bus.heading ?? 0) + (this.#random() - 0.5) * 90 + 360) % 360
      const angle = ((bus.heading ?? 0) / 180) * Math.PI
      this.put(bus, bus.lat + Math.cos(angle) * 0.0001, bus.lon + Math.sin(angle) * 0.00012)
      bus.speed = 20 + this.#random() * 20
    }
    return moved
  }

  /** Puts a device somewhere, with a reading of now. */
  put(device: FakeDevice, lat: number, lon: number): void {
    this.revision += 1
    Object.assign(device, { lat, lon, at: Date.now(), revision: this.revision })
  }

  /** Around the middle of Shanghai, densest there. */
  #place(): { lat: number; lon: number } {
    const bell = () => (this.#random() + this.#random() + this.#random()) / 3 - 0.5
    return { lat: 31.2 + bell() * 0.5, lon: 121.47 + bell() * 0.65 }
  }
}

/** A small seeded generator (mulberry32, public domain), so that every run shows the same city. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A made-up value of a field at a moment: a slow wave inside its range. */
export function fakeValue(kindId: string, field: string, atMs: number): number | boolean | string {
  const definition = kinds.find(kind => kind.id === kindId)?.fields[field]
  if (definition?.type === 'string') return field === 'route' ? '隧道三线' : 'T-0815'
  const wave = Math.sin(atMs / 900_000 + field.length) / 2 + Math.sin(atMs / 130_000) / 10
  if (definition?.type === 'boolean') return wave > 0.3
  if (definition?.counter) return Math.round(atMs / 60_000 - 29_000_000) / 10
  const [low, high] = definition?.range ?? [0, 100]
  const top = Math.min(high, 400)
  const value = Math.max(low, 0) + (top - Math.max(low, 0)) * (0.45 + wave * 0.4)
  return definition?.integer ? Math.round(value) : Math.round(value * 100) / 100
}
