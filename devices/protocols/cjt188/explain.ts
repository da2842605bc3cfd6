import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import { afterWakes, hex, readDigits, reversedHex } from '../line-bytes.ts'
import { CURRENT, controlOf, READ, typeTitle } from './control.ts'
import { DATA_HEAD } from './decode.ts'
import { type Frame, HEAD_BYTES, nextPiece } from './frame.ts'
import { identifierAt } from './identifiers.ts'
import { type Item, type Layout, layoutOf, readStatus, unitAt, unitName } from './items.ts'
import { type Cjt188Mapping, readMapping } from './mapping.ts'

/** Frames that are explained; a payload of more is cut there, and says so. */
const MOST_FRAMES = 64
const STANDARD = 'CJ/T 188-2004'

/** What each byte of a payload means, whether it decodes or not. */
export function explainCjt188(payload: Uint8Array, model: Model | undefined, kind: Kind | undefined): Explanation {
  const mapping = mappingOf(model, kind)
  const parts: ExplainedPart[] = []
  let header: Record<string, string> | undefined
  let from = 0
  while (from < payload.length && parts.length < MOST_FRAMES) {
    const piece = nextPiece(payload, from)
    if (piece.type === 'frame') {
      const di = identifierAt(piece.frame.data)?.di
      header = { address: piece.frame.address, control: hex(piece.frame.control), ...(di !== undefined && { dataIdentifier: di }) }
      parts.push(...framePart(payload, piece, mapping))
    } else parts.push(outside(piece.from, piece.to, piece.type === 'broken' ? piece.detail : undefined, piece.type))
    from = piece.to
  }
  if (from < payload.length) parts.push({ from, to: payload.length, name: { en: 'More frames', zh: '其余的帧' } })
  return { parts, ...(header && { header }) }
}

function mappingOf(model: Model | undefined, kind: Kind | undefined): Cjt188Mapping | undefined {
  if (model?.protocol !== 'cjt188' || !kind) return undefined
  try {
    return readMapping(model, kind)
  } catch {
    // A model that does not fit its kind is told of when it is loaded; its frames are explained without fields.
    return undefined
  }
}

function outside(from: number, to: number, detail: string | undefined, type: 'broken' | 'wait' | 'noise'): ExplainedPart {
  if (type === 'broken')
    return { from, to, name: { en: 'Broken frame', zh: '错误的帧' }, problem: { en: detail ?? '', zh: '校验和或结束符不符' }, source: `${STANDARD} § 6` }
  if (type === 'wait') return { from, to, name: { en: 'Beginning of a frame', zh: '不完整的帧' }, problem: { en: 'it is not whole', zh: '帧不完整' } }
  return { from, to, name: { en: 'No frame', zh: '非帧数据' }, problem: { en: 'these bytes belong to no frame', zh: '这些字节不属于任何帧' } }
}

function framePart(
  payload: Uint8Array,
  piece: { readonly frame: Frame; readonly from: number; readonly to: number },
  mapping: Cjt188Mapping | undefined,
): ExplainedPart[] {
  const { frame, to } = piece
  const start = afterWakes(payload, piece)
  const { answers, refuses, title } = controlOf(frame.control)
  const way = answers
    ? { en: refuses ? 'the meter could not: ' : 'the meter answers: ', zh: refuses ? '异常应答：' : '应答：' }
    : { en: 'asked: ', zh: '请求：' }
  const what = title ?? { en: 'no function of the standard', zh: '标准未定义的功能' }
  const data = start + HEAD_BYTES
  const parts: ExplainedPart[] = [
    { from: start, to: start + 1, name: { en: 'Start', zh: '帧起始符' }, value: '68h', source: '§ 6.1' },
    {
      from: start + 1,
      to: start + 2,
      name: { en: 'Type of meter', zh: '仪表类型' },
      value: `${hex(frame.type)}h`,
      note: typeTitle(frame.type),
      source: 'table 2',
    },
    { from: start + 2, to: start + 9, name: { en: 'Address', zh: '地址域' }, value: frame.address, source: '§ 6.3' },
    {
      from: start + 9,
      to: start + 10,
      name: { en: 'Control', zh: '控制码' },
      value: `${hex(frame.control)}h`,
      note: { en: way.en + what.en, zh: way.zh + what.zh },
      source: '§ 6.4',
    },
    { from: start + 10, to: data, name: { en: 'Length of the data', zh: '数据长度域' }, value: `${frame.data.length}`, source: '§ 6.5' },
    ...dataParts(frame, data, mapping),
    { from: to - 2, to: to - 1, name: { en: 'Check sum', zh: '校验码' }, value: `${hex(payload[to - 2] ?? 0)}h`, source: '§ 6.7' },
    { from: to - 1, to, name: { en: 'End', zh: '结束符' }, value: '16h', source: '§ 6.8' },
  ]
  const wakes: ExplainedPart = {
    from: piece.from,
    to: start,
    name: { en: 'Wake bytes', zh: '前导字节' },
    value: `${start - piece.from} × FEh`,
    source: '§ 6.1',
  }
  const name = answers ? { en: 'Answer', zh: '应答帧' } : { en: 'Request', zh: '请求帧' }
  return [...(start > piece.from ? [wakes] : []), { from: start, to, name, parts }]
}

