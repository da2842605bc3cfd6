import type { Recognised } from '../protocol.ts'
import { isRead } from './exchanges.ts'
import { crcHolds, MAX_BITS, MAX_REGISTERS } from './frame.ts'

/** Bytes looked through for a first frame. */
const LOOKED_AT = 4096
const REQUEST_BYTES = 8
const SMALLEST_ADU = 5
/** The highest exception code of the Application Protocol V1.1b3 § 7. */
const LAST_EXCEPTION = 11

/** The first read request, answer or refusal whose CRC holds; a request together with the answer right behind it. */
export function recogniseModbus(bytes: Uint8Array): Recognised | undefined {
  const last = Math.min(bytes.length - SMALLEST_ADU, LOOKED_AT)
  for (let from = 0; from <= last; from++) {
    const sender = String(bytes[from] ?? 0)
    if (isRequest(bytes, from)) {
      const to = answerEnd(bytes, from + REQUEST_BYTES)
      const what = to === undefined ? { en: 'a read request', zh: '读请求' } : { en: 'a read request and its answer', zh: '读请求及其应答' }
      return { from, to: to ?? from + REQUEST_BYTES, what, sender }
    }
    const to = answerEnd(bytes, from)
    if (to !== undefined) return { from, to, what: { en: 'an answer to a read', zh: '读应答' }, sender }
  }
  return undefined
}

function isRequest(bytes: Uint8Array, from: number): boolean {
  if (from + REQUEST_BYTES > bytes.length) return false
  const code = bytes[from + 1] ?? 0
  const count = ((bytes[from + 4] ?? 0) << 8) | (bytes[from + 5] ?? 0)
  return isRead(code) && count >= 1 && count <= (code <= 2 ? MAX_BITS : MAX_REGISTERS) && crcHolds(bytes, from, from + REQUEST_BYTES)
}

/** Where an answer that begins here ends; undefined where none does. */
function answerEnd(bytes: Uint8Array, from: number): number | undefined {
  const code = bytes[from + 1] ?? 0
  const third = bytes[from + 2] ?? 0
  const refused = isRead(code & 0x7f) && code > 0x80
  if (!refused && !isRead(code)) return undefined
  if (third < 1 || (refused && third > LAST_EXCEPTION) || (!refused && code >= 3 && third % 2 === 1)) return undefined
  const to = from + (refused ? SMALLEST_ADU : SMALLEST_ADU + third)
  return to <= bytes.length && crcHolds(bytes, from, to) ? to : undefined
}
