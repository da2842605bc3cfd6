import { FLAG } from './frame.ts'
import type { Header } from './header.ts'
import { type Message, readMessage, type Unsound } from './message.ts'

/** Where each frame of a payload stands: from its flag to behind its closing flag. Undefined: the payload is not frames and nothing else. */
export function frameSpans(payload: Uint8Array): readonly { readonly from: number; readonly to: number }[] | undefined {
  const spans: { from: number; to: number }[] = []
  let at = 0
  while (at < payload.length) {
    const end = payload[at] === FLAG ? payload.indexOf(FLAG, at + 1) : -1
    if (end < 0) return undefined
    spans.push({ from: at, to: end + 1 })
    at = end + 1
  }
  return spans
}

/** A message put together from its parts, or what is missing. */
export type Joined = { readonly ok: true; readonly header: Header; readonly body: Uint8Array } | Unsound

/**
 * Puts the parts of one message together (2013 § 4.4.3: the parts of a message have the same total and follow one another from 1). They may come in any order and more than once; of two with
 * one number the later counts. Parts that are unsound or belong to another message are named, not passed over: whoever collected them knew what belongs together.
 */
export function joinParts(frames: readonly Uint8Array[]): Joined {
  const parts = new Map<number, Message>()
  let first: Header | undefined
  for (const frame of frames) {
    const message = readMessage(frame)
    if (!message.ok) return message
    const { header } = message
    if (!header.part) return unsound('MALFORMED', 'several messages in one payload: only the parts of one may stand together')
    first ??= header
    if (header.messageId !== first.messageId || header.part.total !== first.part?.total || header.phone !== first.phone) {
      return unsound('MALFORMED', 'the parts do not belong to one message')
    }
    parts.set(header.part.index, message)
  }
  if (!first?.part) return unsound('EMPTY', 'no byte came')
  const missing = missingParts(first.part.total, index => parts.has(index))
  if (missing.length > 0)
    return unsound('INCOMPLETE', `part ${missing.slice(0, 8).join(', ')}${missing.length > 8 ? ' …' : ''} of ${first.part.total} is missing`)
  const bodies = Array.from({ length: first.part.total }, (_, index) => parts.get(index + 1)?.body ?? new Uint8Array(0))
  return { ok: true, header: first, body: concatenated(bodies) }
}

/** The numbers of parts that have not come, the first 125: what one request for them may name. */
export function missingParts(total: number, has: (index: number) => boolean): number[] {
  const missing: number[] = []
  for (let index = 1; index <= total && missing.length < 125; index++) if (!has(index)) missing.push(index)
  return missing
}

/** Byte arrays one after the other. */
export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

function unsound(reason: Unsound['reason'], detail: string): Unsound {
  return { ok: false, reason, detail }
}
