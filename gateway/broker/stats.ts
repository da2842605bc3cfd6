import type { PaceFigures } from './paces.ts'
import type { RefusalReason } from './refusals.ts'
import type { SignInGuardFigures } from './sign-in-guard.ts'

/** The broker in numbers: those that end in a state are of now, all others grow from the start. */
export interface BrokerStats {
  /** Now, and by transport. */
  readonly connections: number
  readonly connectionsTcp: number
  readonly connectionsTls: number
  readonly connectionsWebSocket: number
  /** Now: addresses they come from, and connections of the one with most. */
  readonly addresses: number
  readonly connectionsOfOneAddress: number
  readonly signInsDevice: number
  readonly signInsToken: number
  readonly signInsPerson: number
  readonly refused: Readonly<Record<RefusalReason, number>>
  readonly signInGuard: SignInGuardFigures
  readonly paces: PaceFigures
  /** Now: devices and sessions over which clients fight. */
  readonly contested: number
  /** Frames handed to the journal, and their payload bytes. */
  readonly frames: number
  readonly bytes: number
  /** Now: frames that wait for the disk, their bytes, and connections that wait because there is no room. */
  readonly pending: number
  readonly pendingBytes: number
  readonly waiting: number
  /** Messages published to subscribers, and those sent as greetings. */
  readonly published: number
  readonly greetings: number
  /** Deliveries not made because the subscriber's rights are narrower than its filter. */
  readonly withheld: number
  /** QoS 0 deliveries dropped because the subscriber did not read; QoS 1 messages dropped because a kept session's queue was full. */
  readonly dropped: number
  readonly droppedOffline: number
  /** Now: subscriptions of connected clients, kept sessions, messages queued for them and their bytes. */
  readonly subscriptions: number
  readonly sessions: number
  readonly queued: number
  readonly queuedBytes: number
}
