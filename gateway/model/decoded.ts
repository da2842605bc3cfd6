import type { EpochMs } from './frame.ts'
import type { DecodedPresence } from './presence.ts'
import type { DecodedReading } from './reading.ts'

/**
 * Why a frame gave no reading. The list is open to protocols, but a reason is a name in CAPITALS that never changes once published:
 * it is a label in metrics and in the account.
 */
export type RejectReason =
  | 'UNKNOWN_DEVICE'
  | 'UNKNOWN_CHANNEL'
  | 'UNKNOWN_MODEL'
  | 'EMPTY'
  | 'TOO_LARGE'
  | 'TRUNCATED'
  | 'MALFORMED'
  | 'CRC_MISMATCH'
  | 'CHECKSUM_MISMATCH'
  | 'ENCRYPTED'
  | 'UNSUPPORTED'
  | 'INCOMPLETE'
  | 'WRONG_DEVICE'
  | 'WRONG_UNIT'
  | 'WRONG_FUNCTION'
  | 'WRONG_LENGTH'
  | 'REQUEST_UNKNOWN'
  | 'DEVICE_EXCEPTION'
  | 'NO_VALUES'
  | 'TIME_MISSING'
  | 'CLOCK_IMPLAUSIBLE'
  | 'DECODER_FAULT'
  | 'STORE_REFUSED'

/** Decoders answer; they never throw. */
export type Decoded =
  | {
      readonly ok: true
      readonly readings: readonly DecodedReading[]
      /** The frame is sound and carries nothing to store, as a heartbeat: without this, no reading means that the frame is rejected with `NO_VALUES`. */
      readonly valueless?: true
      /** What the frame says of whether the device is there. Absent: nothing. */
      readonly presence?: DecodedPresence
    }
  | { readonly ok: false; readonly reason: RejectReason; readonly detail: string }

/** What a decoder may know beside the bytes. */
export interface DecodeContext {
  readonly receivedAt: EpochMs
}

/** A model's mapping, compiled: pure, fast, total. */
export interface Decoder {
  decode(payload: Uint8Array, context: DecodeContext): Decoded
}
