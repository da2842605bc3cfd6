import type { Model } from '../../../gateway/model/device.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { MappingError, schemaProblems } from '../mapping-error.ts'
import type { ClockFormat } from './clock.ts'
import { type Condition, toCondition } from './conditions.ts'
import type { ReadFunction } from './frame.ts'
import { mappingProblems } from './mapping-problems.ts'
import { mappingSchema, type PointJson } from './mapping-schema.ts'
import { type Part, parsePeriod, toPart } from './register-schema.ts'
import { toWrite, type Write } from './writes.ts'

/** A number in the device that a value is multiplied by: a transformer's ratio, or with `exponent` the power of ten. */
export interface Multiplier {
  readonly part: Part
  readonly exponent: boolean
}

/** One value of the kind. Its number is the sum of its parts, each times its scale; times what its multipliers hold; plus the offset. */
export interface Point {
  readonly field: string
  readonly parts: readonly Part[]
  readonly offset: number
  readonly times: readonly Multiplier[]
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

/** Addresses on the wire, the second included, that a read must not touch. */
export type AddressRange = readonly [from: number, to: number]

/** A register map, checked. */
export interface ModbusMapping {
  readonly points: readonly Point[]
  readonly clock: Clock | undefined
  /** What the device says of its own values. */
  readonly conditions: readonly Condition[]
  /** Most registers a read may ask for. */
  readonly largestBlock: number
  /** Most registers between two mapped ones that a read may take along. */
  readonly largestGap: number
  /** The device refuses reads that begin at an odd address or ask for an odd count. */
  readonly evenCounts: boolean
  /** Addresses that the device refuses to read. */
  readonly unreadable: readonly AddressRange[]
  /** Quiet that the device wants before a request, in milliseconds. */
  readonly pauseMs: number
  /** How long its answer may take; undefined: as the line has it. */
  readonly timeoutMs: number | undefined
  /** The orders it takes. Nothing else is ever written. */
  readonly writes: readonly Write[]
}

/** Checks the mapping of a `modbus` model. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model): ModbusMapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { read, clock, points, quality = [], writes = [] } = parsed.data
  const wire = (number: number): number => number - read.firstAddress
  const mapping: ModbusMapping = {
    points: points.map(json => toPoint(json, read)),
    clock: clock && { ...clock, functionCode: clock.function ?? read.function, address: wire(clock.address), span: clock.bytes.length / 2 },
    conditions: quality.map(json => toCondition(json, read)),
    largestBlock: read.largestBlock,
    largestGap: read.largestGap,
    evenCounts: read.evenCounts,
    unreadable: read.unreadable.map(([from, to]) => [wire(from), wire(to)] as const),
    pauseMs: read.pause,
    timeoutMs: read.timeout,
    writes: writes.map(json => toWrite(json, read)),
  }
  const problems = mappingProblems(mapping, parsed.data)
  if (problems.length > 0) throw new MappingError(model, problems)
  return mapping
}

type ReadJson = Parameters<typeof toPart>[1] & { readonly every: number; readonly groups: Readonly<Record<string, number>> }

function toPoint(json: PointJson, read: ReadJson): Point {
  return {
    field: json.field,
    parts: [json, ...(json.plus ?? [])].map(each => toPart(each, read)),
    offset: json.offset ?? 0,
    times: (json.times ?? []).map(each => ({ part: toPart(each, read), exponent: each.exponent ?? false })),
    invalid: json.invalid ?? [],
    values: json.values,
    everyMs: json.every === undefined ? read.every : (read.groups[json.every] ?? parsePeriod(json.every) ?? read.every),
  }
}
