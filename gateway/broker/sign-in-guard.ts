import { createHash } from 'node:crypto'
import type { ConnectPacket } from 'aedes'
import type { AttemptWatch } from '../model/attempt-watch.ts'
import { type Attempt, type AttemptFigures, AttemptLimiter, deviceAttemptRules, type Locked } from '../model/attempts.ts'
import type { Device, DeviceDirectory } from '../model/device.ts'
import { isId } from '../model/ids.ts'
import { networkOf } from '../model/network.ts'
import { RecentMap } from '../model/recent-map.ts'
import { TokenBucket } from '../model/token-bucket.ts'
import type { BrokerLimits } from './limits.ts'

/** Sign-ins of one address that may come at once: those of so many seconds. A power cut ends for ten thousand at a time. */
const burstSeconds = 10
/** A sign-in that would have to wait longer is refused: its client has given up by then. */
const longestWaitMs = 20_000

export interface SignInGuardFigures extends AttemptFigures {
  /** Sign-ins that had to wait because too many came from their address at a time. */
  readonly delayed: number
}

/** Bounds what sign-ins cost: how many come from an address, and how many of them are wrong. */
export class SignInGuard {
  readonly #limits: BrokerLimits
  readonly #directory: Pick<DeviceDirectory, 'get'>
  readonly #clock: () => number
  readonly #attempts: AttemptLimiter
  readonly #paces = new RecentMap<TokenBucket>(deviceAttemptRules.entries)
  /** Devices as they were when their secret was wrong. */
  readonly #asOf = new RecentMap<Device | undefined>(deviceAttemptRules.entries)
  #delayed = 0

  /** `clock` tells milliseconds that never go back. */
  constructor(options: {
    readonly limits: BrokerLimits
    readonly directory: Pick<DeviceDirectory, 'get'>
    readonly clock?: () => number
    readonly watch?: AttemptWatch | undefined
  }) {
    const { limits, directory, clock = () => performance.now(), watch } = options
    this.#limits = limits
    this.#directory = directory
    this.#clock = clock
    const rules = {
      ...deviceAttemptRules,
      wrongsBeforeLock: limits.wrongSignIns,
      firstLockMs: Math.min(deviceAttemptRules.firstLockMs, limits.longestLockMs),
      longestLockMs: limits.longestLockMs,
      wrongsPerAddress: limits.wrongSignInsPerAddress,
      wrongsPerAddressPerSecond: limits.wrongSignInsPerAddress / 100,
    }
    this.#attempts = new AttemptLimiter({ rules, clock, watch })
  }

  get figures(): SignInGuardFigures {
    return { ...this.#attempts.figures, delayed: this.#delayed }
  }

  /** How many milliseconds a sign-in from this address has to wait; undefined when that is too long. */
  wait(address: string): number | undefined {
    const network = networkOf(address)
    const perSecond = this.#limits.signInsPerAddressPerSecond
    const pace = this.#paces.get(network) ?? new TokenBucket({ perSecond, burst: perSecond * burstSeconds, clock: this.#clock })
    this.#paces.put(network, pace)
    const ms = pace.reserve()
    if (ms > 0) this.#delayed++
    if (ms <= longestWaitMs) return ms
    pace.giveBack()
    return undefined
  }

  /** Call before a secret is looked at. */
  begin(packet: Pick<ConnectPacket, 'username' | 'password'>, address: string): Attempt | Locked {
    const name = nameOf(packet)
    const device = this.#directory.get(name)
    const answer = this.#attempts.begin(name, address)
    if (answer.allowed) {
      this.#asOf.put(name, device)
      return answer
    }
    // It was registered, or given another secret, since: what was wrong then may be right now. Nobody but the registry can bring this about.
    if (answer.by !== 'name' || device === this.#asOf.get(name)) return answer
    this.#attempts.forget(name)
    return this.#attempts.begin(name, address)
  }
}

/**
 * What wrong ones are counted by: the id of a device; of a token or ticket a digest of what was shown, because all integrators may come with the same user name, and one with an old
 * token must not lock the others at its address.
 */
function nameOf({ username = '', password }: Pick<ConnectPacket, 'username' | 'password'>): string {
  const secret = password?.toString() ?? ''
  if (isId(username) && !visitorNames.has(username) && !secret.startsWith('cgt_')) return username
  return `?${createHash('sha256').update(secret).digest('base64').slice(0, 16)}`
}

/** User names that are usual for those who are no devices. */
const visitorNames: ReadonlySet<string> = new Set(['live', 'token'])
