import type { Actor } from '../../model/audit.ts'
import type { Arrival, FirstContact } from '../../model/first-contact.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Log } from '../../model/log.ts'
import { networkOf } from '../../model/network.ts'
import { RecentMap } from '../../model/recent-map.ts'
import { TokenBucket } from '../../model/token-bucket.ts'
import type { Registry } from '../registry.ts'
import { longestSecret } from '../secrets.ts'
import { matchesPattern } from './id-pattern.ts'
import { type ProvisionedPassword, readProvisioned, shortestOwnSecret } from './key-form.ts'
import type { KnownKey } from './keys.ts'
import type { ArrivedDevice, Outcome, WaitingLimits } from './newcomers.ts'

/** What strangers may cost. */
export interface ArrivalLimits extends WaitingLimits {
  /** New devices from one address at once, and each second after that. One address of a carrier may hide a whole delivery. */
  readonly perAddress: number
  readonly perAddressPerSecond: number
  /** Devices that are being looked up or written; beyond, they are told to come again. */
  readonly mostAtOnce: number
  /** A device that was just told to wait is told so again without a look. */
  readonly lookAgainAfterMs: number
}

export const defaultArrivalLimits: ArrivalLimits = {
  mostWaiting: 10_000,
  forgetAfterMs: 30 * 86_400_000,
  perAddress: 10_000,
  perAddressPerSecond: 10,
  mostAtOnce: 5_000,
  lookAgainAfterMs: 15_000,
}

/** So many devices are one transaction. */
const batchSize = 500
const mostRemembered = 50_000
const oneself: Actor = { type: 'gateway', name: 'enrolment' }

interface Pending extends ProvisionedPassword {
  readonly id: DeviceId
  readonly address: string
  readonly promise: Promise<boolean>
  readonly decide: (registered: boolean) => void
}

/** Devices that come with a provisioning key: looked up and written in the background, all that came meanwhile in one transaction. */
export class Arrivals implements FirstContact {
  readonly #registry: Registry
  readonly #limits: ArrivalLimits
  readonly #log: Log
  readonly #now: () => number
  readonly #pending = new Map<DeviceId, Pending>()
  readonly #addresses = new RecentMap<TokenBucket>(10_000)
  /** When a device was last told to wait. */
  readonly #told = new RecentMap<number>(mostRemembered)
  #working: Promise<void> | undefined
  #stopped = false

  constructor(options: { readonly registry: Registry; readonly log: Log; readonly now: () => number; readonly limits?: Partial<ArrivalLimits> }) {
    this.#registry = options.registry
    this.#limits = { ...defaultArrivalLimits, ...options.limits }
    this.#log = options.log
    this.#now = options.now
  }

  arrive(id: DeviceId, password: string, address: string): Arrival | undefined {
    const read = readProvisioned(password)
    if (read === undefined) return undefined
    if (read.own.length < shortestOwnSecret || read.own.length > longestSecret)
      return { message: `the own secret behind the provisioning key has ${read.own.length} characters: expected ${shortestOwnSecret} to ${longestSecret}` }
    const pending = this.#pending.get(id)
    const message = 'its provisioning key is not good for it, or it waits to be approved: citygate enrolment list shows which do'
    if (pending !== undefined) return { message, soon: pending.promise }
    const told = this.#told.get(id)
    if (told !== undefined && Math.abs(this.#now() - told) < this.#limits.lookAgainAfterMs) return { message }
    if (this.#stopped || this.#pending.size >= this.#limits.mostAtOnce) return { message: 'too many devices enrol at once: try again later' }
    if (!this.#bucketOf(address).take()) return { message: 'too many new devices come from this address: try again later' }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#pending.set(id, { ...read, id, address, promise, decide: resolve })
    this.#working ??= this.#work()
    return { message, soon: promise }
  }

  /** Takes no more; resolves when those that came are decided. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  async #work(): Promise<void> {
    // What comes in this turn of the loop is written together.
    await Promise.resolve()
    while (this.#pending.size > 0) {
      const batch = [...this.#pending.values()].slice(0, batchSize)
      const outcomes = await this.#decide(batch)
      for (const { id, decide } of batch) {
        const outcome = outcomes.get(id)
        this.#pending.delete(id)
        if (outcome !== undefined && outcome !== 'registered') this.#told.put(id, this.#now())
        decide(outcome === 'registered')
      }
    }
    // In the same turn in which nobody was left: whoever comes next begins anew.
    this.#working = undefined
  }

  async #decide(batch: readonly Pending[]): Promise<ReadonlyMap<DeviceId, Outcome>> {
    try {
      const keys = await this.#registry.rightKeys(batch)
      const arrived = batch.flatMap(pending => this.#fitting(pending, keys.get(`${pending.keyId}.${pending.keySecret}`)))
      if (arrived.length === 0) return new Map()
      const outcomes = await this.#registry.as(oneself).takeArrivals(arrived, this.#limits)
      for (const outcome of ['used-up', 'full'] as const) this.#tellOf(outcome, arrived, outcomes)
      return outcomes
    } catch (error) {
      this.#log.warn(
        { devices: batch.length, error: error instanceof Error ? error.message : String(error) },
        'new devices could not be looked up; they may come again',
      )
      return new Map()
    }
  }

  #fitting({ id, own, address }: Pending, key: KnownKey | undefined): readonly ArrivedDevice[] {
    if (key === undefined || key.expiresAt <= this.#now() || (key.pattern !== undefined && !matchesPattern(key.pattern, id))) {
      const why = key === undefined ? 'is not known' : key.expiresAt <= this.#now() ? 'is over' : 'is for other ids'
      this.#log.debug({ device: id, address }, `a new device was turned away: its provisioning key ${why}`)
      return []
    }
    return [{ id, own, address, key }]
  }

  #tellOf(outcome: 'used-up' | 'full', arrived: readonly ArrivedDevice[], outcomes: ReadonlyMap<DeviceId, Outcome>): void {
    const turnedAway = arrived.filter(({ id }) => outcomes.get(id) === outcome)
    const [first] = turnedAway
    if (first === undefined) return
    const why =
      outcome === 'full' ? `${this.#limits.mostWaiting} wait already: approve or refuse some` : `the key ${first.key.id} has brought as many as it may`
    this.#log.warn({ devices: turnedAway.length, first: first.id }, `new devices were turned away: ${why}`)
  }

  #bucketOf(address: string): TokenBucket {
    const network = networkOf(address)
    const { perAddress, perAddressPerSecond } = this.#limits
    const bucket = this.#addresses.get(network) ?? new TokenBucket({ burst: perAddress, perSecond: perAddressPerSecond, clock: () => performance.now() })
    this.#addresses.put(network, bucket)
    return bucket
  }
}
