import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import { fieldType, type Kind } from '../../../gateway/model/kind.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { inverseLinear, linear } from '../number-forms.ts'
import { COMMAND_OF, type Period } from './commands.ts'
import type { Dialect } from './packet.ts'
import { factorBetween, UNITS } from './units.ts'

/** One value of the data and the field it becomes. */
export interface Point {
  readonly period: Period
  /** As it stands in the data: `a34004-Rtd`. */
  readonly name: string
  readonly field: string
  /** Raw number → value; absent when nothing changes. */
  readonly convert: ((raw: number) => number) | undefined
  /** Value → raw number: for simulators. */
  readonly back: (value: number) => number
  /** Raw numbers that mean "no value". */
  readonly invalid: readonly number[]
}

/** A mapping of HJ 212 data, checked. */
export interface Hj212Mapping {
  readonly dialect: Dialect
  /** The station's time zone: east of Greenwich. */
  readonly offsetMs: number
  /** From one minute value to the next. */
  readonly minuteMs: number
  readonly points: readonly Point[]
}

/** What a station may be told and asked: its clock and interval (1012, 1061, 1062), and what it has in its memory (2051, 2061, 2031). */
const ORDERS = ['setTime', 'askInterval', 'reportInterval', 'fetchMinutes', 'fetchHours', 'fetchDays'] as const
export type OrderName = (typeof ORDERS)[number]

const flagOff = z.boolean({ error: 'expected true or false' }).default(false)
const zone = z
  .string()
  .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: 'expected an offset from UTC such as "+08:00"' })
  .transform(text => (text.startsWith('-') ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(4))) * 60_000)
const point = z.strictObject({
  factor: z
    .string({ error: 'expected a factor code such as "a34004"' })
    .regex(/^[A-Za-z0-9]{1,12}$/, { error: 'expected a factor code: 1 to 12 letters and digits, such as "a34004" or "LA"' }),
  value: z.string({ error: 'expected "Rtd", "Avg", "Min", "Max" or what else follows the -' }).regex(/^[A-Za-z0-9-]{1,16}$/, {
    error: 'expected what follows the - in the data: "Rtd", "Avg", "Min", "Max", "Data" …',
  }),
  of: z.enum(['realTime', 'minute', 'hour', 'day'], { error: 'expected realTime, minute, hour or day' }).optional(),
  field: z.string({ error: 'expected the name of a field of the kind' }),
  unit: z.enum(UNITS as [string, ...string[]], { error: `expected the unit of the device: ${UNITS.join(', ')}` }).optional(),
  scale: z
    .number()
    .refine(number => number !== 0, { error: 'expected a number that is not 0' })
    .optional(),
  offset: z.number().optional(),
  invalid: z.array(z.number(), { error: 'expected a list of numbers that mean "no value"' }).optional(),
})
/** A mapping as it stands in a model's file. */
export const mappingSchema = z.strictObject({
  dialect: z
    .strictObject({
      crc: z.enum(['hj212', 'modbus'], { error: 'expected "hj212" (annex A of the standard) or "modbus" (CRC-16/MODBUS)' }).default('hj212'),
      lowerCaseCrc: flagOff,
      semicolons: flagOff,
    })
    .prefault({}),
  timeZone: zone.prefault('+08:00'),
  minuteData: z
    .string({ error: 'expected a period such as "1m", "5m" or "10m"' })
    .regex(/^([1-9]|[1-5]\d|60)m$/, { error: 'expected a period from "1m" to "60m"' })
    .transform(text => Number.parseInt(text, 10) * 60_000)
    .prefault('1m'),
  orders: z.array(z.enum(ORDERS, { error: `expected ${ORDERS.join(', ')}` })).default([]),
  points: z.array(point, { error: 'expected a list of points' }).min(1, { error: 'expected at least one point' }).max(1000),
})

/** Checks a mapping against this protocol and the kind. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model, kind: Kind): Hj212Mapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { dialect, timeZone, minuteData, points } = parsed.data
  const problems: MappingProblem[] = []
  const seen = new Set<string>()
  const made = points.flatMap((json, index): Point[] => {
    const found = pointOf(json, kind, seen)
    if (!Array.isArray(found)) return [found]
    problems.push(...found.map(({ path, message }) => ({ path: ['points', index, ...path], message })))
    return []
  })
  if (problems.length > 0) throw new MappingError(model, problems)
  return { dialect, offsetMs: timeZone, minuteMs: minuteData, points: made }
}

/** The orders that a model names: its stations take these, and no other is ever sent by hand. */
export function readOrderNames(model: Model): readonly OrderName[] {
  const parsed = mappingSchema.safeParse(model.mapping)
  return parsed.success ? ORDERS.filter(name => parsed.data.orders.includes(name)) : []
}

/** What a link needs to know of a product. */
export interface Habits extends Pick<Hj212Mapping, 'dialect' | 'offsetMs' | 'minuteMs'> {
  /** Fields that minute data are mapped to. Where there are none it is not worth asking for those that are missing. */
  readonly minuteFields: readonly string[]
}

/** The product's dialect and periods alone, of a model that was compiled before; undefined when it is of another protocol. */
export function readHabits(model: Model): Habits | undefined {
  const parsed = model.protocol === 'hj212' ? mappingSchema.safeParse(model.mapping) : undefined
  if (!parsed?.success) return undefined
  const { dialect, timeZone, minuteData, points } = parsed.data
  return { dialect, offsetMs: timeZone, minuteMs: minuteData, minuteFields: points.filter(each => each.of === 'minute').map(each => each.field) }
}

function pointOf(json: z.infer<typeof point>, kind: Kind, seen: Set<string>): Point | MappingProblem[] {
  const period = json.of ?? (json.value === 'Rtd' ? 'realTime' : undefined)
  if (period === undefined) return [{ path: ['of'], message: 'expected realTime, minute, hour or day: only Rtd says by itself that it is real time' }]
  const field = kind.fields[json.field]
  if (!field) return [{ path: ['field'], message: `kind ${kind.id} has no field "${json.field}"; it has ${Object.keys(kind.fields).join(', ')}` }]
  if (fieldType(field) !== 'number') return [{ path: ['field'], message: `expected a field that is a number; "${json.field}" is a ${fieldType(field)}` }]
  const name = `${json.factor}-${json.value}`
  const key = `${COMMAND_OF[period]} ${name}`
  if (seen.has(key)) return [{ path: ['factor'], message: `${name} of this period is mapped already` }]
  seen.add(key)
  const between = json.unit === undefined ? 1 : factorBetween(json.unit, field.unit ?? '')
  if (between === undefined) return [{ path: ['unit'], message: `expected a unit that can be turned into ${field.unit ?? 'none'}` }]
  const scale = (json.scale ?? 1) * between
  return { period, name, field: json.field, convert: linear(scale, json.offset), back: inverseLinear(scale, json.offset), invalid: json.invalid ?? [] }
}
