import { isRead } from './exchanges.ts'
import { crcHolds, dataBytes, MAX_BITS, MAX_REGISTERS, type ReadFunction } from './frame.ts'

/** Requests with their answers, one after the other, of one unit. */
export interface Overheard {
  readonly unit: number
  readonly from: number
  readonly to: number
}

const REQUEST_BYTES = 8
const SMALLEST_ADU = 5

/**
 * Finds the exchanges in what was heard on a line that someone else asks: each a read request and, right behind it, the answer that fits it (Modbus over Serial Line V1.02 § 2.5.1.1, Application
 * Protocol V1.1b3 § 6.1–6.4, § 7). Those of one unit that follow one another are one. What is neither is passed over. `open`: where something begins that may become an exchange with the next bytes.
 */
export function overhear(bytes: Uint8Array): { readonly found: readonly Overheard[]; readonly open: number } {
  const found: Overheard[] = []
  let at = 0
  while (at < bytes.length) {
    const left = bytes.length - at
    if (left < REQUEST_BYTES) return { found, open: mayBegin(bytes, at) ? at : nextBegin(bytes, at) }
    const length = isRequest(bytes, at) ? answerLength(bytes, at) : undefined
    if (length === 'more') return { found, open: at }
    if (length === undefined) at++
    else {
      const to = at + REQUEST_BYTES + length
      const unit = bytes[at] ?? 0
      const last = found.at(-1)
      if (last?.unit === unit && last.to === at) found[found.length - 1] = { ...last, to }
      else found.push({ unit, from: at, to })
      at = to
    }
  }
  return { found, open: bytes.length }
}

function isRequest(bytes: Uint8Array, at: number): boolean {
  const code = bytes[at + 1] ?? 0
  const count = word(bytes, at + 4)
  return isRead(code) && count >= 1 && count <= (code <= 2 ? MAX_BITS : MAX_REGISTERS) && crcHolds(bytes, at, at + REQUEST_BYTES)
}

/** Bytes of the answer behind a request; undefined when what is there is none. */
function answerLength(bytes: Uint8Array, request: number): number | 'more' | undefined {
  const at = request + REQUEST_BYTES
  if (at >= bytes.length) return 'more'
  if (bytes[at] !== bytes[request]) return undefined
  if (at + 2 >= bytes.length) return 'more'
  const code = (bytes[request + 1] ?? 0) as ReadFunction
  const isRefusal = bytes[at + 1] === (code | 0x80)
  const data = dataBytes({ functionCode: code, address: 0, count: word(bytes, request + 4) })
  if (!isRefusal && (bytes[at + 1] !== code || bytes[at + 2] !== data)) return undefined
  const length = SMALLEST_ADU + (isRefusal ? 0 : data)
  if (at + length > bytes.length) return 'more'
  return crcHolds(bytes, at, at + length) ? length : undefined
}

/** Whether a request could begin here of which only the first bytes have come. */
function mayBegin(bytes: Uint8Array, at: number): boolean {
  const unit = bytes[at] ?? 0
  return unit >= 1 && unit <= 247 && (at + 1 >= bytes.length || isRead(bytes[at + 1] ?? 0))
}

function nextBegin(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) if (mayBegin(bytes, at)) return at
  return bytes.length
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
