import type { Decoded } from '../../../gateway/model/decoded.ts'
import { crcHolds, dataBytes, MAX_BITS, MAX_REGISTERS, type ReadBlock, type ReadFunction } from './frame.ts'

/** A read and its answer. `data` is the answer's data as on the wire; absent when the unit answered with an exception. */
export interface Exchange {
  readonly unit: number
  readonly block: ReadBlock
  readonly data?: DataView
  readonly exception?: number
}

type Refusal = Extract<Decoded, { ok: false }>
/** Exchanges, or the answer of one read whose request did not come along, or why it is neither. */
export type Found =
  | { readonly exchanges: readonly Exchange[] }
  | { readonly answer: { readonly functionCode: ReadFunction; readonly data: DataView } }
  | { readonly refusal: Refusal }

const REQUEST_BYTES = 8
const SMALLEST_ADU = 5

/**
 * Finds the request and answer ADUs in a payload: Modbus over Serial Line V1.02 § 2.5.1.1, Application Protocol V1.1b3 § 6.1–6.4 and § 7.
 * Every byte belongs to an ADU; a payload with one that does not is refused whole, because nothing after it can be trusted to begin where it seems to.
 */
export function findExchanges(payload: Uint8Array): Found {
  if (payload.length === 0) return refuse('EMPTY', 'the payload has no bytes')
  if (payload.length < SMALLEST_ADU) return refuse('TRUNCATED', `${payload.length} bytes are fewer than the smallest RTU frame has (${SMALLEST_ADU})`)
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const exchanges: Exchange[] = []
  let offset = 0
  while (offset < payload.length) {
    const request = requestAt(payload, view, offset)
    if ('refusal' in request || offset + REQUEST_BYTES === payload.length) {
      const alone = offset === 0 ? answerAlone(payload, view) : undefined
      if (alone) return alone
      if ('refusal' in request) return request
      return refuse('TRUNCATED', `the request at byte ${offset} has no answer`)
    }
    const answer = answerAt(payload, view, offset + REQUEST_BYTES, request)
    if ('refusal' in answer) return answer
    exchanges.push(answer.exchange)
    offset = answer.end
  }
  return { exchanges }
}

function requestAt(payload: Uint8Array, view: DataView, offset: number): { unit: number; block: ReadBlock } | { refusal: Refusal } {
  if (payload.length - offset < REQUEST_BYTES)
    return refuse('TRUNCATED', `byte ${offset}: a request has ${REQUEST_BYTES} bytes, ${payload.length - offset} are left`)
  if (!crcHolds(payload, offset, offset + REQUEST_BYTES)) return refuse('CRC_MISMATCH', `the CRC of the request at byte ${offset} does not hold`)
  const functionCode = view.getUint8(offset + 1)
  if (!isRead(functionCode)) return refuse('WRONG_FUNCTION', `the request at byte ${offset} has function ${functionCode}; only reads (1 to 4) carry values`)
  const count = view.getUint16(offset + 4)
  const most = functionCode <= 2 ? MAX_BITS : MAX_REGISTERS
  if (count < 1 || count > most) return refuse('WRONG_LENGTH', `the request at byte ${offset} asks for ${count} values; 1 to ${most} are allowed`)
  return { unit: view.getUint8(offset), block: { functionCode, address: view.getUint16(offset + 2), count } }
}

function answerAt(
  payload: Uint8Array,
  view: DataView,
  offset: number,
  request: { readonly unit: number; readonly block: ReadBlock },
): { readonly exchange: Exchange; readonly end: number } | { readonly refusal: Refusal } {
  const left = payload.length - offset
  if (left < SMALLEST_ADU) return refuse('TRUNCATED', `byte ${offset}: an answer has at least ${SMALLEST_ADU} bytes, ${left} are left`)
  const { unit, block } = request
  const functionCode = view.getUint8(offset + 1)
  const length = functionCode & 0x80 ? SMALLEST_ADU : SMALLEST_ADU + view.getUint8(offset + 2)
  if (length > left) return refuse('TRUNCATED', `byte ${offset}: the answer has ${length} bytes by its own count, ${left} are left`)
  if (!crcHolds(payload, offset, offset + length)) return refuse('CRC_MISMATCH', `the CRC of the answer at byte ${offset} does not hold`)
  const answering = view.getUint8(offset)
  if (answering !== unit) return refuse('WRONG_UNIT', `unit ${unit} was asked, unit ${answering} answered (byte ${offset})`)
  const end = offset + length
  if (functionCode === (block.functionCode | 0x80)) return { exchange: { unit, block, exception: view.getUint8(offset + 2) }, end }
  if (functionCode !== block.functionCode)
    return refuse('WRONG_FUNCTION', `function ${block.functionCode} was asked, ${functionCode} answered (byte ${offset})`)
  const expected = dataBytes(block)
  if (length - SMALLEST_ADU !== expected) {
    return refuse('WRONG_LENGTH', `${block.count} values were asked, which are ${expected} bytes; the answer at byte ${offset} has ${length - SMALLEST_ADU}`)
  }
  return { exchange: { unit, block, data: new DataView(view.buffer, view.byteOffset + offset + 3, expected) }, end }
}

/** An answer that fills the whole payload: its request stayed with whoever asked. */
function answerAlone(payload: Uint8Array, view: DataView): Found | undefined {
  if (!crcHolds(payload, 0, payload.length)) return undefined
  const functionCode = view.getUint8(1)
  if (functionCode & 0x80 && payload.length === SMALLEST_ADU) return exceptionRefusal(view.getUint8(0), functionCode & 0x7f, view.getUint8(2))
  const bytes = view.getUint8(2)
  if (!isRead(functionCode) || SMALLEST_ADU + bytes !== payload.length || bytes === 0) return undefined
  return { answer: { functionCode, data: new DataView(view.buffer, view.byteOffset + 3, bytes) } }
}

/** Application Protocol V1.1b3 § 7, table of exception codes. */
export const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
}

/** What an exception code means, as the standard names it. */
export function exceptionName(exception: number): string {
  return EXCEPTIONS[exception] ?? 'not in the standard'
}

export function exceptionRefusal(unit: number, functionCode: number, exception: number): { readonly refusal: Refusal } {
  return refuse('DEVICE_EXCEPTION', `unit ${unit} answered function ${functionCode} with exception ${exception} (${exceptionName(exception)})`)
}

/** Whether a function reads: only these carry values. */
export function isRead(functionCode: number): functionCode is ReadFunction {
  return functionCode >= 1 && functionCode <= 4
}

function refuse(reason: Refusal['reason'], detail: string): { readonly refusal: Refusal } {
  return { refusal: { ok: false, reason, detail } }
}
