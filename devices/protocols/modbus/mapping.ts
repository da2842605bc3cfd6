import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { type ClockFormat, clockSchema } from './clock.ts'
import { MAX_BITS, MAX_REGISTERS, type ReadFunction } from './frame.ts'
import { address, firstAddress, order, type Part, part, period, readFunction, toPart } from './register-schema.ts'
import { toWrite, type Write, writeProblems, writeSchema } from './writes.ts'

/** One value of the kind. Its number is the sum of its parts, each times its scale, plus the offset. */
export interface Point {
  readonly field: string
  readonly parts: readonly Part[]
  readonly offset: number
  /** Raw values of the first part that mean "no value": numbers, or the register's bits as hexadecimal. */
  readonly invalid: readonly (number | string)[]
  /** Raw number → what it means. */
  readonly values: Readonly<Record<string, FieldValue>> | undefined
  readonly everyMs: number
}

/** Where the device keeps its clock. */
export interface Clock extends ClockFormat {
  readonly functionCode: ReadFunction
  readonly address: number
  readonly span: number
}

/** A register map, checked. */
export interface ModbusMapping {
  readonly points: readonly Point[]
  readonly clock: Clock | undefined
  /** Most registers a read may ask for. */
  readonly largestBlock: number
  /** Most registers between two mapped ones that a read may take along. */
  readonly largestGap: number
  /** The device refuses reads that begin at an odd address or ask for an odd count. */
  readonly evenCounts: boolean
  /** Quiet that the device wants before a request, in milliseconds. */
  readonly pauseMs: number
  /** How long its answer may take; undefined: as the line has it. */
  readonly timeoutMs: number | undefined
  /** The orders it takes. Nothing else is ever written. */
  readonly writes: readonly Write[]
}

const every = period(100, 86_400_000)
const point = z.strictObject({
  ...part,
  field: z.string({ error: 'expected the name of a field of the kind' }),
  offset: z.number().optional(),
  plus: z.array(z.strictObject(part)).max(3).optional(),
  invalid: z
    .array(z.union([z.number(), z.string().regex(/^0x[0-9a-fA-F]+$/)], { error: 'expected a number, or the bits as hexadecimal such as "0x7FFF"' }))
    .optional(),
  values: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).optional(),
  every: every.optional(),
})
const read = z.strictObject({
  function: readFunction,
  order: order.default('ABCD'),
  firstAddress: firstAddress.default(0),
  largestBlock: z.int().min(1).max(MAX_REGISTERS).default(MAX_REGISTERS),
  largestGap: z.int().min(0).max(MAX_REGISTERS).default(0),
  evenCounts: z.boolean().default(false),
  every: every.default(60_000),
  pause: period(0, 60_000).default(0),
  timeout: period(10, 60_000).optional(),
})
const mappingSchema = z.strictObject({
  read,
  clock: clockSchema.extend({ address, function: readFunction.optional() }).optional(),
  points: z.array(point, { error: 'expected a list of points' }).min(1, { error: 'expected at least one point' }).max(1000),
  writes: z.array(writeSchema, { error: 'expected a list of orders' }).max(100).optional(),
})

/** Checks the mapping of a `modbus` model. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model): ModbusMapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { read, clock, points, writes = [] } = parsed.data
  const mapping: ModbusMapping = {
    points: points.map(json => ({
      field: json.field,
      parts: [json, ...(json.plus ?? [])].map(each => toPart(each, read)),
      offset: json.offset ?? 0,
      invalid: json.invalid ?? [],
      values: json.values,
      everyMs: json.every ?? read.every,
    })),
    clock: clock && { ...clock, functionCode: clock.function ?? read.function, address: clock.address - read.firstAddress, span: clock.bytes.length / 2 },
    largestBlock: read.largestBlock,
    largestGap: read.largestGap,
    evenCounts: read.evenCounts,
    pauseMs: read.pause,
    timeoutMs: read.timeout,
    writes: writes.map(json => toWrite(json, read)),
  }
  const problems = [
    ...mapping.points.flatMap((each, index) => placeProblems(each, index, mapping, read.firstAddress)),
    ...clockProblems(mapping),
    ...writeProblems(mapping.writes, writes),
  ]
  if (problems.length > 0) throw new MappingError(model, problems)
  return mapping
}

/** What the schema cannot say: that a value can be had with one read the device allows. */
function placeProblems(point: Point, index: number, mapping: ModbusMapping, firstAddress: number): MappingProblem[] {
  const problems: MappingProblem[] = []
  const say = (key: string, message: string): number => problems.push({ path: ['points', index, key], message })
  const first = Math.min(...point.parts.map(each => each.address))
  const end = Math.max(...point.parts.map(each => each.address + each.span))
  const functions = new Set(point.parts.map(each => each.functionCode))
  const bits = [...functions].some(code => code <= 2)
  if (first < 0) say('address', `expected an address from ${firstAddress} on, as firstAddress is ${firstAddress}`)
  if (end > 0x10000) say('address', 'expected an address whose registers all lie below 65536')
  if (functions.size > 1) say('plus', 'expected all parts in one table: the functions differ')
  if (end - first > (bits ? MAX_BITS : mapping.largestBlock)) say('address', `expected a value within largestBlock (${mapping.largestBlock} registers)`)
  if (bits && point.parts.some(each => each.type !== 'bit')) say('type', 'expected type "bit" with function 1 or 2')
  if (point.parts.length > 1 && (point.values ?? point.parts.some(each => each.type === 'bit')))
    say('plus', 'expected numbers: bits and named values cannot be added up')
  return problems
}

function clockProblems({ clock }: ModbusMapping): MappingProblem[] {
  if (!clock) return []
  if (clock.functionCode <= 2) return [{ path: ['clock', 'function'], message: 'expected function 3 or 4: a clock lies in registers' }]
  if (clock.address < 0 || clock.address + clock.span > 0x10000) return [{ path: ['clock', 'address'], message: 'expected registers from 0 to 65535' }]
  return []
}
