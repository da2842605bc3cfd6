import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { ClockFormat } from './clock.ts'
import type { Condition } from './conditions.ts'
import type { ReadFunction } from './frame.ts'
import type { Part } from './register-schema.ts'
import type { Write } from './writes.ts'

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
