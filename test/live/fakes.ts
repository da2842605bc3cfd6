import type { Device, DeviceDirectory } from '../../gateway/model/device.ts'
import type { DeviceId } from '../../gateway/model/ids.ts'
import type { Log } from '../../gateway/model/log.ts'
import type { Publisher, Subscription } from '../../gateway/model/publisher.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import { parseTopicFilter } from '../../gateway/model/topic-filter.ts'

/** A message as a broker was handed it. */
export interface Sent {
  readonly topic: string
  readonly payload: Uint8Array | string
  readonly qos: 0 | 1
}

/** A mock of the broker's publisher: remembers what it is handed, for the filters that are subscribed. Deliveries wait while `hold` is set. */
export class MockPublisher implements Publisher {
  readonly sent: Sent[] = []
  readonly filters = new Set<string>()
  questions = 0
  hold: Promise<void> | undefined
  failNext: Error | undefined

  wanted(topic: string): boolean {
    this.questions += 1
    return [...this.filters].some(filter => parseTopicFilter(filter)?.matches(topic))
  }

  wantedBelow(prefix: string): boolean {
    const below = prefix.split('/')
    return [...this.filters].some(filter => {
      const levels = filter.split('/')
      return below.every((level, index) => levels.slice(0, index + 1).includes('#') || levels[index] === '+' || levels[index] === level)
    })
  }

  async publish(topic: string, payload: Uint8Array | string, options?: { readonly qos?: 0 | 1 }): Promise<void> {
    const failure = this.failNext
    this.failNext = undefined
    if (failure) throw failure
    await this.hold
    this.sent.push({ topic, payload, qos: options?.qos ?? 0 })
  }

  /** What was sent since the last call. */
  take(): Sent[] {
    return this.sent.splice(0)
  }
}

/** A mock of a new subscription: collects what it is greeted with. */
export function mockSubscription(filter: string, options: Partial<Pick<Subscription, 'permits' | 'send'>> = {}): Subscription & { readonly got: Sent[] } {
  const got: Sent[] = []
  const send = (topic: string, payload: Uint8Array | string): Promise<boolean> => {
    got.push({ topic, payload, qos: 0 })
    return Promise.resolve(true)
  }
  return { filter, qos: 0, permits: () => true, send, ...options, got }
}

/** A mock of the device directory, in memory. */
export class MockDirectory implements DeviceDirectory {
  readonly #devices = new Map<DeviceId, Device>()
  readonly #listeners = new Set<() => void>()
  version = 0

  get(id: DeviceId): Device | undefined {
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

  put(...devices: readonly Device[]): void {
    for (const device of devices) this.#devices.set(device.id, device)
    this.#changed()
  }

  remove(...ids: readonly DeviceId[]): void {
    for (const id of ids) this.#devices.delete(id)
    this.#changed()
  }

  #changed(): void {
    this.version += 1
    for (const listener of this.#listeners) listener()
  }
}

/** A log that keeps its messages. */
export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep =
    (level: string) =>
    (_: object, message: string): void => {
      lines.push(`${level}: ${message}`)
    }
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
}

/** Noon of a day in the past. */
export const NOON = Date.UTC(2026, 4, 1, 12)

/** A bus's reading. Its receipt is half a second after its time unless told otherwise. */
export function busReading(parts: Partial<Reading> = {}): Reading {
  const at = parts.at ?? NOON
  return {
    device: 'bus-1',
    org: 'pudong-bus',
    kind: 'bus',
    model: 'citygate-bus-unit',
    at,
    sub: 0,
    receivedAt: at + 500,
    values: { speed: 30 },
    flags: {},
    origin: 0,
    ...parts,
  }
}
