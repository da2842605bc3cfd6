import type { AttemptWatch } from './attempt-watch.ts'
import { networkOf } from './network.ts'
import { RecentMap } from './recent-map.ts'
import { TokenBucket } from './token-bucket.ts'

/** When sign-ins with wrong secrets are not looked at any more. */
export interface AttemptRules {
  /** Wrong ones in a row, with one name from one address, before the two together are locked. */
  readonly wrongsBeforeLock: number
  /** The first lock; each wrong one after it doubles the time. */
  readonly firstLockMs: number
  readonly longestLockMs: number
  /** Wrong ones from one address, with whatever names, that are looked at in a row, and so many more each second. */
  readonly wrongsPerAddress: number
  readonly wrongsPerAddressPerSecond: number
  /** Wrong ones with one name, from wherever, before the answers to further ones come late: 100 ms, then twice that with each. */
  readonly wrongsBeforeDelay: number
  readonly longestDelayMs: number
  /** A name or pair with which nothing was wrong for so long begins anew. */
  readonly forgetAfterMs: number
  /** Entries of each table; beyond, the oldest is forgotten. */
  readonly entries: number
}

/** For devices and tokens: their secrets cannot be guessed, so what is bounded is the trouble that wrong ones make. One carrier address may hide ten thousand devices. */
export const deviceAttemptRules: AttemptRules = {
  wrongsBeforeLock: 10,
  firstLockMs: 10_000,
  longestLockMs: 300_000,
  wrongsPerAddress: 1_000,
  wrongsPerAddressPerSecond: 10,
  wrongsBeforeDelay: 20,
  longestDelayMs: 5_000,
  forgetAfterMs: 900_000,
  entries: 50_000,
}

/** For people: their passwords may be poor ones. */
export const personAttemptRules: AttemptRules = {
  wrongsBeforeLock: 5,
  firstLockMs: 30_000,
  longestLockMs: 900_000,
  wrongsPerAddress: 50,
  wrongsPerAddressPerSecond: 0.1,
  wrongsBeforeDelay: 10,
  longestDelayMs: 10_000,
  forgetAfterMs: 3_600_000,
  entries: 50_000,
}

/** A sign-in that may be looked at. It counts as wrong until it is told right, so that a thousand at one time are not a thousand guesses. */
export interface Attempt {
  readonly allowed: true
  /** How long the answer should wait if it is wrong (or before a costly check is begun). 0 for a name that has been right from this address. */
  readonly delayMs: number
  /** The secret was looked at and is wrong: it is counted already, and now told to whoever watches. */
  wrong(): void
  /** The secret was right. */
  right(): void
  /** It could not be looked at (a store did not answer): it counts as if it had not been made. */
  withdraw(): void
}

/** A sign-in that is refused without a look at its secret. */
export interface Locked {
  readonly allowed: false
  /** `name`: this name from this address; `address`: this address with names that have never been right from there. */
  readonly by: 'name' | 'address'
  readonly retryAfterMs: number
}

/** What wrong sign-ins have led to. */
export interface AttemptFigures {
  /** Now: names locked for an address, addresses whose wrong ones are not looked at, and names that are answered late. */
  readonly lockedNames: number
  readonly lockedAddresses: number
  readonly slowedNames: number
  /** Since the start: locks, and sign-ins refused because of one. */
  readonly locks: number
  readonly refused: number
}

interface Wrongs {
  count: number
  at: number
  lockedUntil: number
}

/**
 * Counts wrong sign-ins by name and address, and says which are looked at.
 *
 * What locks is the name together with the address, never the name alone: whoever knows the name of a device can lock it for his own address, and the device signs in from its own. A
 * name that is tried from many addresses is slowed down for those, not locked. An address that tries many names is locked for all names but those that have been right from there, so
 * ten thousand devices behind one address of a carrier stay in. IPv6 counts by /64. Nothing here asks the wall clock, waits or reads a secret.
 */
export class AttemptLimiter {
  readonly #rules: AttemptRules
  readonly #clock: () => number
  readonly #watch: AttemptWatch | undefined
  /** By name and address: wrong ones in a row. */
  readonly #pairs: RecentMap<Wrongs>
  /** By name and address: has been right. */
  readonly #right: RecentMap<true>
  /** By name, from wherever. */
  readonly #names: RecentMap<Wrongs>
  readonly #addresses: RecentMap<TokenBucket>
  #locks = 0
  #refused = 0

  /** `clock` tells milliseconds that never go back. */
  constructor(options: { readonly rules: AttemptRules; readonly clock?: () => number; readonly watch?: AttemptWatch | undefined }) {
    const { rules, clock = () => performance.now(), watch } = options
    this.#rules = rules
    this.#clock = clock
    this.#watch = watch
    this.#pairs = new RecentMap(rules.entries)
    this.#right = new RecentMap(rules.entries)
    this.#names = new RecentMap(rules.entries)
    this.#addresses = new RecentMap(rules.entries)
  }

