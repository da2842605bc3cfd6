import type { DeviceId, KindId, OrgId } from './ids.ts'

/** Who is on the other end of a connection or request. */
export type Principal =
  | { readonly type: 'device'; readonly device: DeviceId }
  /** An integrator's token. Without `kind` it reaches all kinds of its organisation. */
  | { readonly type: 'token'; readonly id: string; readonly org: OrgId; readonly kind?: KindId }
  /** The person at the dashboard: reads everything. */
  | { readonly type: 'operator' }

/** Tells who signs in. Synchronous and cheap: ten thousand devices come back at once after a power cut. Takes the same time for an unknown id as for a wrong secret. */
export interface Authenticator {
  device(id: DeviceId, secret: string): Principal | undefined
  /** A token as printed by `citygate token add`. */
  token(token: string): Principal | undefined
}

/** Short-lived passwords that let the dashboard's page subscribe to live topics. */
export interface TicketOffice {
  issue(): { readonly username: string; readonly password: string; readonly expiresInSeconds: number }
  check(password: string): boolean
}
