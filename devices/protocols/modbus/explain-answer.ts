import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { EXCEPTIONS } from './exchanges.ts'
import { explainData } from './explain-data.ts'
import type { RegisterGuide } from './explain-map.ts'
import { crcPart, functionPart, rest, unitPart } from './explain-parts.ts'
import { dataBytes, type ReadBlock } from './frame.ts'

/** What was asked, as far as it could be read. */
export interface Asked {
  readonly unit: number
  readonly block: ReadBlock
}

const SMALLEST_ADU = 5

/** An answer that begins at `offset`, at least five bytes of it being there. What was asked says which registers it holds; without that, its data stays bytes. */
export function explainAnswer(payload: Uint8Array, offset: number, asked: Asked | undefined, guide: RegisterGuide | undefined): ExplainedPart {
  const [unit = 0, code = 0, third = 0] = payload.subarray(offset, offset + 3)
  const refused = (code & 0x80) !== 0
  const length = refused ? SMALLEST_ADU : SMALLEST_ADU + third
  const name = refused ? { en: 'Answer: refused', zh: '应答：拒绝' } : { en: 'Answer', zh: '应答' }
  const head = [unitPart(offset, unit, differs(asked?.unit, unit)), functionPart(offset + 1, code, differs(asked?.block.functionCode, code & 0x7f))]
  if (offset + length > payload.length) return cutShort(payload, offset, { name, head, length })
  const end = offset + length
  const body = refused ? [exceptionPart(offset + 2, third)] : [countPart(offset + 2, third, asked), ...dataParts(payload, offset + 3, third, asked, guide)]
  return { from: offset, to: end, name, parts: [...head, ...body, crcPart(payload, offset, end)] }
}

function differs(asked: number | undefined, found: number): Title | undefined {
  return asked === undefined || asked === found ? undefined : { en: `${asked} was asked`, zh: `请求的是 ${asked}` }
}

function cutShort(
  payload: Uint8Array,
  offset: number,
  answer: { readonly name: Title; readonly head: readonly ExplainedPart[]; readonly length: number },
): ExplainedPart {
  const left = payload.length - offset
  const problem = {
    en: `the answer has ${answer.length} bytes by its own count, ${left} are left`,
    zh: `按其自身计数应答有 ${answer.length} 字节，仅剩 ${left} 字节`,
  }
  return { from: offset, to: payload.length, name: answer.name, parts: [...answer.head, rest(payload, offset + 2, problem)] }
}

function countPart(at: number, count: number, asked: Asked | undefined): ExplainedPart {
  const expected = asked && dataBytes(asked.block)
  const wrong = expected !== undefined && expected !== count
  return {
    from: at,
    to: at + 1,
    name: { en: 'Bytes of data', zh: '数据字节数' },
    value: String(count),
    ...(wrong && { problem: { en: `what was asked has ${expected}`, zh: `按请求应为 ${expected}` } }),
  }
}

function exceptionPart(at: number, code: number): ExplainedPart {
  const title = EXCEPTIONS_IN_CHINESE[code]
  return {
    from: at,
    to: at + 1,
    name: { en: 'Exception', zh: '异常码' },
    value: String(code),
    source: 'Modbus APv1.1b3 § 7',
    problem: { en: EXCEPTIONS[code] ?? 'not in the standard', zh: title ?? '标准中没有此异常码' },
  }
}

const EXCEPTIONS_IN_CHINESE: Readonly<Record<number, string>> = {
  1: '非法功能码',
  2: '非法数据地址',
  3: '非法数据值',
  4: '从站设备故障',
  5: '已确认，处理中',
  6: '从站设备忙',
  8: '存储奇偶校验错误',
  10: '网关路径不可用',
  11: '网关目标设备无响应',
}

function dataParts(payload: Uint8Array, from: number, count: number, asked: Asked | undefined, guide: RegisterGuide | undefined): ExplainedPart[] {
  if (count === 0) return []
  if (asked === undefined || dataBytes(asked.block) !== count) {
    const note = { en: 'which registers these are, only the request says', zh: '仅凭应答无法得知是哪些寄存器，需要对应的请求' }
    return [{ from, to: from + count, name: { en: 'Data', zh: '数据' }, ...(asked === undefined && { note }) }]
  }
  return explainData({ from, view: new DataView(payload.buffer, payload.byteOffset + from, count), block: asked.block }, guide)
}