  /** Call before a secret is looked at. `name`: what was given as the id of the device, the login or the like. */
  begin(name: string, address: string): Attempt | Locked {
    const now = this.#clock()
    const network = networkOf(address)
    const short = name.slice(0, 128)
    const key = `${network} ${short}`
    const pair = this.#current(this.#pairs, key, now)
    if (pair !== undefined && pair.lockedUntil > now) return this.#locked('name', pair.lockedUntil - now, short, address)
    const known = this.#right.get(key) !== undefined
    const bucket = this.#addresses.get(network)
    if (!known && bucket !== undefined && bucket.waitMs > 0) return this.#locked('address', bucket.waitMs, short, address)
    return this.#book({ key, name: short, address, network, pair, known, now })
  }

  /** The secret of this name was changed, or somebody who may do so lifts its locks. */
  forget(name: string): void {
    const short = name.slice(0, 128)
    this.#names.delete(short)
    for (const [key] of this.#pairs.entries()) if (key.slice(key.indexOf(' ') + 1) === short) this.#pairs.delete(key)
  }

  /** Goes over the tables: not for every request. */
  get figures(): AttemptFigures {
    const now = this.#clock()
    let lockedNames = 0
    for (const [, pair] of this.#pairs.entries()) if (pair.lockedUntil > now) lockedNames++
    let lockedAddresses = 0
    for (const [, bucket] of this.#addresses.entries()) if (bucket.waitMs > 0) lockedAddresses++
    let slowedNames = 0
    for (const [, name] of this.#names.entries()) if (this.#delayMs(name, now) > 0) slowedNames++
    return { lockedNames, lockedAddresses, slowedNames, locks: this.#locks, refused: this.#refused }
  }

  #locked(by: 'name' | 'address', retryAfterMs: number, name: string, address: string): Locked {
    this.#refused++
    this.#watch?.locked(name, address, by)
    return { allowed: false, by, retryAfterMs: Math.ceil(retryAfterMs) }
  }

  #book(attempt: {
    readonly key: string
    readonly name: string
    readonly address: string
    readonly network: string
    readonly pair: Wrongs | undefined
    readonly known: boolean
    readonly now: number
  }): Attempt {
    const { key, network, known, now } = attempt
    const pair = attempt.pair ?? { count: 0, at: now, lockedUntil: 0 }
    const name = this.#current(this.#names, attempt.name, now) ?? { count: 0, at: now, lockedUntil: 0 }
    const bucket = this.#addresses.get(network) ?? this.#bucket()
    const delayMs = known ? 0 : this.#delayMs(name, now)
    const lockedBefore = pair.lockedUntil
    const nameBefore = name.at
    pair.count++
    pair.at = now
    name.count++
    name.at = now
    const taken = bucket.take()
    const over = pair.count - this.#rules.wrongsBeforeLock
    if (over >= 0) {
      this.#locks++
      pair.lockedUntil = now + Math.min(this.#rules.longestLockMs, this.#rules.firstLockMs * 2 ** Math.min(over, 30))
    }
    this.#pairs.put(key, pair)
    this.#names.put(attempt.name, name)
    this.#addresses.put(network, bucket)
    const takeBack = (): void => {
      if (over >= 0) this.#locks--
      name.count--
      name.at = nameBefore
      if (name.count <= 0) this.#names.delete(attempt.name)
      if (taken) bucket.giveBack()
      if (bucket.full) this.#addresses.delete(network)
    }
    let open = true
    return {
      allowed: true,
      delayMs,
      wrong: () => {
        if (!open) return
        open = false
        this.#watch?.wrong(attempt.name, attempt.address)
      },
      right: () => {
        if (!open) return
        open = false
        takeBack()
        this.#pairs.delete(key)
        this.#right.put(key, true)
      },
      withdraw: () => {
        if (!open) return
        open = false
        takeBack()
        pair.count--
        pair.lockedUntil = lockedBefore
        if (pair.count <= 0) this.#pairs.delete(key)
      },
    }
  }

  #current(table: RecentMap<Wrongs>, key: string, now: number): Wrongs | undefined {
    const entry = table.get(key)
    if (entry === undefined || now - Math.max(entry.at, entry.lockedUntil) <= this.#rules.forgetAfterMs) return entry
    table.delete(key)
    return undefined
  }

  #delayMs(name: Wrongs, now: number): number {
    const over = name.count - this.#rules.wrongsBeforeDelay
    if (over < 0 || now - name.at > this.#rules.forgetAfterMs) return 0
    return Math.min(this.#rules.longestDelayMs, 100 * 2 ** Math.min(over, 30))
  }

  #bucket(): TokenBucket {
    const { wrongsPerAddress, wrongsPerAddressPerSecond } = this.#rules
    return new TokenBucket({ burst: wrongsPerAddress, perSecond: wrongsPerAddressPerSecond, clock: this.#clock })
  }
}
