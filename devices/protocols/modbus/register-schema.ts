import { z } from 'zod'
import type { ReadFunction } from './frame.ts'
import { REGISTER_TYPES, type RegisterTypeName } from './register-types.ts'
import { ORDERS, type Order } from './word-order.ts'

/** How a place in the device is read: a number of registers, one bit, several bits of one register as a number, or characters. */
export type PartType = RegisterTypeName | 'bit' | 'bits' | 'string'

/** One number in the device: where it lies and how. `address` is the wire's, 0-based, whatever the manual counts from. */
export interface Part {
  readonly functionCode: ReadFunction
  readonly address: number
  /** Registers it spans; 1 for a coil or discrete input. */
  readonly span: number
  /** `bit`: one coil, one input, or one bit of a register. */
  readonly type: PartType
  /** The lowest bit meant. */
  readonly bit: number
  /** How many bits `bits` has. */
  readonly width: number
  readonly order: Order
  readonly scale: number
}

/** What a part takes from the map as a whole, where it says nothing itself. */
export interface PartDefaults {
  readonly function: ReadFunction
  readonly order: Order
  readonly firstAddress: number
}

/** Manuals number registers in one of these ways; what they call the first one is address 0 on the wire. */
const FIRST_ADDRESSES = [0, 1, 10_001, 30_001, 40_001, 100_001, 300_001, 400_001] as const
const EXPECTED_ADDRESS = 'expected an address: a number such as 500, or hexadecimal such as "0x01F4"'
const EXPECTED_RAW = 'expected a number, or the bits as hexadecimal such as "0x7FFF"'
const LARGEST_NUMBER = 400_001 + 0xffff

/** An address as the manual writes it: `firstAddress` says what it counts from. */
export const address = z
  .union([z.number(), z.string().regex(/^0x[0-9a-fA-F]{1,4}$/, { error: EXPECTED_ADDRESS })], { error: EXPECTED_ADDRESS })
  .transform(Number)
  .refine(number => Number.isInteger(number) && number >= 0 && number <= LARGEST_NUMBER, { error: 'expected an address from 0 to 65535' })
  .describe('The address, counted as firstAddress says: 500, or "0x01F4"')
export const firstAddress = z
  .literal([...FIRST_ADDRESSES], {
    error: 'expected 0 (addresses as on the wire), 1 (the manual counts registers from 1), or the number the manual gives to the first one: 30001, 40001 …',
  })
  .describe('What the manual calls the first register: 0 when addresses are as on the wire, 1 when it counts from 1, 40001 when it writes 40001')
export const readFunction = z
  .literal([1, 2, 3, 4], { error: 'expected function 1 (coils), 2 (discrete inputs), 3 (holding registers) or 4 (input registers)' })
  .describe('1 coils, 2 discrete inputs, 3 holding registers, 4 input registers')
export const order = z
  .enum(ORDERS, { error: `expected a byte order: ${ORDERS.join(', ')}` })
  .describe('How a value lies in its registers, A the most significant byte: ABCD high register first, CDAB low register first')
export const TYPES = [...Object.keys(REGISTER_TYPES), 'bit', 'bits', 'string'] as PartType[]
export const type = z.enum(TYPES, { error: `expected a register type: ${TYPES.join(', ')}` }).describe('What the registers hold')
/** A factor: 0 would make every value 0. */
export const factor = z
  .number({ error: 'expected a number' })
  .refine(number => number !== 0, { error: 'expected a number that is not 0' })
  .describe('The register’s number times this is the value in the unit of the field')
const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const PERIOD = /^(\d{1,6})(ms|s|m|h)$/

/** A time such as `10s`, in milliseconds; undefined when it is none. */
export function parsePeriod(text: string): number | undefined {
  const match = PERIOD.exec(text)
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : undefined
}

/** A time such as `10s`, in milliseconds, between two limits. */
export function period(leastMs: number, mostMs: number) {
  return z.string({ error: 'expected a period such as "10s", "15m" or "1h"' }).transform((text, context) => {
    const ms = parsePeriod(text) ?? Number.NaN
    if (ms >= leastMs && ms <= mostMs) return ms
    context.issues.push({
      code: 'custom',
      input: text,
      message: `expected a period such as "10s", "15m" or "1h", from ${shown(leastMs)} to ${shown(mostMs)}`,
    })
    return z.NEVER
  })
}

function shown(ms: number): string {
  if (ms > 0 && ms % UNITS.h === 0) return `${ms / UNITS.h}h`
  return ms > 0 && ms % UNITS.s === 0 ? `${ms / UNITS.s}s` : `${ms}ms`
}

/** Text in both languages of the dashboard. */
export const title = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) }, { error: 'expected { "en", "zh" }' })

/** The keys that say where a number lies. */
export const part = {
  address,
  type,
  function: readFunction.optional(),
  order: order.optional(),
  bit: z.int().min(0).max(15).optional().describe('Of types bit and bits: the lowest bit meant, 0 is the lowest of the register'),
  width: z.int().min(2).max(16).optional().describe('Of type bits: how many'),
  length: z.int().min(1).max(64).optional().describe('Of type string: registers it spans, two characters each'),
  scale: factor.optional(),
}
const partSchema = z.strictObject(part)
export type PartJson = z.infer<typeof partSchema>

/** A raw number, or the bits of one. */
export const rawNumber = z.union([z.number(), z.string().regex(/^0x[0-9a-fA-F]+$/, { error: EXPECTED_RAW })], { error: EXPECTED_RAW })

/** A part with all it inherits. */
export function toPart(json: PartJson, defaults: PartDefaults): Part {
  const { type } = json
  const registers = type === 'string' ? (json.length ?? 1) : type === 'bit' || type === 'bits' ? 1 : REGISTER_TYPES[type].registers
  return {
    functionCode: json.function ?? defaults.function,
    address: json.address - defaults.firstAddress,
    span: registers,
    type,
    bit: json.bit ?? 0,
    width: type === 'bits' ? (json.width ?? 2) : 1,
    // A single register is big-endian by the standard: `read.order` is about values that span registers, only a point's own order swaps its bytes.
    order: json.order ?? (registers > 1 && type !== 'string' ? defaults.order : 'ABCD'),
    scale: json.scale ?? 1,
  }
}
