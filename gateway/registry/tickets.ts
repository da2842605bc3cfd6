import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { TicketOffice } from '../model/access.ts'

/** What {@link Tickets} needs. */
export interface TicketsOptions {
  readonly now: () => number
  /** How long a ticket lets in; 300 unless given. A connection that is up stays up. */
  readonly ttlSeconds?: number
}

/**
 * Passwords for the dashboard's page: `expiry.nonce.signature`, signed with a key that is made with the object and lives in memory alone. Nothing is kept per ticket, and
 * after a restart the page asks for a new one.
 */
export class Tickets implements TicketOffice {
  readonly #now: () => number
  readonly #ttlSeconds: number
  readonly #key = randomBytes(32)

  constructor(options: TicketsOptions) {
    this.#now = options.now
    this.#ttlSeconds = options.ttlSeconds ?? 300
  }

  issue(): { readonly username: string; readonly password: string; readonly expiresInSeconds: number } {
    const content = `${this.#now() + this.#ttlSeconds * 1000}.${randomBytes(9).toString('base64url')}`
    return { username: 'live', password: `${content}.${this.#sign(content).toString('base64url')}`, expiresInSeconds: this.#ttlSeconds }
  }

  check(password: string): boolean {
    const parts = /^(([0-9]{1,16})\.[A-Za-z0-9_-]{12})\.([A-Za-z0-9_-]{43})$/.exec(password)
    const [, content = '', expiry = '', signature = ''] = parts ?? []
    if (parts === null || !timingSafeEqual(this.#sign(content), Buffer.from(signature, 'base64url'))) return false
    return Number(expiry) > this.#now()
  }

  #sign(content: string): Buffer {
    return createHmac('sha256', this.#key).update(content).digest()
  }
}
