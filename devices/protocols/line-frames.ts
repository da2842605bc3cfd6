import type { Decoded } from '../../gateway/model/decoded.ts'

/** What follows in a stream of meters' frames: a whole frame, bytes of none, a frame that is wrong, or the beginning of one that is not whole yet. */
export type Piece<Frame> =
  | { readonly type: 'frame'; readonly frame: Frame; readonly from: number; readonly to: number }
  | { readonly type: 'noise'; readonly from: number; readonly to: number }
  | { readonly type: 'broken'; readonly why: 'CHECKSUM_MISMATCH' | 'MALFORMED'; readonly detail: string; readonly from: number; readonly to: number }
  | { readonly type: 'wait'; readonly from: number; readonly to: number }

/** Reads what stands at a place of a stream. */
export type NextPiece<Frame> = (bytes: Uint8Array, from: number) => Piece<Frame>

const LARGEST_PAYLOAD = 65_536

/** All frames of a payload, or why it is refused: whole, because what follows a broken frame can not be trusted to begin where it seems to. */
export function readFrames<Frame>(payload: Uint8Array, nextPiece: NextPiece<Frame>): Frame[] | Extract<Decoded, { ok: false }> {
  if (payload.length === 0) return { ok: false, reason: 'EMPTY', detail: 'the payload has no bytes' }
  if (payload.length > LARGEST_PAYLOAD) return { ok: false, reason: 'TOO_LARGE', detail: `${payload.length} bytes; at most ${LARGEST_PAYLOAD} are read` }
  const frames: Frame[] = []
  for (let from = 0; from < payload.length; ) {
    const piece = nextPiece(payload, from)
    if (piece.type === 'broken') return { ok: false, reason: piece.why, detail: piece.detail }
    if (piece.type === 'noise') return { ok: false, reason: 'MALFORMED', detail: `${piece.to - from} bytes from byte ${from} on belong to no frame` }
    if (piece.type === 'wait') return { ok: false, reason: 'TRUNCATED', detail: `the frame at byte ${from} is not whole` }
    frames.push(piece.frame)
    from = piece.to
  }
  return frames
}

/** The frame that bytes begin with. */
export function firstFrame<Frame>(bytes: Uint8Array, nextPiece: NextPiece<Frame>): Frame | undefined {
  const piece = nextPiece(bytes, 0)
  return piece.type === 'frame' ? piece.frame : undefined
}
