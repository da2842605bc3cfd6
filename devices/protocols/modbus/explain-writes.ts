import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import { crcPart, functionPart, hex, unitPart } from './explain-parts.ts'
import { crcHolds } from './frame.ts'

const SHORT_BYTES = 8
/** Bytes of a write of several values beside its data. */
const LONG_BYTES = 9

/**
 * A write and its answer, as a capture of a line may hold them: Application Protocol V1.1b3 § 6.5 (one coil), § 6.6 (one register), § 6.11 (coils), § 6.12 (registers). Nothing is read
 * from them. Undefined where no whole write with its CRC begins.
 */
export function explainWrites(payload: Uint8Array, offset: number): readonly ExplainedPart[] | undefined {
  const code = payload[offset + 1] ?? 0
  const to = writeEnd(payload, offset, code)
  if (to === undefined) return undefined
  const request = writePart(payload, offset, to, code, 'request')
  const answers = to + SHORT_BYTES <= payload.length && payload[to] === payload[offset] && payload[to + 1] === code && crcHolds(payload, to, to + SHORT_BYTES)
  return answers ? [request, writePart(payload, to, to + SHORT_BYTES, code, 'answer')] : [request]
}

/** One past the write that begins here. Several values stand with their number of bytes; the answer to such a write has neither. */
function writeEnd(payload: Uint8Array, offset: number, code: number): number | undefined {
  const long = offset + LONG_BYTES + (payload[offset + 6] ?? 0)
  if ((code === 15 || code === 16) && long <= payload.length && crcHolds(payload, offset, long)) return long
  const short = offset + SHORT_BYTES
  return [5, 6, 15, 16].includes(code) && short <= payload.length && crcHolds(payload, offset, short) ? short : undefined
}

function writePart(payload: Uint8Array, from: number, to: number, code: number, role: 'request' | 'answer'): ExplainedPart {
  const view = new DataView(payload.buffer, payload.byteOffset + from, to - from)
  const single = code <= 6
  const address = view.getUint16(2)
  const second = view.getUint16(4)
  const data: ExplainedPart[] =
    to - from > SHORT_BYTES
      ? [
          { from: from + 6, to: from + 7, name: { en: 'Bytes of data', zh: '数据字节数' }, value: String(view.getUint8(6)) },
          ...(to - from > LONG_BYTES ? [{ from: from + 7, to: to - 2, name: { en: 'What is written', zh: '写入的数据' } }] : []),
        ]
      : []
  return {
    from,
    to,
    name: role === 'request' ? { en: 'Write', zh: '写请求' } : { en: 'Answer to the write', zh: '写应答' },
    value: `${address}${single ? ` = ${second}` : `…${address + second - 1}`}`,
    parts: [
      unitPart(from, view.getUint8(0)),
      functionPart(from + 1, code),
      { from: from + 2, to: from + 4, name: { en: 'Address', zh: '地址' }, value: `${address} (0x${hex(address, 4)})` },
      { from: from + 4, to: from + 6, ...secondText(code, second) },
      ...data,
      crcPart(payload, from, to),
    ],
  }
}

/** § 6.5: FF00 is on, 0000 off, all else illegal. */
function secondText(code: number, value: number): Pick<ExplainedPart, 'name' | 'value' | 'note' | 'problem'> {
  if (code > 6) return { name: { en: 'How many', zh: '数量' }, value: String(value) }
  const name = { en: 'What is written', zh: '写入的数据' }
  if (code === 6) return { name, value: String(value) }
  const known = value === 0xff00 || value === 0
  const note = value === 0 ? { en: 'off', zh: '断开' } : { en: 'on', zh: '接通' }
  return { name, value: hex(value, 4), ...(known ? { note } : { problem: { en: 'FF00 or 0000 is allowed', zh: '只允许 FF00 或 0000' } }) }
}
