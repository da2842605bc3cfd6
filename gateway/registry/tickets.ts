import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SessionId, TicketOffice, Visitor } from '../model/access.ts'

/** What {@link Tickets} needs. */
export interface TicketsOptions {
  readonly now: () => number
  /** Who a session belongs to, as they are now; nobody once it has ended. */
  readonly visitor: (session: SessionId) => Visitor | undefined
  /** How long a ticket lets in; 300 unless given. A connection that is up stays up. */
  readonly ttlSeconds?: number
}

/** Stands where a session's id would: nobody has to sign in on the gateway's own machine. */
const LOCAL = '-'

/**
 * Passwords for the dashboard's page: `expiry.nonce.session.signature`, signed with a key that is made with the object and lives in memory alone. Nothing is kept per ticket, and
 * after a restart the page asks for a new one. A ticket of a session that has ended lets nobody in.
 */
export class Tickets implements TicketOffice {
  readonly #options: TicketsOptions
  readonly #ttlSeconds: number
  readonly #key = randomBytes(32)

  constructor(options: TicketsOptions) {
    this.#options = options
    this.#ttlSeconds = options.ttlSeconds ?? 300
  }

  issue(visitor: Visitor): { readonly username: string; readonly password: string; readonly expiresInSeconds: number } {
    const session = visitor.type === 'local' ? LOCAL : visitor.session
    const content = `${this.#options.now() + this.#ttlSeconds * 1000}.${randomBytes(9).toString('base64url')}.${session}`
    return { username: 'live', password: `${content}.${this.#sign(content).toString('base64url')}`, expiresInSeconds: this.#ttlSeconds }
  }

  check(password: string): Visitor | undefined {
    const parts = /^(([0-9]{1,16})\.[A-Za-z0-9_-]{12}\.([A-Za-z0-9_-]{1,64}))\.([A-Za-z0-9_-]{43})$/.exec(password)
    const [, content = '', expiry = '', session = '', signature = ''] = parts ?? []
    if (parts === null || !timingSafeEqual(this.#sign(content), Buffer.from(signature, 'base64url'))) return undefined
    if (Number(expiry) <= this.#options.now()) return undefined
    return session === LOCAL ? { type: 'local' } : this.#options.visitor(session)
  }

  holds(visitor: Visitor): boolean {
    if (visitor.type === 'local') return true
    const now = this.#options.visitor(visitor.session)
    return now?.type === 'person' && now.id === visitor.id && sameGrants(now.grants, visitor.grants)
  }

  #sign(content: string): Buffer {
    return createHmac('sha256', this.#key).update(content).digest()
  }
}

function sameGrants(these: Extract<Visitor, { type: 'person' }>['grants'], those: Extract<Visitor, { type: 'person' }>['grants']): boolean {
  return these.length === those.length && these.every(({ org, role }) => those.some(other => other.org === org && other.role === role))
}
