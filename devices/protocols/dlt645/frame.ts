import { hex, onlyWakes, reversedHex, sumOf } from '../line-bytes.ts'
import type { Piece } from '../line-frames.ts'

/** A frame as DL/T 645-2007 § 5.2 builds it. */
export interface Frame {
  /** Twelve digits, as printed on the meter; `A` stands for a place that is left open (§ 5.2.2). */
  readonly address: string
  /** § 5.2.3: bit 7 the meter answers, bit 6 it refuses, bit 5 more follows, bits 0–4 the function. */
  readonly control: number
  /** What it says, without the 33h that is added to each byte on the wire (§ 5.2.5). */
  readonly data: Uint8Array
}

export const START_BYTE = 0x68
export const END_BYTE = 0x16
/** § 5.2.5: added to each data byte on the wire. */
export const OFFSET = 0x33
/** Start, address, start, control, length. */
export const HEAD_BYTES = 10
const TAIL_BYTES = 2
const ADDRESS_BYTES = 6

/** Reads what stands at `from`. Bytes that no frame can begin with are taken together. */
export function nextPiece(bytes: Uint8Array, from: number): Piece<Frame> {
  let at = from
  while (at < bytes.length && !mayBegin(bytes, at)) at++
  if (at > from) {
    const woken = onlyWakes(bytes, from, at)
    if (!woken || at >= bytes.length) return woken && at >= bytes.length ? { type: 'wait', from, to: at } : { type: 'noise', from, to: at }
  }
  if (bytes.length - at < HEAD_BYTES) return { type: 'wait', from, to: bytes.length }
  const to = at + HEAD_BYTES + (bytes[at + 9] ?? 0) + TAIL_BYTES
  if (to > bytes.length) return { type: 'wait', from, to: bytes.length }
  return whole(bytes, from, at, to)
}

/** A start byte with the second one at its place, as far as there are bytes to tell. */
function mayBegin(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === START_BYTE && (at + 7 >= bytes.length || bytes[at + 7] === START_BYTE)
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
  const data = new Uint8Array(to - TAIL_BYTES - at - HEAD_BYTES)
  for (let index = 0; index < data.length; index++) data[index] = ((bytes[at + HEAD_BYTES + index] ?? 0) - OFFSET) & 0xff
  return { type: 'frame', frame: { address: reversedHex(bytes, at + 1, at + 1 + ADDRESS_BYTES), control: bytes[at + 8] ?? 0, data }, from, to }
}
