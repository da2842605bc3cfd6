import type { DtuConnection } from './dtu-connection.ts'

/**
 * Connections nobody has adopted, in the order in which they came: so many without a name and so many with one. Beyond, the oldest of its sort gives way. So a flood of connections that say
 * nothing costs those nothing that wait with a name, and a flood of names does not keep anybody from saying his.
 */
export class Strangers {
  readonly #most: number
  readonly #nameless = new Set<DtuConnection>()
  readonly #named = new Set<DtuConnection>()
  #displaced = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#nameless.size + this.#named.size
  }

  /** Connections that had to give way. */
  get displaced(): number {
    return this.#displaced
  }

  /** Takes one in, or notes that it has a name now. */
  add(connection: DtuConnection): void {
    if (this.#named.has(connection)) return
    this.#nameless.delete(connection)
    if (connection.id === undefined) this.#nameless.add(connection)
    else this.#named.add(connection)
    const [oldest] = this.#nameless.size > this.#most ? this.#nameless : this.#named
    if (!oldest || (this.#nameless.size <= this.#most && this.#named.size <= this.#most)) return
    this.remove(oldest)
    this.#displaced++
    oldest.close('gave way to newer strangers')
  }

  remove(connection: DtuConnection): void {
    this.#nameless.delete(connection)
    this.#named.delete(connection)
  }

  all(): readonly DtuConnection[] {
    return [...this.#named, ...this.#nameless]
  }
}
