import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import { afterWakes, hex } from '../line-bytes.ts'
import { controlOf, errorTitle, READ, READ_MORE } from './control.ts'
import { identifierAt } from './encode.ts'
import { type Frame, HEAD_BYTES, nextPiece } from './frame.ts'
import { type Format, readBcd, standardBlock, standardItem } from './items.ts'
import { type Point, readMapping } from './mapping.ts'

/** Frames that are explained; a payload of more is cut there, and says so. */
const MOST_FRAMES = 64

/** What each byte of a payload means, whether it decodes or not. */
export function explainDlt645(payload: Uint8Array, model: Model | undefined, kind: Kind | undefined): Explanation {
  const points = pointsOf(model, kind)
  const parts: ExplainedPart[] = []
  let header: Record<string, string> | undefined
  let from = 0
  while (from < payload.length && parts.length < MOST_FRAMES) {
    const piece = nextPiece(payload, from)
    if (piece.type === 'frame') {
      header = headerOf(piece.frame)
      parts.push(...framePart(payload, piece, points))
    } else if (piece.type === 'broken') {
      const problem = { en: piece.detail, zh: piece.why === 'CHECKSUM_MISMATCH' ? '校验和不符' : '结束符不是 16h' }
      parts.push({ from: piece.from, to: piece.to, name: { en: 'Broken frame', zh: '错误的帧' }, problem, source: '§ 5.2' })
    } else {
      const name = piece.type === 'wait' ? { en: 'Beginning of a frame', zh: '不完整的帧' } : { en: 'No frame', zh: '非帧数据' }
      const problem = piece.type === 'wait' ? { en: 'it is not whole', zh: '帧不完整' } : { en: 'these bytes belong to no frame', zh: '这些字节不属于任何帧' }
      parts.push({ from: piece.from, to: piece.to, name, problem })
    }
    from = piece.to
  }
  if (from < payload.length) parts.push({ from, to: payload.length, name: { en: 'More frames', zh: '其余的帧' } })
  return { parts, ...(header && { header }) }
}

function pointsOf(model: Model | undefined, kind: Kind | undefined): ReadonlyMap<string, Point> {
  if (model?.protocol !== 'dlt645' || !kind) return new Map()
  try {
    return new Map(readMapping(model, kind).points.map(each => [each.di, each]))
  } catch {
    // A model that does not fit its kind is told of when it is loaded; its frames are explained without fields.
    return new Map()
  }
}

function headerOf(frame: Frame): Record<string, string> {
  const { code } = controlOf(frame.control)
  const names = (code === READ || code === READ_MORE) && frame.data.length >= 4
  return { address: frame.address, control: hex(frame.control), ...(names && { dataIdentifier: identifierAt(frame.data) }) }
}

