import type { Principal } from '../model/access.ts'

/** Who stands behind a connection, from its sign-in on. */
export interface Session {
  /** The broker's name of the session: see `sessionId`. */
  readonly id: string
  readonly principal: Principal
  /** Whether it ends with the connection. */
  readonly clean: boolean
  /** Whether the credentials still hold. A secret stays inside the closure. */
  readonly holds: () => boolean
  /** What it is subscribed to. */
  readonly filters: Set<string>
}
