import { z } from 'zod'
import type { Title } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { MappingProblem } from '../mapping-error.ts'
import { address, factor, order, type Part, type PartDefaults, part, period, title, toPart, type } from './register-schema.ts'
import { REGISTER_TYPES, type RegisterTypeName } from './register-types.ts'
import type { Order } from './word-order.ts'

/** Write single coil, write single register, write multiple coils, write multiple registers: Application Protocol V1.1b3 § 6.5, 6.6, 6.11, 6.12. */
type WriteFunction = 5 | 6 | 15 | 16

/** An order that a model names. What it carries is in the order's own unit: raw = (value − offset) / scale. */
export interface Write {
  readonly name: string
  readonly title: Title
  readonly functionCode: WriteFunction
  /** On the wire. */
  readonly address: number
  /** Registers it writes; 1 for a coil. */
  readonly span: number
  /** `bit`: a coil. */
  readonly type: RegisterTypeName | 'bit'
  readonly order: Order
  readonly scale: number
  readonly offset: number
  readonly unit: string | undefined
  /** Of the value, both ends included. */
  readonly range: readonly [number, number] | undefined
  /** Raw number → what it means: then the order carries one of the meanings. */
  readonly values: Readonly<Record<string, FieldValue>> | undefined
  /** The raw number that is always written: then the order carries nothing. */
  readonly fixed: number | undefined
  /** Where it shows that it was done: the register then holds what was written, by its own type and scale. */
  readonly readBack: Part | undefined
  readonly confirmAfterMs: number
}

const NAME = /^[a-z][A-Za-z0-9]{0,47}$/
const meaning = z.union([z.number(), z.boolean(), z.string()])

/** One entry of `writes`. */
export const writeSchema = z
  .strictObject({
    name: z
      .string()
      .regex(NAME, { error: 'expected a name in camelCase, such as "valveOpen"' })
      .describe('What the order is called in the API and the command topic'),
    title,
    function: z
      .literal([5, 6, 15, 16], { error: 'expected function 5 (one coil), 6 (one register), 15 (coils) or 16 (registers)' })
      .describe('5 one coil, 6 one register, 15 coils, 16 registers'),
    address,
    type: type.optional().describe('What is written; a coil is a bit'),
    order: order.optional(),
    scale: factor.optional(),
    offset: z.number().optional(),
    unit: z.string().optional(),
    range: z
      .tuple([z.number(), z.number()], { error: 'expected the lowest and the highest value that may be sent: [0, 100]' })
      .refine(([low, high]) => low < high, { error: 'expected the lowest value before the highest' })
      .optional()
      .describe('The lowest and the highest value that may be sent'),
    values: z.record(z.string(), meaning).optional().describe('Raw number → what it means: only these can be sent'),
    fixed: z.number().optional().describe('The raw number that is always written: the order carries no value'),
    readBack: z
      .strictObject({ ...part, type: type.optional() })
      .optional()
      .describe('Where it is read that the order was done'),
    confirmAfter: period(0, 600_000).optional().describe('How long to wait before reading back: a valve takes its time'),
  })
  .describe('An order to the device; nothing else is ever written')
export type WriteJson = z.infer<typeof writeSchema>

/** An entry of `writes` with all it inherits; its problems are told by {@link writeProblems}. */
export function toWrite(json: WriteJson, defaults: PartDefaults): Write {
  const coil = json.function === 5 || json.function === 15
  const type = registerType(json.type) ?? (coil ? 'bit' : 'u16')
  const registers = type === 'bit' ? 1 : REGISTER_TYPES[type].registers
  const back = json.readBack
  return {
    name: json.name,
    title: json.title,
    functionCode: json.function,
    address: json.address - defaults.firstAddress,
    span: registers,
    type,
    order: json.order ?? (registers > 1 ? defaults.order : 'ABCD'),
    scale: json.scale ?? 1,
    offset: json.offset ?? 0,
    unit: json.unit,
    range: json.range,
    values: json.values,
    fixed: json.fixed,
    readBack:
      back && toPart({ scale: json.scale, order: json.order, ...back, type: back.type ?? type }, { ...defaults, function: back.function ?? (coil ? 1 : 3) }),
    confirmAfterMs: json.confirmAfter ?? 0,
  }
}

/** What the schema cannot say about the orders of a map. */
export function writeProblems(writes: readonly Write[], jsons: readonly WriteJson[]): MappingProblem[] {
  const names = new Set<string>()
  return writes.flatMap((write, index) => {
    const problems: MappingProblem[] = []
    const say = (key: string, message: string): number => problems.push({ path: ['writes', index, key], message })
    if (names.has(write.name)) say('name', `there is another order "${write.name}"; expected a name of its own`)
    names.add(write.name)
    typeProblem(write, jsons[index]?.type, say)
    if (write.address < 0 || write.address + write.span > 0x10000) say('address', 'expected an address whose registers all lie within 0 to 65535 on the wire')
    valueProblems(write, say)
    const back = write.readBack
    if (back && (back.address < 0 || back.address + back.span > 0x10000)) say('readBack', 'expected an address within 0 to 65535 on the wire')
    if (back?.type === 'string') say('readBack', 'expected a number or a bit to compare with')
    if (back && back.functionCode <= 2 && back.type !== 'bit') say('readBack', 'expected type "bit" with function 1 or 2')
    return problems
  })
}

function typeProblem(write: Write, given: string | undefined, say: (key: string, message: string) => void): void {
  const coil = write.functionCode === 5 || write.functionCode === 15
  if (coil ? (given ?? 'bit') !== 'bit' : given === undefined || registerType(given) === undefined || given === 'bit')
    say('type', coil ? 'expected type "bit": functions 5 and 15 write coils' : 'expected a number type such as u16: functions 6 and 16 write registers')
  else if (write.functionCode === 6 && write.span !== 1) say('type', 'expected a type of one register with function 6; function 16 writes several')
}

function valueProblems({ type, range, values, fixed, scale, offset }: Write, say: (key: string, message: string) => void): void {
  if (values && (range ?? fixed) !== undefined) say('values', 'expected either "values", "range" or "fixed"')
  if (range && fixed !== undefined) say('fixed', 'expected either "range" or "fixed"')
  for (const raw of Object.keys(values ?? {}))
    if (raw.trim() === '' || !Number.isFinite(Number(raw))) say('values', `expected raw numbers as keys, not "${raw}"`)
  const kinds = new Set(Object.values(values ?? {}).map(each => typeof each))
  if (kinds.size > 1) say('values', 'expected meanings of one type: all texts, all numbers or all booleans')
  if (type === 'bit') {
    if (range) say('range', 'a coil has no range')
    return
  }
  const [low, high] = REGISTER_TYPES[type].range
  const raws = range ? range.map(value => (value - offset) / scale) : [...Object.keys(values ?? {}).map(Number), ...(fixed === undefined ? [] : [fixed])]
  if (raws.some(raw => raw < low || raw > high)) say(range ? 'range' : values ? 'values' : 'fixed', `expected numbers that a ${type} holds: ${low} to ${high}`)
}

function registerType(name: string | undefined): RegisterTypeName | 'bit' | undefined {
  return name === 'bit' ? 'bit' : name !== undefined && name in REGISTER_TYPES ? (name as RegisterTypeName) : undefined
}
