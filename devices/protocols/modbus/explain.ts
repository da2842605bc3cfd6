import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import { isRead } from './exchanges.ts'
import { type Asked, explainAnswer } from './explain-answer.ts'
import { type RegisterGuide, registerGuide } from './explain-map.ts'
import { crcPart, functionPart, hex, rest, unitPart } from './explain-parts.ts'
import { explainWrites } from './explain-writes.ts'
import { crcHolds, dataBytes, MAX_BITS, MAX_REGISTERS } from './frame.ts'

const REQUEST_BYTES = 8
const SMALLEST_ADU = 5

/**
 * What each byte of a payload of Modbus means: requests and answers in turn, as `findExchanges` reads them. Goes on after a mistake where it can, so that a person sees
 * all of the frame; the mistakes are marked where they are.
 */
export function explainModbus(payload: Uint8Array, model: Model | undefined, kind: Kind | undefined): Explanation {
  const guide = registerGuide(model, kind)
  const parts: ExplainedPart[] = []
  let offset = 0
  let header: Explanation['header']
  while (offset < payload.length) {
    const step = explainNext(payload, offset, guide)
    parts.push(...step.parts)
    header ??= step.header
    offset = step.parts.at(-1)?.to ?? payload.length
  }
  return header === undefined ? { parts } : { parts, header: { ...header, messages: parts.length } }
}

interface Step {
  readonly parts: readonly ExplainedPart[]
  readonly header?: Explanation['header']
}

/** A request with its answer, an answer alone, or the rest that is neither. */
function explainNext(payload: Uint8Array, offset: number, guide: RegisterGuide | undefined): Step {
  const left = payload.length - offset
  const alone = offset === 0 && isAnswerAlone(payload)
  if (alone) {
    const answer = explainAnswer(payload, 0, fittingBlock(payload, guide), guide)
    return { parts: [answer], header: { unit: payload[0] ?? 0, function: (payload[1] ?? 0) & 0x7f } }
  }
  const written = explainWrites(payload, offset)
  if (written) return { parts: written, header: { unit: payload[offset] ?? 0, function: payload[offset + 1] ?? 0 } }
  if (left < REQUEST_BYTES)
    return {
      parts: [rest(payload, offset, { en: `a request has ${REQUEST_BYTES} bytes, ${left} are left`, zh: `请求应有 ${REQUEST_BYTES} 字节，仅剩 ${left} 字节` })],
    }
  const { part, asked } = explainRequest(payload, offset)
  if (asked === undefined) return { parts: [part, ...afterUnknown(payload, offset + REQUEST_BYTES)] }
  const header = { unit: asked.unit, function: asked.block.functionCode, address: asked.block.address, count: asked.block.count }
  const next = offset + REQUEST_BYTES
  if (next === payload.length) return { parts: [{ ...part, problem: part.problem ?? { en: 'no answer follows', zh: '其后没有应答' } }], header }
  if (payload.length - next < SMALLEST_ADU) {
    return {
      parts: [
        part,
        rest(payload, next, {
          en: `an answer has at least ${SMALLEST_ADU} bytes, ${payload.length - next} are left`,
          zh: `应答至少 ${SMALLEST_ADU} 字节，仅剩 ${payload.length - next} 字节`,
        }),
      ],
      header,
    }
  }
  return { parts: [part, explainAnswer(payload, next, asked, guide)], header }
}

/** After a request that is none, nothing tells where the next message begins. */
function afterUnknown(payload: Uint8Array, from: number): ExplainedPart[] {
  return from < payload.length ? [rest(payload, from, { en: 'what comes after a request that cannot be read', zh: '无法识别的请求之后的内容' })] : []
}

/** Application Protocol V1.1b3 § 6.1–6.4: function, starting address, quantity. Asked for is only what the standard allows. */
function explainRequest(payload: Uint8Array, offset: number): { readonly part: ExplainedPart; readonly asked: Asked | undefined } {
  const view = new DataView(payload.buffer, payload.byteOffset + offset, REQUEST_BYTES)
  const functionCode = view.getUint8(1)
  const read = isRead(functionCode)
  const most = functionCode <= 2 ? MAX_BITS : MAX_REGISTERS
  const count = view.getUint16(4)
  const countProblem = read && (count < 1 || count > most) ? { en: `1 to ${most} are allowed`, zh: `允许 1 至 ${most}` } : undefined
  const address = view.getUint16(2)
  const at = (from: number, to: number): { from: number; to: number } => ({ from: offset + from, to: offset + to })
  const parts: ExplainedPart[] = [
    unitPart(offset, view.getUint8(0)),
    functionPart(offset + 1, functionCode),
    {
      ...at(2, 4),
      name: { en: 'First address', zh: '起始地址' },
      value: `${address} (0x${hex(address, 4)})`,
      source: `Modbus APv1.1b3 § 6.${read ? functionCode : 1}`,
    },
    {
      ...at(4, 6),
      name: functionCode <= 2 ? { en: 'How many bits', zh: '位数' } : { en: 'How many registers', zh: '寄存器数量' },
      value: String(count),
      ...(countProblem && { problem: countProblem }),
    },
    crcPart(payload, offset, offset + REQUEST_BYTES),
  ]
  const last = address + count - 1
  const part = {
    ...at(0, REQUEST_BYTES),
    name: { en: 'Request', zh: '请求' },
    ...(read && !countProblem && { value: `${address}…${last}` }),
    parts,
  }
  return { part, asked: read && !countProblem ? { unit: view.getUint8(0), block: { functionCode, address, count } } : undefined }
}

function isAnswerAlone(payload: Uint8Array): boolean {
  if (payload.length < SMALLEST_ADU || !crcHolds(payload, 0, payload.length)) return false
  const functionCode = payload[1] ?? 0
  if (functionCode & 0x80) return payload.length === SMALLEST_ADU
  return isRead(functionCode) && (payload[2] ?? 0) > 0 && SMALLEST_ADU + (payload[2] ?? 0) === payload.length
}

/** The request that an answer alone must have had, where the model reads only one block of that size. */
function fittingBlock(payload: Uint8Array, guide: RegisterGuide | undefined): Asked | undefined {
  const fitting = (guide?.blocks ?? []).filter(block => block.functionCode === payload[1] && dataBytes(block) === payload[2])
  const [block] = fitting
  return block && new Set(fitting.map(each => each.address)).size === 1 ? { unit: payload[0] ?? 0, block } : undefined
}
