import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { type ClockFormat, clockSchema } from './clock.ts'
import { MAX_BITS, MAX_REGISTERS, type ReadFunction } from './frame.ts'
import { REGISTER_TYPES, type RegisterTypeName } from './register-types.ts'
import { ORDERS, type Order } from './word-order.ts'

/** One number in the device: where it lies and how. `address` is the wire's, 0-based, whatever the manual counts from. */
export interface Part {
  readonly functionCode: ReadFunction
  readonly address: number
  /** Registers it spans; 1 for a coil or discrete input. */
  readonly span: number
  /** `bit`: one coil, one input, or one bit of a register. */
  readonly type: RegisterTypeName | 'bit'
  readonly bit: number
  readonly order: Order
  readonly scale: number
}

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
}

const address = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^0x[0-9a-fA-F]{1,4}$/)
        .transform(Number),
    ],
    { error: 'expected an address: a number such as 500, or hexadecimal such as "0x01F4"' },
  )
  .refine(number => Number.isInteger(number) && number >= 0 && number <= 0xffff, { error: 'expected an address from 0 to 65535' })
const readFunction = z.literal([1, 2, 3, 4], { error: 'expected function 1 (coils), 2 (discrete inputs), 3 (holding registers) or 4 (input registers)' })
const order = z.enum(ORDERS, { error: `expected a byte order: ${ORDERS.join(', ')}` })
const TYPES = [...Object.keys(REGISTER_TYPES), 'bit'] as (RegisterTypeName | 'bit')[]
const type = z.enum(TYPES, { error: `expected a register type: ${TYPES.join(', ')}` })
const factor = z.number({ error: 'expected a number' }).refine(number => number !== 0, { error: 'expected a number that is not 0' })
const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const every = z.string({ error: 'expected a period such as "10s", "15m" or "1h"' }).transform((text, context) => {
  const match = /^(\d{1,6})(ms|s|m|h)$/.exec(text)
  const ms = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0
  if (ms >= 100 && ms <= 86_400_000) return ms
  context.issues.push({ code: 'custom', input: text, message: 'expected a period such as "10s", "15m" or "1h", from 100ms to 24h' })
  return z.NEVER
})
const part = { address, type, function: readFunction.optional(), order: order.optional(), bit: z.int().min(0).max(15).optional(), scale: factor.optional() }
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
  firstAddress: z.literal([0, 1], { error: 'expected 0 (addresses as on the wire) or 1 (the manual counts registers from 1)' }).default(0),
  largestBlock: z.int().min(1).max(MAX_REGISTERS).default(MAX_REGISTERS),
  largestGap: z.int().min(0).max(MAX_REGISTERS).default(0),
  evenCounts: z.boolean().default(false),
  every: every.default(60_000),
})
const mappingSchema = z.strictObject({
  read,
  clock: clockSchema.extend({ address, function: readFunction.optional() }).optional(),
  points: z.array(point, { error: 'expected a list of points' }).min(1, { error: 'expected at least one point' }).max(1000),
})

type PointJson = z.infer<typeof point>
type PartJson = Pick<PointJson, 'address' | 'type' | 'function' | 'order' | 'bit' | 'scale'>

/** Checks the mapping of a `modbus` model. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model): ModbusMapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { read, clock, points } = parsed.data
  const toPart = (json: PartJson): Part => ({
    functionCode: json.function ?? read.function,
    address: json.address - read.firstAddress,
    span: json.type === 'bit' ? 1 : REGISTER_TYPES[json.type].registers,
    type: json.type,
    bit: json.bit ?? 0,
    // A single register is big-endian by the standard: `read.order` is about values that span registers, only a point's own order swaps its bytes.
    order: json.order ?? (json.type !== 'bit' && REGISTER_TYPES[json.type].registers > 1 ? read.order : 'ABCD'),
    scale: json.scale ?? 1,
  })
  const mapping: ModbusMapping = {
    points: points.map(json => ({
      field: json.field,
      parts: [toPart(json), ...(json.plus ?? []).map(toPart)],
      offset: json.offset ?? 0,
      invalid: json.invalid ?? [],
      values: json.values,
      everyMs: json.every ?? read.every,
    })),
    clock: clock && { ...clock, functionCode: clock.function ?? read.function, address: clock.address - read.firstAddress, span: clock.bytes.length / 2 },
    largestBlock: read.largestBlock,
    largestGap: read.largestGap,
    evenCounts: read.evenCounts,
  }
  const problems = [...mapping.points.flatMap((each, index) => placeProblems(each, index, mapping)), ...clockProblems(mapping)]
  if (problems.length > 0) throw new MappingError(model, problems)
  return mapping
}

/** What the schema cannot say: that a value can be had with one read the device allows. */
function placeProblems(point: Point, index: number, mapping: ModbusMapping): MappingProblem[] {
  const problems: MappingProblem[] = []
  const say = (key: string, message: string): number => problems.push({ path: ['points', index, key], message })
  const first = Math.min(...point.parts.map(each => each.address))
  const end = Math.max(...point.parts.map(each => each.address + each.span))
  const functions = new Set(point.parts.map(each => each.functionCode))
  const bits = [...functions].some(code => code <= 2)
  if (first < 0) say('address', 'expected an address from 1 on, as firstAddress is 1')
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
