import type { RefusalReason } from './refusals.ts'

/** What became of a packet: taken; to be handed in again when woken; or a reason to close the connection. */
export type Outcome = 'taken' | 'hold' | { readonly refused: RefusalReason; readonly detail: string }

/**
 * Takes the PUBLISH and PUBREL packets of one signed-in client, journals their frames and sees to it that acknowledgements leave in the order the publishes came (MQTT 3.1.1
 * § 4.6), each only when its frame, and those before it, are on disk. There are two: `TelemetryLane` does all of it itself, `AedesUplink` leaves MQTT to Aedes.
 */
export interface Uplink {
  /** Takes the whole PUBLISH packet that stands there. Its bytes may be reused after `taken`. */
  publish(bytes: Buffer, from: number, to: number): Outcome
  /** PUBREL: the handshake of a QoS 2 publish ends. An id that is not known is answered too (4.3.3: the client may have got no PUBCOMP). */
  release(bytes: Buffer, from: number, to: number): Outcome
  /** Call after the packets of a chunk: one wait for all of them. */
  settle(): void
  /** Frames that wait for the disk. */
  readonly pending: number
  /** The connection is gone. What was taken stays in the journal. */
  close(): void
}
