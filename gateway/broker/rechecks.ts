/** A change of many devices at once is looked at once. */
const recheckAfterMs = 50
/** Work before the event loop gets a turn: no receipt waits longer for this than that. */
const turnMs = 3

/** Goes through everybody who is connected and asks whether they may stay, a few milliseconds a turn of the event loop: ten thousand at one go would hold up all receipts. */
export class Rechecks<T> {
  readonly #everybody: ReadonlySet<T>
  readonly #check: (one: T) => void
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined
  /** Asked for while one was under way: who was looked at before the change has to be looked at again. */
  #again = false

  constructor(options: { readonly everybody: ReadonlySet<T>; readonly check: (one: T) => void }) {
    this.#everybody = options.everybody
    this.#check = options.check
  }

  /** Something changed: soon everybody is looked at. */
  readonly soon = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.begin()
    }, recheckAfterMs)
  }

  begin(): void {
    if (this.#turn === undefined) this.#go(this.#everybody.values())
    else this.#again = true
  }

  stop(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#timer = this.#turn = undefined
    this.#again = false
  }

  /** Who comes meanwhile is looked at as well, who leaves is not: the set's own order allows both. */
  #go(rest: SetIterator<T>): void {
    this.#turn = undefined
    const ends = performance.now() + turnMs
    while (performance.now() < ends) {
      const next = rest.next()
      if (next.done) {
        this.#end()
        return
      }
      this.#check(next.value)
    }
    this.#turn = setImmediate(() => this.#go(rest))
  }

  #end(): void {
    if (!this.#again) return
    this.#again = false
    this.#turn = setImmediate(() => this.#go(this.#everybody.values()))
  }
}
