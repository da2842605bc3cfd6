import type { DtuConnection } from './dtu-connection.ts'

/**
 * Connections nobody has adopted, in the order in which they came. Bounded: beyond, the one gives way that has waited longest without a name, or with one where all have names. So a flood of
 * connections that say nothing costs neither memory nor those that wait with a name.
 */
export class Strangers {
  readonly #most: number
  readonly #nameless = new Set<DtuConnection>()
  readonly #named = new Set<DtuConnection>()
  #displaced = 0

  constructor(most: number) {
    this.#most = most
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
    if (this.#nameless.size + this.#named.size <= this.#most) return
    const [oldest] = this.#nameless.size > 0 ? this.#nameless : this.#named
    if (!oldest) return
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
