import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { u16, u32 } from './header.ts'
import { IO_BITS, type ItemValue, type StandardItem, standardItem, VEHICLE_SIGNALS } from './items.ts'
import type { ItemPoint, LocationPlan } from './mapping.ts'

/** What the additional items of a location mean. Covers them, whole or not. */
export function itemParts(body: Uint8Array, from: number, to: number, plan: LocationPlan): ExplainedPart[] {
  const parts: ExplainedPart[] = []
  for (let at = from; at < to; ) {
    const id = body[at] ?? 0
    const end = at + 2 + (body[at + 1] ?? 0)
    if (at + 2 > to || end > to) {
      // No mistake: makers that write lengths of their own are common, and the fix before it stands.
      const note = { en: 'no item of the standard’s form: it would end beyond the message', zh: '不符合标准附加信息格式：长度超出消息' }
      parts.push({ from: at, to, name: { en: 'Bytes that are no item', zh: '非标准附加信息' }, note })
      break
    }
    parts.push(itemPart(body, { id, at, end }, plan))
    at = end
  }
  return parts
}

interface Item {
  readonly id: number
  readonly at: number
  readonly end: number
}

function itemPart(body: Uint8Array, item: Item, plan: LocationPlan): ExplainedPart {
  const { id, at, end } = item
  const standard = standardItem(id)
  const head: ExplainedPart[] = [
    { from: at, to: at + 1, name: { en: 'Item', zh: '附加信息 ID' }, value: hex(id) },
    { from: at + 1, to: at + 2, name: { en: 'Bytes', zh: '附加信息长度' }, value: String(end - at - 2) },
  ]
  const points = plan.items[id] ?? []
  const known = standard && end - at - 2 >= standard.bytes ? standard : undefined
  const name = known ? known.title : standard ? standard.title : { en: 'Maker’s own item', zh: '厂家自定义信息' }
  const data = end > at + 2 ? dataParts(body, item, known, points) : []
  return {
    from: at,
    to: end,
    name: { en: `${hex(id)} ${name.en}`, zh: `${hex(id)} ${name.zh}` },
    ...(standard && { source: 'JT/T 808-2013 § 8.18' }),
    parts: [...head, ...data],
  }
}

function dataParts(body: Uint8Array, { at, end }: Item, standard: StandardItem | undefined, points: readonly ItemPoint[]): ExplainedPart[] {
  const place = { from: at + 2, to: end }
  const values = (standard?.values ?? []).map(value => valuePart(body, at + 2, end, value, points))
  const own = points
    .filter(({ source, bytes }) => source === undefined && bytes <= end - at - 2)
    .map(({ field, read }) => ({ ...place, name: { en: `Field ${field}`, zh: `字段 ${field}` }, value: String(read(body, at + 2, end - at - 2)), field }))
  const bits = standard ? bitParts(body, at + 2, end, standard.id) : []
  const bytes = Array.from(body.subarray(at + 2, end), hexByte).join(' ')
  const whole = { ...place, name: { en: 'Data', zh: '数据' }, value: bytes.length > 200 ? `${bytes.slice(0, 200)} …` : bytes }
  return values.length + own.length > 0 ? [...values, ...own, ...bits] : [{ ...whole, ...(bits.length > 0 && { parts: bits }) }]
}

function valuePart(body: Uint8Array, from: number, to: number, value: ItemValue, points: readonly ItemPoint[]): ExplainedPart {
  const read = value.read(body, from)
  const field = points.find(({ source }) => source === value.name)?.field
  return { from, to, name: value.title, value: `${read ?? '–'}${value.unit ? ` ${value.unit}` : ''}`, ...(field !== undefined && { field }) }
}

function bitParts(body: Uint8Array, from: number, to: number, id: number): ExplainedPart[] {
  if (id === 0x25) return named(from, to, u32(body, from), VEHICLE_SIGNALS)
  return id === 0x2a ? named(from, to, u16(body, from), IO_BITS) : []
}

function named(from: number, to: number, word: number, titles: readonly Title[]): ExplainedPart[] {
  return titles.flatMap((title, bit) => (((word >>> bit) & 1) === 1 ? [{ from, to, name: title, value: '1' }] : []))
}

function hex(id: number): string {
  return `0x${hexByte(id)}`
}

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}
