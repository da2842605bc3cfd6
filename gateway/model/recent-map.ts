/** A map with an end: what was touched longest ago goes when it is full. */
export class RecentMap<Value> {
  readonly #most: number
  readonly #entries = new Map<string, Value>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.size
  }

  /** Looking is no touch. */
  get(key: string): Value | undefined {
    return this.#entries.get(key)
  }

  /** Puts or touches. */
  put(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#most) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  entries(): Iterable<readonly [string, Value]> {
    return this.#entries
  }
}
