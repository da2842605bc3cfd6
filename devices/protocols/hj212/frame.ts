/** Most characters of a packet's data: HJ 212-2017 § 6.3.1, table 2. */
export const LONGEST_DATA = 1024
/** `##` and the four digits of the length. */
export const HEAD_BYTES = 6
/** Four characters of CRC, CR, LF. */
export const TAIL_BYTES = 6
/** No packet is longer, so nothing longer is ever waited for. */
export const LONGEST_PACKET = HEAD_BYTES + LONGEST_DATA + TAIL_BYTES

const HASH = 0x23
const CR = 0x0d
const LF = 0x0a

/** What the next bytes of a stream are. `wait`: from there on it takes more bytes to tell; never more than {@link LONGEST_PACKET} of them. */
export interface Piece {
  readonly type: 'packet' | 'broken' | 'noise' | 'wait'
  readonly from: number
  readonly to: number
}

/**
 * Tells what the bytes from an offset on begin with (HJ 212-2017 § 6.3.1, table 2: `##`, four digits of length, data, four characters of CRC, CR LF). A `packet` has the
 * length that it states; whether its CRC holds is not asked here. What begins as a packet and is none is `broken` and ends at CR LF or before the next `##`, so that whatever
 * follows is found again. Bytes before a `##` are `noise`.
 */
export function nextPiece(bytes: Uint8Array, from: number): Piece {
  const start = nextStart(bytes, from)
  if (start > from) return { type: 'noise', from, to: start }
  if (bytes.length - start < HEAD_BYTES) return onlyDigits(bytes, start + 2) ? { type: 'wait', from: start, to: bytes.length } : broken(bytes, start)
  const length = statedLength(bytes, start)
  // A length such as 9999 is no reason to wait for 9,999 bytes.
  if (length === undefined || length > LONGEST_DATA) return broken(bytes, start)
  const end = start + HEAD_BYTES + length + TAIL_BYTES
  if (bytes.length >= end) return isLineEnd(bytes, end - 2) ? { type: 'packet', from: start, to: end } : broken(bytes, start)
  // Data holds no CR LF (table 2): one that comes too early says that the length is wrong.
  for (let at = start + HEAD_BYTES; at < bytes.length - 1; at++) if (isLineEnd(bytes, at)) return { type: 'broken', from: start, to: at + 2 }
  return { type: 'wait', from: start, to: bytes.length }
}

/** The four digits after `##`; undefined when they are none. */
export function statedLength(bytes: Uint8Array, start: number): number | undefined {
  let length = 0
  for (let at = start + 2; at < start + HEAD_BYTES; at++) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return undefined
    length = length * 10 + digit
  }
  return length
}

/** Where `##` begins, or where the bytes end; a last `#` may be the first half of one. */
function nextStart(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(HASH, from); at >= 0; at = bytes.indexOf(HASH, at + 1)) {
    // Of three hashes the last two begin the packet.
    if (at === bytes.length - 1 || (bytes[at + 1] === HASH && bytes[at + 2] !== HASH)) return at
  }
  return bytes.length
}

function broken(bytes: Uint8Array, start: number): Piece {
  const last = Math.min(bytes.length, start + LONGEST_PACKET)
  for (let at = start + 2; at < last - 1; at++) {
    if (isLineEnd(bytes, at)) return { type: 'broken', from: start, to: at + 2 }
    if (bytes[at] === HASH && bytes[at + 1] === HASH) return { type: 'broken', from: start, to: at }
  }
  if (bytes.length - start >= LONGEST_PACKET) return { type: 'broken', from: start, to: start + LONGEST_PACKET }
  return { type: 'wait', from: start, to: bytes.length }
}

function onlyDigits(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if ((bytes[at] ?? 0) < 0x30 || (bytes[at] ?? 0) > 0x39) return false
  return true
}

function isLineEnd(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF
}
