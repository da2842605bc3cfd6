/** What an integrator signs in with, without its secret. */
export interface Token {
  readonly id: string
  readonly org: string
  /** Only devices of this kind; of every kind without. */
  readonly kind?: string
  readonly command?: true
  readonly title?: string
  readonly createdAt: string
  readonly expiresAt?: string
  readonly expired?: true
  readonly lastUsedAt?: string
}

/** A token that was just made: the only time its secret can be read. */
export interface CreatedToken {
  readonly token: Token
  readonly secret: string
}

/** What is said of a token that is to be made. */
export interface TokenDraft {
  readonly org: string
  readonly kind?: string
  readonly command: boolean
  readonly expiresAt?: string
  readonly title?: string
}
