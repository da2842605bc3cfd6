import { hex, onlyWakes, reversedHex, sumOf } from '../line-bytes.ts'
import type { Piece } from '../line-frames.ts'

/** A frame as CJ/T 188-2004 § 6 builds it. */
export interface Frame {
  /** Table 2: 10h cold water, 11h hot water, 20h heat, 21h cooling, 30h gas … */
  readonly type: number
  /** Fourteen digits, as printed on the meter; `A` stands for a place that is left open. */
  readonly address: string
  /** Bit 7 the meter answers, bit 6 something is wrong, bits 0–5 the function. */
  readonly control: number
  readonly data: Uint8Array
}

export const START_BYTE = 0x68
export const END_BYTE = 0x16
/** Start, type, address, control, length. */
export const HEAD_BYTES = 11
const TAIL_BYTES = 2
export const ADDRESS_BYTES = 7
/** Table 2: types are 10h to 49h. */
const FIRST_TYPE = 0x10
const LAST_TYPE = 0x49

/** Reads what stands at `from`. Bytes that no frame can begin with are taken together. */
export function nextPiece(bytes: Uint8Array, from: number): Piece<Frame> {
  let at = from
  while (at < bytes.length && !mayBegin(bytes, at)) at++
  if (at > from) {
    const woken = onlyWakes(bytes, from, at)
    if (!woken || at >= bytes.length) return { type: woken ? 'wait' : 'noise', from, to: at }
  }
  const to = at + HEAD_BYTES + (bytes[at + HEAD_BYTES - 1] ?? 0) + TAIL_BYTES
  if (bytes.length - at < HEAD_BYTES || to > bytes.length) return { type: 'wait', from, to: bytes.length }
  return whole(bytes, from, at, to)
}

function mayBegin(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at + 1]
  return bytes[at] === START_BYTE && (type === undefined || (type >= FIRST_TYPE && type <= LAST_TYPE))
}

function whole(bytes: Uint8Array, from: number, at: number, to: number): Piece<Frame> {
  if (bytes[to - 1] !== END_BYTE)
    return { type: 'broken', why: 'MALFORMED', detail: `the frame at byte ${at} ends with ${hex(bytes[to - 1] ?? 0)}h, not 16h`, from, to }
  const sum = sumOf(bytes, at, to - TAIL_BYTES)
  const stated = bytes[to - TAIL_BYTES] ?? 0
  if (sum !== stated) {
    const detail = `the frame at byte ${at} sums up to ${hex(sum)}h and says ${hex(stated)}h`
    return { type: 'broken', why: 'CHECKSUM_MISMATCH', detail, from, to }
  }
  const frame: Frame = {
    type: bytes[at + 1] ?? 0,
    address: reversedHex(bytes, at + 2, at + 2 + ADDRESS_BYTES),
    control: bytes[at + 9] ?? 0,
    data: bytes.slice(at + HEAD_BYTES, to - TAIL_BYTES),
  }
  return { type: 'frame', frame, from, to }
}