function dataParts({ type, control, data }: Frame, from: number, mapping: Cjt188Mapping | undefined): ExplainedPart[] {
  if (data.length === 0) return []
  const known = identifierAt(data)
  if (!known || data.length < DATA_HEAD) return [rest(from, from + data.length)]
  const parts: ExplainedPart[] = [
    { from, to: from + 2, name: { en: 'Data identifier', zh: '数据标识' }, value: known.di, ...(known.title && { note: known.title }), source: 'table 6' },
    { from: from + 2, to: from + 3, name: { en: 'Serial number', zh: '序号' }, value: `${data[2]}` },
  ]
  const { answers, refuses, code } = controlOf(control)
  const layout = layoutOf(type)
  const current = answers && !refuses && code === READ && known.di === CURRENT && layout !== undefined && data.length >= DATA_HEAD + layout.bytes
  const values = current ? currentParts(data, from, layout, mapping) : []
  const at = from + DATA_HEAD + (current ? layout.bytes : 0)
  return at < from + data.length ? [...parts, ...values, rest(at, from + data.length)] : [...parts, ...values]
}

function currentParts(data: Uint8Array, from: number, layout: Layout, mapping: Cjt188Mapping | undefined): ExplainedPart[] {
  const unitFirst = mapping?.unitFirst ?? false
  const fieldOf = (item: string): { field?: string } => {
    const field = mapping?.points.find(each => each.item === item)?.field
    return field === undefined ? {} : { field }
  }
  const time = reversedHex(data, DATA_HEAD + layout.timeAt, DATA_HEAD + layout.timeAt + 7)
  const timeFrom = from + DATA_HEAD + layout.timeAt
  return [
    ...layout.items.map(item => ({ ...itemPart(data, from, item, unitFirst), ...fieldOf(item.name) })),
    {
      from: timeFrom,
      to: timeFrom + 7,
      name: { en: 'Time of the meter', zh: '实时时间' },
      value: `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)} ${time.slice(8, 10)}:${time.slice(10, 12)}:${time.slice(12)}`,
    },
    statusPart(data, timeFrom + 7, DATA_HEAD + layout.statusAt, fieldOf),
  ]
}

/** Table 9: bits 0 and 1 of the first byte are the valve's, bit 2 is the battery's; the second byte is the maker's. */
function statusPart(data: Uint8Array, from: number, at: number, fieldOf: (item: string) => { field?: string }): ExplainedPart {
  const { valveOpen, batteryLow } = readStatus(data[at] ?? 0)
  const valve = valveOpen === undefined ? { en: 'broken', zh: '异常' } : valveOpen ? { en: 'open', zh: '开' } : { en: 'closed', zh: '关' }
  const battery = batteryLow ? { en: 'low', zh: '欠压' } : { en: 'fine', zh: '正常' }
  const first = { from, to: from + 1, value: `${hex(data[at] ?? 0)}h`, source: 'table 9' }
  const low = { ...first, name: { en: 'Battery', zh: '电池' }, note: battery, ...fieldOf('batteryLow') }
  return {
    from,
    to: from + 2,
    name: { en: 'Status', zh: '状态' },
    parts: [
      { ...first, name: { en: 'Valve', zh: '阀门' }, note: valve, ...fieldOf('valveOpen'), parts: [low] },
      { from: from + 1, to: from + 2, name: { en: "Maker's own", zh: '厂家自定义' }, value: `${hex(data[at + 1] ?? 0)}h` },
    ],
  }
}

function itemPart(data: Uint8Array, from: number, item: Item, unitFirst: boolean): ExplainedPart {
  const begin = DATA_HEAD + item.at
  const raw = readDigits(data, begin + (item.hasUnit && unitFirst ? 1 : 0), item.bytes)
  const code = data[unitAt(DATA_HEAD, item, unitFirst)] ?? 0
  const unit = item.hasUnit ? (unitName(code) ?? `unit ${hex(code)}h`) : item.name === 'hours' ? 'h' : '°C'
  return {
    from: from + begin,
    to: from + begin + item.bytes + (item.hasUnit ? 1 : 0),
    name: item.title,
    value: raw === undefined ? '–' : `${(raw / 10 ** item.decimals).toFixed(item.decimals)} ${unit}`,
    ...(raw === undefined && { note: { en: 'no decimal digits', zh: '非十进制数' } }),
    source: 'tables 7, 8',
  }
}

function rest(from: number, to: number): ExplainedPart {
  return { from, to, name: { en: 'Data', zh: '数据' } }
}
