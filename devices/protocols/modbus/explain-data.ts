import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { MappedSpan, RegisterGuide } from './explain-map.ts'
import type { ReadBlock } from './frame.ts'

/** An answer's data: where it stands in the frame, and which registers or bits it holds. */
export interface AnswerData {
  /** Of the data within the frame. */
  readonly from: number
  readonly view: DataView
  readonly block: ReadBlock
}

/** The registers or bits of an answer, each with what the model says of it. Whole: covers the data. */
export function explainData(data: AnswerData, guide: RegisterGuide | undefined): ExplainedPart[] {
  const { block } = data
  const spans = (guide?.spans ?? []).filter(
    span => span.functionCode === block.functionCode && span.from >= block.address && span.to <= block.address + block.count,
  )
  return block.functionCode <= 2 ? bits(data, spans) : registers(data, spans, guide !== undefined)
}

function registers(data: AnswerData, spans: readonly MappedSpan[], hasMap: boolean): ExplainedPart[] {
  const { block } = data
  const end = block.address + block.count
  const parts: ExplainedPart[] = []
  let address = block.address
  for (const cluster of clustersOf(spans)) {
    if (cluster.from > address) parts.push(...unmapped(data, address, cluster.from, hasMap))
    parts.push(clusterPart(data, cluster))
    address = cluster.to
  }
  if (address < end) parts.push(...unmapped(data, address, end, hasMap))
  return parts
}

interface Cluster {
  readonly from: number
  readonly to: number
  readonly spans: readonly MappedSpan[]
}

/** Spans that share a register are told together, as parts of it. */
function clustersOf(spans: readonly MappedSpan[]): Cluster[] {
  const clusters: { from: number; to: number; spans: MappedSpan[] }[] = []
  for (const span of spans) {
    const last = clusters.at(-1)
    if (last && span.from < last.to) {
      last.to = Math.max(last.to, span.to)
      last.spans.push(span)
    } else clusters.push({ from: span.from, to: span.to, spans: [span] })
  }
  return clusters
}

function clusterPart(data: AnswerData, { from, to, spans }: Cluster): ExplainedPart {
  const place = { from: byteOf(data, from), to: byteOf(data, to) }
  const [only] = spans
  if (only && spans.length === 1 && only.half === undefined) return { ...place, ...spanPart(data, only), source: registerText(from, to) }
  const parts = spans.map(span => ({ ...bytesOfSpan(data, span), ...spanPart(data, span) })).sort((a, b) => a.from - b.from || a.to - b.to)
  return { ...place, name: { en: 'Shared register', zh: '共用寄存器' }, source: registerText(from, to), parts }
}

function bytesOfSpan(data: AnswerData, span: MappedSpan): { from: number; to: number } {
  const from = byteOf(data, span.from)
  if (span.half === undefined) return { from, to: byteOf(data, span.to) }
  return span.half === 'high' ? { from, to: from + 1 } : { from: from + 1, to: from + 2 }
}

function spanPart(data: AnswerData, span: MappedSpan): Pick<ExplainedPart, 'name' | 'value' | 'note' | 'field'> {
  const { block, view } = data
  const whole = (point: { readonly from: number; readonly to: number }): boolean => point.from >= block.address && point.to <= block.address + block.count
  return { name: span.name, ...span.text(view, block.address, whole), ...(span.field !== undefined && { field: span.field }) }
}

/** Registers nobody maps: together where a model is known, one by one where none is, since then their numbers are all there is to see. */
function unmapped(data: AnswerData, from: number, to: number, hasMap: boolean): ExplainedPart[] {
  if (hasMap) {
    const many = to - from > 1
    return [
      {
        from: byteOf(data, from),
        to: byteOf(data, to),
        name: many ? { en: 'Registers the model does not map', zh: '型号未映射的寄存器' } : { en: 'Register the model does not map', zh: '型号未映射的寄存器' },
        source: registerText(from, to),
      },
    ]
  }
  return Array.from({ length: to - from }, (_, index) => {
    const at = byteOf(data, from + index)
    return {
      from: at,
      to: at + 2,
      name: { en: `Register ${from + index}`, zh: `寄存器 ${from + index}` },
      value: String(data.view.getUint16((from + index - data.block.address) * 2)),
      note: { en: 'as an unsigned 16-bit number', zh: '按无符号 16 位整数显示' },
    }
  })
}

/** Application Protocol V1.1b3 § 6.1: the first coil is the lowest bit of the first byte. */
function bits(data: AnswerData, spans: readonly MappedSpan[]): ExplainedPart[] {
  const { block, view, from } = data
  return Array.from({ length: view.byteLength }, (_, index) => {
    const first = block.address + index * 8
    const last = Math.min(first + 7, block.address + block.count - 1)
    const place = { from: from + index, to: from + index + 1 }
    const mapped = spans.filter(span => span.from >= first && span.from <= last)
    return {
      ...place,
      name: { en: `Bits ${first} to ${last}, the first is the lowest`, zh: `位 ${first} 至 ${last}，第一个在最低位` },
      value: view.getUint8(index).toString(2).padStart(8, '0'),
      ...(mapped.length > 0 && { parts: mapped.map(span => ({ ...place, ...spanPart(data, span) })) }),
    }
  })
}

function byteOf(data: AnswerData, address: number): number {
  return data.from + (address - data.block.address) * 2
}

function registerText(from: number, to: number): string {
  const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`
  return to - from === 1 ? hex(from) : `${hex(from)}–${hex(to - 1)}`
}
