import { TokenBucket } from '../model/token-bucket.ts'

/** How much may come at once after a silence: that of two seconds. A device that was away for a moment sends what it has kept. */
const burstSeconds = 2
/** Those who wait for an organisation's pace are not woken more often. */
const shortestWaitMs = 10

/** A pace in messages, in bytes of payload, or in both. */
export interface Pace {
  readonly messagesPerSecond?: number | undefined
  readonly bytesPerSecond?: number | undefined
}

/** One bucket for messages and one for bytes. A message that is longer than the burst passes, and is paid for afterwards. */
class PaceBuckets {
  readonly #messages: TokenBucket | undefined
  readonly #bytes: TokenBucket | undefined

  constructor({ messagesPerSecond, bytesPerSecond }: Pace, clock: () => number) {
    const bucket = (perSecond: number): TokenBucket => new TokenBucket({ perSecond, burst: Math.max(1, perSecond * burstSeconds), clock })
    this.#messages = messagesPerSecond === undefined ? undefined : bucket(messagesPerSecond)
    this.#bytes = bytesPerSecond === undefined ? undefined : bucket(bytesPerSecond)
  }

  /** Milliseconds until a message may come; 0 when one may now. */
  get waitMs(): number {
    return Math.max(this.#messages?.waitMs ?? 0, this.#bytes?.waitMs ?? 0)
  }

  take(bytes: number): boolean {
    if (this.waitMs > 0) return false
    this.#messages?.take()
    this.#bytes?.take(bytes)
    return true
  }

  giveBack(bytes: number): void {
    this.#messages?.giveBack()
    this.#bytes?.giveBack(bytes)
  }
}

/** The pace of many clients together. Those who have to wait are woken in the order in which they came to wait, each for as much as there is then. */
export class SharedPace {
  readonly #buckets: PaceBuckets
  readonly #waiting = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #serving = false
  #held = 0

  /** `clock` tells milliseconds that never go back. */
  constructor(pace: Pace, clock: () => number = () => performance.now()) {
    this.#buckets = new PaceBuckets(pace, clock)
  }

  /** Clients that wait now, and how often one had to since the start. */
  get figures(): { readonly waiting: number; readonly held: number } {
    return { waiting: this.#waiting.size, held: this.#held }
  }

  take(bytes: number, wake: () => void): boolean {
    if ((this.#serving || this.#waiting.size === 0) && this.#buckets.take(bytes)) return true
    if (!this.#waiting.has(wake)) this.#held++
    this.#waiting.add(wake)
    this.#arm()
    return false
  }

  giveBack(bytes: number): void {
    this.#buckets.giveBack(bytes)
  }

  /** This client is gone. */
  forget(wake: () => void): void {
    this.#waiting.delete(wake)
    if (this.#waiting.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        this.#serve()
      },
      Math.max(shortestWaitMs, this.#buckets.waitMs),
    )
  }

  #serve(): void {
    this.#serving = true
    try {
      // Who has to wait again comes to the end, and then nothing is left to give.
      for (const wake of this.#waiting) {
        if (this.#buckets.waitMs > 0) break
        this.#waiting.delete(wake)
        wake()
      }
    } finally {
      this.#serving = false
    }
    if (this.#waiting.size > 0) this.#arm()
  }
}

/** A pace that a client may not exceed, by itself and together with its organisation: beyond it its socket is not read for a while. Nothing is dropped. */
export class RateLimit {
  readonly #own: PaceBuckets
  readonly #shared: SharedPace | undefined
  readonly #wake: () => void
  readonly #held: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(options: {
    readonly pace: Pace
    readonly shared?: SharedPace | undefined
    /** Called when a message may come again. */
    readonly wake: () => void
    /** Told each time the client has to wait for its own pace. */
    readonly held?: () => void
    /** Tells milliseconds that never go back. */
    readonly clock?: () => number
  }) {
    const { pace, shared, wake, held = () => undefined, clock = () => performance.now() } = options
    this.#own = new PaceBuckets(pace, clock)
    this.#shared = shared
    this.#wake = wake
    this.#held = held
  }

  /** Whether a message of so many bytes of payload may come now. If not, `wake` is called when it may. */
  take(bytes: number): boolean {
    if (!this.#own.take(bytes)) {
      if (this.#timer === undefined) this.#held()
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#wake()
      }, this.#own.waitMs)
      return false
    }
    if (this.#shared === undefined || this.#shared.take(bytes, this.#wake)) return true
    this.#own.giveBack(bytes)
    return false
  }

  /** The message was not taken after all. */
  giveBack(bytes: number): void {
    this.#own.giveBack(bytes)
    this.#shared?.giveBack(bytes)
  }

  /** The client is gone. */
  forget(): void {
    clearTimeout(this.#timer)
    this.#shared?.forget(this.#wake)
  }
}
