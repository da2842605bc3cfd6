const KEY = 'citygate.token'

/** Holds the token this page shows to the API, as long as the browser's tab lives. A page on the gateway's own machine needs none. */
export class TokenKeeper {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly #listeners = new Set<() => void>()
  #token: string | undefined
  #needed = false

  constructor(options: { readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined }) {
    this.#storage = options.storage
    this.#token = options.storage?.getItem(KEY) ?? undefined
  }

  get token(): string | undefined {
    return this.#token
  }

  /** The gateway asked for a token, or refused the one shown. */
  get needed(): boolean {
    return this.#needed
  }

  enter(token: string): void {
    this.#token = token
    this.#needed = false
    this.#storage?.setItem(KEY, token)
    this.#tell()
  }

  refused(): void {
    if (this.#needed) return
    this.#needed = true
    this.#storage?.removeItem(KEY)
    this.#tell()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
