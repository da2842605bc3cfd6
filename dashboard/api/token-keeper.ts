const KEY = 'citygate.token'

/** By what the page gets in: the token it shows to the API, as long as the browser's tab lives, or none, where a cookie or the gateway's own machine is enough. */
export class TokenKeeper {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly #listeners = new Set<() => void>()
  #token: string | undefined
  #needed = false
  #lastPerson: string | undefined

  constructor(options: { readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined }) {
    this.#storage = options.storage
    this.#token = options.storage?.getItem(KEY) ?? undefined
  }

  get token(): string | undefined {
    return this.#token
  }

  /** The gateway asks to sign in: nobody is signed in, or no longer, or it refused the token shown. */
  get needed(): boolean {
    return this.#needed
  }

  /** Who was last seen to be signed in, while the page lives. */
  get lastPerson(): string | undefined {
    return this.#lastPerson
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

  /** Somebody is signed in: no token is needed, and none is shown. */
  signedIn(person: string | undefined): void {
    this.#lastPerson = person
    if (!this.#needed && this.#token === undefined) return
    this.forget()
    this.#needed = false
    this.#tell()
  }

  forget(): void {
    this.#token = undefined
    this.#storage?.removeItem(KEY)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
