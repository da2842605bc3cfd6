import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import { fieldType, type Kind } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { STANDARD_ITEMS } from './items.ts'
import { type RawType, rawBytes, readRaw } from './raw-numbers.ts'
import { BASIC_SOURCES, type BasicSource } from './sources.ts'

const itemId = z
  .string({ error: 'expected an item such as "0xE4"' })
  .regex(/^0x[0-9a-fA-F]{2}$/, { error: 'expected an item such as "0xE4"' })
  .transform(text => Number(text))
const standardPoint = z.strictObject({ field: z.string(), from: z.string() })
const makerPoint = z.strictObject({
  field: z.string(),
  item: itemId,
  byte: z.int().min(0).max(254).default(0),
  type: z.enum(['u8', 's8', 'u16', 's16', 'u32', 's32', 'bit', 'text'], { error: 'expected one of u8, s8, u16, s16, u32, s32, bit, text' }),
  bit: z.int().min(0).max(7).default(0),
  scale: z.number().default(1),
  offset: z.number().default(0),
})
const ORDERS = ['text', 'location', 'reportInterval', 'doorLocked'] as const
/** A mapping as it stands in a model's file. */
export const mappingSchema = z.strictObject({
  orders: z.array(z.enum(ORDERS, { error: `expected one of ${ORDERS.join(', ')}` })).default([]),
  points: z.array(z.union([standardPoint, makerPoint], { error: 'expected { "field", "from" } or { "field", "item", "type" }' })).min(1, {
    error: 'expected at least one point',
  }),
})

type StandardPoint = z.infer<typeof standardPoint>
type MakerPoint = z.infer<typeof makerPoint>

/** A value of an item, and the field it becomes. */
export interface ItemPoint {
  readonly field: string
  /** Shorter items are left alone. */
  readonly bytes: number
  /** What the standard calls it; absent for a maker's own. */
  readonly source?: string
  readonly read: (bytes: Uint8Array, at: number, length: number) => FieldValue | undefined
}

/** A mapping, made ready. */
export interface LocationPlan {
  readonly basic: readonly { readonly field: string; readonly source: string; readonly read: BasicSource['read'] }[]
  /** The field that each source becomes, for explaining. */
  readonly fields: ReadonlyMap<string, string>
  /** By item id; 256 entries. */
  readonly items: readonly (readonly ItemPoint[] | undefined)[]
}

const standardValues = new Map(STANDARD_ITEMS.flatMap(item => item.values.map(value => [value.name, { item, value }] as const)))

/** An order that a model may name. */
export type OrderName = (typeof ORDERS)[number]

/** The orders that a model names: its terminals take these, and no other is ever sent. */
export function readOrderNames(model: Model): readonly OrderName[] {
  const { mapping } = model
  const names: readonly unknown[] =
    typeof mapping === 'object' && mapping !== null && 'orders' in mapping && Array.isArray(mapping.orders) ? mapping.orders : []
  return ORDERS.filter(name => names.includes(name))
}

/** Checks a model's mapping against the names there are and the kind's fields. Throws `MODEL_INVALID`. */
export function readPlan(model: Model, kind: Kind): LocationPlan {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { points } = parsed.data
  const problems = points.flatMap((point, index) => pointProblems(point, typeOf(point), kind, index))
  if (problems.length > 0) throw new MappingError(model, problems)
  return planOf(points)
}

/**
 * The same for explaining frames: what cannot be used is passed over. Much cheaper, since each explanation asks anew for a plan that was checked when the model was loaded.
 */
export function guidePlan(model: Model | undefined): LocationPlan {
  const { mapping } = model ?? {}
  const points: readonly unknown[] =
    typeof mapping === 'object' && mapping !== null && 'points' in mapping && Array.isArray(mapping.points) ? mapping.points : []
  return planOf(points.flatMap((point): (StandardPoint | MakerPoint)[] => (isStandard(point) ? [point] : makerItems(point))))
}

function makerItems(point: unknown): MakerPoint[] {
  const { data } = makerPoint.safeParse(point)
  return data ? [data] : []
}

function isStandard(point: unknown): point is StandardPoint {
  return typeof point === 'object' && point !== null && 'from' in point && typeof point.from === 'string' && 'field' in point && typeof point.field === 'string'
}

function planOf(points: readonly (StandardPoint | MakerPoint)[]): LocationPlan {
  const basic: LocationPlan['basic'][number][] = []
  const items: (ItemPoint[] | undefined)[] = Array.from({ length: 256 }, () => undefined)
  const add = (id: number, point: ItemPoint): void => {
    const there = items[id]
    if (there) there.push(point)
    else items[id] = [point]
  }
  for (const point of points) {
    if ('item' in point) {
      add(point.item, makerItem(point))
      continue
    }
    const { field, from } = point
    const source = BASIC_SOURCES.get(from)
    if (source) basic.push({ field, source: from, read: source.read })
    const standard = standardValues.get(from)
    if (standard) add(standard.item.id, { field, source: from, bytes: standard.item.bytes, read: standard.value.read })
  }
  const fields = new Map(points.flatMap(point => ('from' in point ? [[point.from, point.field] as const] : [])))
  return { basic, fields, items }
}

function typeOf(point: StandardPoint | MakerPoint): string | undefined {
  return 'item' in point ? MAKER_TYPES[point.type] : (BASIC_SOURCES.get(point.from) ?? standardValues.get(point.from)?.value)?.type
}

const MAKER_TYPES = { u8: 'number', s8: 'number', u16: 'number', s16: 'number', u32: 'number', s32: 'number', bit: 'boolean', text: 'string' } as const

function pointProblems(point: StandardPoint | MakerPoint, type: string | undefined, kind: Kind, index: number): MappingProblem[] {
  if (type === undefined) {
    const names = [...BASIC_SOURCES.keys(), ...standardValues.keys()].join(', ')
    return [{ path: ['points', index, 'from'], message: `a location has no "${'from' in point ? point.from : ''}"; it has ${names}` }]
  }
  const field = kind.fields[point.field]
  if (!field)
    return [{ path: ['points', index, 'field'], message: `kind ${kind.id} has no field "${point.field}"; it has ${Object.keys(kind.fields).join(', ')}` }]
  if (fieldType(field) === type) return []
  return [{ path: ['points', index], message: `field "${point.field}" is a ${fieldType(field)}, and here stands a ${type}` }]
}

/** A value of a maker's own item. */
function makerItem({ field, byte, type, bit, scale, offset }: MakerPoint): ItemPoint {
  if (type === 'text') return { field, bytes: byte + 1, read: (bytes, at, length) => asciiText(bytes, at + byte, at + length) }
  if (type === 'bit') return { field, bytes: byte + 1, read: (bytes, at) => (((bytes[at + byte] ?? 0) >> bit) & 1) === 1 }
  const raw: RawType = type
  // Decimals such as 0.1 are no binary numbers: 41 times 0.1 would be 4.1000000000000005.
  const places = decimals(scale) + decimals(offset)
  return { field, bytes: byte + rawBytes(raw), read: (bytes, at) => Number((readRaw(raw, bytes, at + byte) * scale + offset).toFixed(Math.min(12, places))) }
}

function decimals(number: number): number {
  return /\.(\d+)$/.exec(String(number))?.[1]?.length ?? 0
}

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to).filter(byte => byte >= 0x20 && byte < 0x7f)).trim()
}
