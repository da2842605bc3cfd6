import type { DeviceId, KindId, OrgId } from './ids.ts'
import type { Grant } from './roles.ts'

/** How a person signs in: a name of their own, in small letters, such as `li.wei` or `li.wei@pudong-bus.example`. */
export type PersonId = string
/** Names a session to its owner and to administrators. Lets nobody in. */
export type SessionId = string

/** Who is on the other end of a connection or request. */
export type Principal =
  | { readonly type: 'device'; readonly device: DeviceId }
  /** An integrator's token. Without `kind` it reaches all kinds of its organisation; it reads, and with `command` also gives orders. */
  | { readonly type: 'token'; readonly id: string; readonly org: OrgId; readonly kind?: KindId; readonly command?: true }
  /** Somebody who signed in. The grants are those of that moment: when they change, the principal no longer holds. */
  | { readonly type: 'person'; readonly id: PersonId; readonly session: SessionId; readonly grants: readonly Grant[] }
  /** Whoever works on the gateway's own machine, where nobody has to sign in: may everything. */
  | { readonly type: 'local' }

/** Whoever came with a token. */
export type TokenHolder = Extract<Principal, { readonly type: 'token' }>

/** Tells who signs in. Synchronous and cheap: ten thousand devices come back at once after a power cut. Takes the same time for an unknown id as for a wrong secret. */
export interface Authenticator {
  device(id: DeviceId, secret: string): Principal | undefined
  /** A token as printed by `citygate token add`. */
  token(token: string): Principal | undefined
  /** Whether a token that was right is still there and not over; asked of every open connection each second. Being here counts as use. */
  tokenHolds(token: TokenHolder): boolean
}

/** Who the dashboard's page belongs to. */
export type Visitor = Extract<Principal, { readonly type: 'person' | 'local' }>

/** Short-lived passwords that let the dashboard's page subscribe to live topics. */
export interface TicketOffice {
  issue(visitor: Visitor): { readonly username: string; readonly password: string; readonly expiresInSeconds: number }
  /** Who a ticket was made for, as they are now; undefined for a ticket that is wrong or over, or whose session ended. */
  check(password: string): Visitor | undefined
  /** Whether somebody is still who they were when they came: the session goes on, and the grants are the same. */
  holds(visitor: Visitor): boolean
}
