import type { Model } from '../../../gateway/model/device.ts'
import type { Kind, Title } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { readClock } from './clock.ts'
import { readMapping } from './mapping.ts'
import { numberReader } from './part-reader.ts'
import { type PollBlock, planMapping } from './plan.ts'
import { type PointReader, pointReader } from './point-readers.ts'
import type { Clock, ModbusMapping, Point } from './register-map.ts'
import type { Part } from './register-schema.ts'

/** One thing that a model knows of registers or bits, for explaining them. */
export interface MappedSpan {
  readonly functionCode: number
  /** Addresses on the wire, the second excluded. */
  readonly from: number
  readonly to: number
  /** Of the registers' bytes, which: `u8high` and `u8low` share a register. Absent: all. */
  readonly half?: 'high' | 'low'
  readonly name: Title
  readonly field?: string
  /** The value as people read it; `whole` says whether all of the point lies in the data. */
  text(data: DataView, origin: number, whole: (span: { readonly from: number; readonly to: number }) => boolean): { value?: string; note?: Title }
}

/** What a model's register map says, made ready for explaining; undefined without a model, or with one whose map cannot be read. */
export interface RegisterGuide {
  readonly spans: readonly MappedSpan[]
  readonly blocks: readonly PollBlock[]
}

/** Reads the map of a model. Total: a map that cannot be used guides nobody. */
export function registerGuide(model: Model | undefined, kind: Kind | undefined): RegisterGuide | undefined {
  if (model === undefined || kind === undefined) return undefined
  try {
    const mapping = readMapping(model)
    const spans = mapping.points.flatMap((point, index) => spansOf(point, pointReader(point, index, kind), kind))
    const all = [...spans, ...companionSpans(mapping), ...(mapping.clock ? [clockSpan(mapping.clock)] : [])]
    return { spans: all.sort((a, b) => a.from - b.from || a.to - b.to), blocks: planMapping(mapping) }
  } catch {
    return undefined
  }
}

function spansOf(point: Point, reader: PointReader | readonly unknown[], kind: Kind): MappedSpan[] {
  if (!('read' in reader)) return []
  const { title, unit } = kind.fields[point.field] ?? { title: { en: point.field, zh: point.field }, unit: undefined }
  return point.parts.map((part, index) => {
    const raw = numberReader(part)
    const name =
      point.parts.length === 1
        ? title
        : { en: `${title.en}, part ${index + 1} of ${point.parts.length}`, zh: `${title.zh}（第 ${index + 1} 部分，共 ${point.parts.length} 部分）` }
    return {
      functionCode: part.functionCode,
      from: part.address,
      to: part.address + part.span,
      ...halfOf(part),
      name,
      field: point.field,
      text: (data, origin, whole) =>
        reader.times.length > 0
          ? { value: String(raw(data, origin)), note: multipliedText(part, point) }
          : valueText(raw(data, origin), whole(reader) ? { value: reader.read(data, origin) } : undefined, unit, part),
    }
  })
}

/** The value itself stands nowhere: it is made of several numbers. */
function multipliedText(part: Part, { times }: Point): Title {
  const how = howText(part)
  const where = times.map(each => each.part.address).join(', ')
  return { en: `${how.en}; multiplied by what register ${where} holds`, zh: `${how.zh}；再乘以寄存器 ${where} 的值` }
}

/** What values are multiplied by, and what the device says of them: once for each place. */
function companionSpans({ points, conditions }: ModbusMapping): MappedSpan[] {
  const places = new Map<string, MappedSpan>()
  const add = (part: Part, name: Title): void => {
    const raw = numberReader(part)
    places.set(`${part.functionCode} ${part.address} ${part.bit}`, {
      functionCode: part.functionCode,
      from: part.address,
      to: part.address + part.span,
      ...halfOf(part),
      name,
      text: (data, origin) => ({ value: String(raw(data, origin)), note: howText(part) }),
    })
  }
  for (const { part } of points.flatMap(point => point.times)) add(part, { en: 'Multiplier', zh: '倍率' })
  for (const { part } of conditions) add(part, { en: 'Quality of values', zh: '数据质量' })
  const mapped = new Set(points.flatMap(point => point.parts.map(part => `${part.functionCode} ${part.address} ${part.bit}`)))
  return [...places].flatMap(([place, span]) => (mapped.has(place) ? [] : [span]))
}

function halfOf({ type }: Part): Pick<MappedSpan, 'half'> {
  return type === 'u8high' ? { half: 'high' } : type === 'u8low' ? { half: 'low' } : {}
}

/** `2302 → 230.2 V`; only the value where both are the same. `found` is undefined when a part of the value lies elsewhere. */
function valueText(
  raw: number,
  found: { readonly value: FieldValue | undefined } | undefined,
  unit: string | undefined,
  part: Part,
): { value?: string; note?: Title } {
  const how = howText(part)
  if (found === undefined)
    return { value: String(raw), note: { en: `${how.en}; the rest of the value is not in this answer`, zh: `${how.zh}；该值的其余部分不在本应答中` } }
  const { value } = found
  if (value === undefined) {
    const none = Number.isNaN(raw)
      ? { en: 'these bits are no number', zh: '这些位不是数字' }
      : { en: 'the model says that this is no value', zh: '按型号定义，此数表示无值' }
    return { value: Number.isNaN(raw) ? '–' : String(raw), note: { en: `${how.en}; ${none.en}`, zh: `${how.zh}；${none.zh}` } }
  }
  const shown = `${value}${unit === undefined ? '' : ` ${unit}`}`
  return { value: raw === value || Number.isNaN(raw) ? shown : `${raw} → ${shown}`, note: how }
}

function howText(part: Part): Title {
  if (part.type === 'bit') return { en: `bit ${part.bit}`, zh: `第 ${part.bit} 位` }
  if (part.type === 'bits') return { en: `${part.width} bits from bit ${part.bit} on`, zh: `从第 ${part.bit} 位起 ${part.width} 位` }
  return { en: `${part.type}, order ${part.order}`, zh: `${part.type}，字节序 ${part.order}` }
}

function clockSpan(clock: Clock): MappedSpan {
  return {
    functionCode: clock.functionCode,
    from: clock.address,
    to: clock.address + clock.span,
    name: { en: 'Device clock', zh: '设备时钟' },
    text: (data, origin) => {
      const at = readClock(clock, data, (clock.address - origin) * 2)
      return at === undefined
        ? { note: { en: 'no date stands here: the time of receipt counts', zh: '此处没有有效日期：以接收时间为准' } }
        : {
            value: `${new Date(at).toISOString()}`,
            note: { en: `${clock.format}, ${clock.bytes.join(' ')}, zone ${clock.zone}`, zh: `${clock.format}，${clock.bytes.join(' ')}，时区 ${clock.zone}` },
          }
    },
  }
}