function framePart(
  payload: Uint8Array,
  piece: { readonly frame: Frame; readonly from: number; readonly to: number },
  points: ReadonlyMap<string, Point>,
): ExplainedPart[] {
  const { frame, to } = piece
  const start = afterWakes(payload, piece)
  const { answers, refuses, title, old } = controlOf(frame.control)
  const way = answers
    ? { en: refuses ? 'the meter refuses: ' : 'the meter answers: ', zh: refuses ? '从站异常应答：' : '从站应答：' }
    : { en: 'asked: ', zh: '主站请求：' }
  const what = title ?? (old ? { en: 'a function of DL/T 645-1997', zh: 'DL/T 645-1997 功能' } : { en: 'no function of the standard', zh: '标准未定义的功能' })
  const data = start + HEAD_BYTES
  const parts: ExplainedPart[] = [
    { from: start, to: start + 1, name: { en: 'Start', zh: '帧起始符' }, value: '68h', source: '§ 5.2.1' },
    { from: start + 1, to: start + 7, name: { en: 'Address', zh: '地址域' }, value: frame.address, source: '§ 5.2.2' },
    { from: start + 7, to: start + 8, name: { en: 'Start', zh: '帧起始符' }, value: '68h', source: '§ 5.2.1' },
    {
      from: start + 8,
      to: start + 9,
      name: { en: 'Control', zh: '控制码' },
      value: `${hex(frame.control)}h`,
      note: { en: way.en + what.en, zh: way.zh + what.zh },
      source: '§ 5.2.3',
    },
    { from: start + 9, to: data, name: { en: 'Length of the data', zh: '数据域长度' }, value: `${frame.data.length}`, source: '§ 5.2.4' },
    ...dataParts(frame, data, points),
    { from: to - 2, to: to - 1, name: { en: 'Check sum', zh: '校验码' }, value: `${hex(payload[to - 2] ?? 0)}h`, source: '§ 5.2.6' },
    { from: to - 1, to, name: { en: 'End', zh: '结束符' }, value: '16h', source: '§ 5.2.7' },
  ]
  const wakes: ExplainedPart = {
    from: piece.from,
    to: start,
    name: { en: 'Wake bytes', zh: '前导字节' },
    value: `${start - piece.from} × FEh`,
    source: '§ 5.2.1',
  }
  const name = answers ? { en: 'Answer', zh: '应答帧' } : { en: 'Request', zh: '请求帧' }
  return [...(start > piece.from ? [wakes] : []), { from: start, to, name, parts }]
}

function dataParts({ control, data }: Frame, from: number, points: ReadonlyMap<string, Point>): ExplainedPart[] {
  if (data.length === 0) return []
  const { answers, refuses, code } = controlOf(control)
  const to = from + data.length
  if (refuses) {
    const error = data[0] ?? 0
    const parts = [{ from, to: from + 1, name: { en: 'Error', zh: '错误信息字' }, value: `${hex(error)}h`, note: errorTitle(error), source: 'A.6' }]
    return data.length === 1 ? parts : [...parts, rest(from + 1, to)]
  }
  if ((code !== READ && code !== READ_MORE) || data.length < 4) return [rest(from, to)]
  const di = identifierAt(data)
  const item = standardItem(di)
  const block = standardBlock(di)
  const about = item?.title ?? (block && { en: 'a block of values', zh: '数据块' })
  const parts: ExplainedPart[] = [
    { from, to: from + 4, name: { en: 'Data identifier', zh: '数据标识' }, value: di, ...(about && { note: about }), source: 'annex A' },
  ]
  // § 7.1.3: the number of the part stands last; where in the answer its bytes belong is not said.
  if (code === READ_MORE && data.length > 4) {
    const number: ExplainedPart = { from: to - 1, to, name: { en: 'Part', zh: '帧序号 SEQ' }, value: String(data.at(-1)), source: '§ 7.1.3' }
    return data.length > 5 ? [...parts, rest(from + 4, to - 1), number] : [...parts, number]
  }
  let at = 4
  for (const each of answers ? (block?.items ?? [di]) : []) {
    const format = points.get(each)?.format ?? standardItem(each)
    if (!format || at + format.bytes > data.length) break
    parts.push(valuePart(each, format, data, at, from, points.get(each)))
    at += format.bytes
  }
  return at < data.length ? [...parts, rest(from + at, to)] : parts
}

function valuePart(di: string, format: Format, data: Uint8Array, at: number, from: number, point: Point | undefined): ExplainedPart {
  const value = readBcd(data, at, format)
  const item = standardItem(di)
  const unit = item?.unit === undefined ? '' : ` ${item.unit}`
  return {
    from: from + at,
    to: from + at + format.bytes,
    name: item?.title ?? { en: di, zh: di },
    value: value === undefined ? '–' : `${value.toFixed(format.decimals)}${unit}`,
    ...(value === undefined && { note: { en: 'no decimal digits: the meter has no value', zh: '非十进制数：无此数据' } }),
    ...(point && { field: point.field }),
    source: 'tables A.1, A.3',
  }
}

function rest(from: number, to: number): ExplainedPart {
  return { from, to, name: { en: 'Data', zh: '数据' } }
}
