/** One TCP connection of a device that dials in, as a link sees it. */
export interface Peer {
  /** `host:port`, for logs. */
  readonly address: string
  /** Does nothing once the connection is gone. */
  write(bytes: Uint8Array): void
  /** Stops reading, until `resume`: back-pressure. */
  pause(): void
  resume(): void
  /** Ends the connection, after what was written; the reason is counted and logged. */
  close(reason: string): void
}

/** What a link makes of one connection. */
export interface Conversation {
  /** Bytes as they came; they are the conversation's own. Never throws. */
  take(bytes: Buffer): void
  /** The connection is gone. */
  closed(): void
}

/** A protocol that devices dial in with. */
export interface DialIn {
  open(peer: Peer): Conversation
}
