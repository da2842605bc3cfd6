import type { Actor } from '../model/audit.ts'
import type { TokenDesk, TokenInfo, TokenScope } from '../model/tokens.ts'
import type { Registry } from './registry.ts'

/** Tokens, for whoever administers them. */
export class TokenOffice implements TokenDesk {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  list(): readonly TokenInfo[] {
    return this.#registry.listTokens()
  }

  add(scope: TokenScope, by: Actor): Promise<{ readonly info: TokenInfo; readonly token: string }> {
    return this.#registry.as(by).addToken(scope)
  }

  remove(id: string, by: Actor): Promise<void> {
    return this.#registry.as(by).removeToken(id)
  }
}
