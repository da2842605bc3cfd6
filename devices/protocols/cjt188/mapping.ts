import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import { fieldType, type Kind } from '../../../gateway/model/kind.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { periodText } from '../period.ts'
import type { IdentifierOrder } from './encode.ts'
import { layoutOf } from './items.ts'

/** Items beside the numbers of the layout: what the status says. */
const STATUS_ITEMS = ['valveOpen', 'batteryLow'] as const

/** One item and the field it becomes. */
export interface Point {
  readonly item: string
  readonly field: string
}

/** What a model says of a CJ/T 188 meter, checked. */
export interface Cjt188Mapping {
  readonly type: number
  readonly order: IdentifierOrder
  readonly unitFirst: boolean
  /** Its clock is the event time; otherwise the time of receipt is. */
  readonly clock: boolean
  readonly offsetMs: number
  /** The order to open and to close the valve is taken. */
  readonly valve: boolean
  readonly valveMs: number
  readonly everyMs: number
  readonly wakes: number
  readonly pauseMs: number
  readonly timeoutMs: number | undefined
  readonly points: readonly Point[]
}

const flag = z.boolean({ error: 'expected true or false' }).default(false)
const schema = z.strictObject({
  type: z
    .string({ error: 'expected the type of the meter, such as "10" for cold water' })
    .regex(/^[1-3][0-9]$/, { error: 'expected two digits: 10–19 water, 20–29 heat and cooling, 30–39 gas' })
    .transform(text => Number.parseInt(text, 16)),
  read: z
    .strictObject({
      every: periodText(1_000, 86_400_000, '15m').prefault('15m'),
      identifierOrder: z.enum(['high-first', 'low-first'], { error: 'expected "high-first" (90 1F) or "low-first" (1F 90)' }).default('high-first'),
      wakes: z.int().min(0).max(4).default(3),
      pause: periodText(0, 60_000, '500ms').prefault('500ms'),
      timeout: periodText(100, 60_000, '2s').optional(),
    })
    .prefault({}),
  unitFirst: flag,
  clock: flag,
  timeZone: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: 'expected an offset from UTC such as "+08:00"' })
    .transform(text => (text.startsWith('-') ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(4))) * 60_000)
    .prefault('+08:00'),
  valve: z.strictObject({ confirmAfter: periodText(0, 600_000, '15s').prefault('15s') }).optional(),
  points: z
    .array(
      z.strictObject({ item: z.string({ error: 'expected the name of an item' }), field: z.string({ error: 'expected the name of a field of the kind' }) }),
    )
    .min(1, { error: 'expected at least one point' })
    .max(50),
})

/** Checks a mapping, and with a kind its fields too. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model, kind: Kind | undefined): Cjt188Mapping {
  const parsed = schema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { type, read, unitFirst, clock, timeZone, valve, points } = parsed.data
  const problems = points.flatMap((point, index) => pointProblems(point, index, type, kind))
  if (problems.length > 0) throw new MappingError(model, problems)
  return {
    type,
    order: read.identifierOrder,
    unitFirst,
    clock,
    offsetMs: timeZone,
    valve: valve !== undefined,
    valveMs: valve?.confirmAfter ?? 0,
    everyMs: read.every,
    wakes: read.wakes,
    pauseMs: read.pause,
    timeoutMs: read.timeout,
    points,
  }
}

function pointProblems({ item, field: name }: Point, index: number, type: number, kind: Kind | undefined): MappingProblem[] {
  const problems: MappingProblem[] = []
  const status = STATUS_ITEMS.some(each => each === item)
  const items = layoutOf(type)?.items.map(each => each.name) ?? []
  if (!status && !items.includes(item))
    problems.push({ path: ['points', index, 'item'], message: `a meter of this type has ${[...items, ...STATUS_ITEMS].join(', ')}, not "${item}"` })
  const field = kind?.fields[name]
  if (kind && !field)
    problems.push({ path: ['points', index, 'field'], message: `kind ${kind.id} has no field "${name}"; it has ${Object.keys(kind.fields).join(', ')}` })
  const wanted = status ? 'boolean' : 'number'
  if (field && fieldType(field) !== wanted)
    problems.push({ path: ['points', index, 'field'], message: `expected a field that is a ${wanted}; "${name}" is a ${fieldType(field)}` })
  return problems
}
