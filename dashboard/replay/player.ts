/** A clock that was away for longer, as in a hidden tab, goes on from where it was. Milliseconds. */
const LONGEST_STEP_MS = 1_000

/** The moment that is shown: stands, or runs through a period at some times the speed of life. Driven by `tick` with any steady clock. */
export class Player {
  readonly #listeners = new Set<() => void>()
  #from: number
  #to: number
  #at: number
  #rate: number
  #playing = false
  #tickedMs: number | undefined

  constructor(period: { readonly from: number; readonly to: number; readonly at?: number; readonly rate: number }) {
    this.#from = period.from
    this.#to = period.to
    this.#at = within(period.at ?? period.from, period.from, period.to)
    this.#rate = period.rate
  }

  get from(): number {
    return this.#from
  }

  get to(): number {
    return this.#to
  }

  get at(): number {
    return this.#at
  }

  get playing(): boolean {
    return this.#playing
  }

  get rate(): number {
    return this.#rate
  }

  /** Another period begins; it stands. */
  open(from: number, to: number, at: number | undefined): void {
    this.#from = from
    this.#to = to
    this.#at = within(at ?? from, from, to)
    this.#playing = false
    this.#tell()
  }

  /** From the end it begins anew. */
  play(): void {
    if (this.#at >= this.#to) this.#at = this.#from
    this.#playing = true
    this.#tickedMs = undefined
    this.#tell()
  }

  pause(): void {
    this.#playing = false
    this.#tell()
  }

  seek(at: number): void {
    this.#at = within(at, this.#from, this.#to)
    this.#tell()
  }

  set rate(rate: number) {
    this.#rate = rate
    this.#tell()
  }

  /** Runs on by what a steady clock went on since the last time. Stands still at the end. */
  tick(nowMs: number): void {
    if (!this.#playing) return
    const passed = this.#tickedMs === undefined ? 0 : Math.min(Math.max(0, nowMs - this.#tickedMs), LONGEST_STEP_MS)
    this.#tickedMs = nowMs
    this.#at = within(this.#at + passed * this.#rate, this.#from, this.#to)
    if (this.#at < this.#to) return
    this.#playing = false
    this.#tell()
  }

  /** Told when it begins or ends to play, is put elsewhere or gets another speed; not with every tick. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function within(at: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, at))
}
