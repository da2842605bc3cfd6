import type { Decoded } from '../../../gateway/model/decoded.ts'
import { checkByte, FLAG, unescaped } from './frame.ts'
import { type Header, readHeader } from './header.ts'

/** A message whose frame is sound: its head, and its body as it came. */
export interface Message {
  readonly ok: true
  readonly header: Header
  /** A view of the frame where nothing was escaped. */
  readonly body: Uint8Array
}

/** Why a frame is none. */
export type Unsound = Extract<Decoded, { ok: false }>

/** Reads one frame, from its flag to its flag: escapes, check byte, head and length (2019 § 4.4). */
export function readMessage(frame: Uint8Array): Message | Unsound {
  if (frame.length === 0) return unsound('EMPTY', 'no byte came')
  if (frame[0] !== FLAG) return unsound('MALFORMED', 'a frame begins with 7E')
  if (frame.length < 3 || frame[frame.length - 1] !== FLAG) return unsound('TRUNCATED', 'the frame has no 7E at its end')
  const plain = unescaped(frame, 1, frame.length - 1)
  if (!plain) return unsound('MALFORMED', 'after 7D stands neither 01 nor 02')
  // The shortest message is a head of 12 bytes and the check byte.
  if (plain.length < 13) return unsound('TRUNCATED', `a frame of ${plain.length} bytes: its head alone has 12, its check byte 1`)
  const sum = checkByte(plain, 0, plain.length - 1)
  const found = plain[plain.length - 1] ?? 0
  if (sum !== found) return unsound('CHECKSUM_MISMATCH', `the check byte is ${hex(found)}, the bytes before it give ${hex(sum)}`)
  const header = readHeader(plain.subarray(0, -1))
  if (!header) return unsound('TRUNCATED', 'the frame is shorter than the head its attributes announce')
  const body = plain.subarray(header.length, -1)
  if (body.length !== header.bodyLength)
    return unsound('WRONG_LENGTH', `the attributes announce a body of ${header.bodyLength} bytes, the frame has ${body.length}`)
  return { ok: true, header, body }
}

function unsound(reason: Unsound['reason'], detail: string): Unsound {
  return { ok: false, reason, detail }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}
