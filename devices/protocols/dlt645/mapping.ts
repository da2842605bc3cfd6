import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import { fieldType, type Kind } from '../../../gateway/model/kind.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { linear } from '../number-forms.ts'
import { periodText } from '../period.ts'
import { type Format, standardItem } from './items.ts'

/** One value of the meter and the field it becomes. */
export interface Point {
  readonly di: string
  readonly field: string
  readonly format: Format
  /** The number in the meter's unit → the field's; absent when nothing changes. */
  readonly convert: ((value: number) => number) | undefined
  readonly everyMs: number
}

/** What a model says of a DL/T 645 meter, checked. */
export interface Dlt645Mapping {
  readonly points: readonly Point[]
  /** The meter answers FFh in the place of phase or tariff with all of them. */
  readonly blocks: boolean
  /** FEh bytes sent before a request (DL/T 645-2007 § 5.2.1). */
  readonly wakes: number
  readonly pauseMs: number
  readonly timeoutMs: number | undefined
  /** The zone that the clocks of these meters show, ms east of Greenwich; undefined: the gateway does not set them. */
  readonly clockZoneMs: number | undefined
}

const every = periodText(1_000, 86_400_000, '60s')
const point = z.strictObject({
  di: z
    .string({ error: 'expected a data identifier such as "02010100"' })
    .regex(/^[0-9A-Fa-f]{8}$/, { error: 'expected a data identifier: eight hexadecimal digits, such as "02010100"' })
    .transform(text => text.toUpperCase()),
  field: z.string({ error: 'expected the name of a field of the kind' }),
  bytes: z.int().min(1).max(6).optional(),
  decimals: z.int().min(0).max(8).optional(),
  signed: z.boolean().optional(),
  scale: z
    .number()
    .refine(number => number !== 0, { error: 'expected a number that is not 0' })
    .optional(),
  every: every.optional(),
})
const schema = z.strictObject({
  read: z
    .strictObject({
      every: every.prefault('60s'),
      blocks: z.boolean({ error: 'expected true or false' }).default(false),
      wakes: z.int().min(0).max(4).default(4),
      pause: periodText(0, 60_000, '500ms').prefault('0ms'),
      timeout: periodText(100, 60_000, '2s').optional(),
    })
    .prefault({}),
  clock: z
    .strictObject({
      zone: z
        .string()
        .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: 'expected an offset from UTC such as "+08:00"' })
        .transform(zoneMs),
    })
    .optional(),
  points: z.array(point, { error: 'expected a list of points' }).min(1, { error: 'expected at least one point' }).max(500),
})

/** Checks a mapping, and with a kind its fields too. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model, kind: Kind | undefined): Dlt645Mapping {
  const parsed = schema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { read, points, clock } = parsed.data
  const problems: MappingProblem[] = []
  const made = points.flatMap((json, index): Point[] => {
    const say = (key: string, message: string): number => problems.push({ path: ['points', index, key], message })
    const format = formatOf(json, say)
    if (kind) checkField(json.field, kind, say)
    if (points.findIndex(each => each.di === json.di) < index) say('di', `${json.di} is mapped already`)
    return format ? [{ di: json.di, field: json.field, format, convert: linear(json.scale), everyMs: json.every ?? read.every }] : []
  })
  if (problems.length > 0) throw new MappingError(model, problems)
  return { points: made, blocks: read.blocks, wakes: read.wakes, pauseMs: read.pause, timeoutMs: read.timeout, clockZoneMs: clock?.zone }
}

function zoneMs(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

type Say = (key: string, message: string) => void

function formatOf({ di, bytes, decimals, signed }: z.infer<typeof point>, say: Say): Format | undefined {
  const standard = standardItem(di)
  const form = { bytes: bytes ?? standard?.bytes, decimals: decimals ?? standard?.decimals, signed: signed ?? standard?.signed ?? false }
  if (form.bytes !== undefined && form.decimals !== undefined) return { bytes: form.bytes, decimals: form.decimals, signed: form.signed }
  say('di', `${di} is not among the identifiers of the standard that are known: give "bytes" and "decimals" too`)
  return undefined
}

function checkField(name: string, kind: Kind, say: Say): void {
  const field = kind.fields[name]
  if (!field) say('field', `kind ${kind.id} has no field "${name}"; it has ${Object.keys(kind.fields).join(', ')}`)
  else if (fieldType(field) !== 'number') say('field', `expected a field that is a number; "${name}" is a ${fieldType(field)}`)
}
