import type { ModelEntry } from './device.ts'
import type { Title } from './kind.ts'

/** The table of a Modbus device a read asks for, by its function: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers. */
export type RegisterTable = 1 | 2 | 3 | 4

/** One number in registers: addresses are the wire's, from 0. */
export interface RegisterPart {
  readonly address: number
  readonly count: number
  /** Such as `u16`, `f32`, `bit`. */
  readonly type: string
  /** Of types `bit` and `bits`: the lowest bit meant. */
  readonly bit?: number
  /** Of type `bits`: how many. */
  readonly width?: number
  /** Absent where it is one register as the standard has it. */
  readonly order?: string
  readonly scale: number
}

/** Where a value lies in registers: the sum of its parts, times what its multipliers hold, plus the offset. */
export interface RegisterPlace {
  readonly table: RegisterTable
  readonly parts: readonly RegisterPart[]
  /** `exponent`: the register holds a power of ten. */
  readonly times: readonly { readonly address: number; readonly exponent: boolean }[]
  readonly offset: number
  /** Raw numbers that mean "no value". */
  readonly invalid: readonly (number | string)[]
  /** Raw number → what it means. */
  readonly values?: Readonly<Record<string, number | boolean | string>>
}

/** One value of a model, for people who look a model up. */
export interface PointRow {
  readonly field: string
  /** Where it stands: `holding register 500 (0x01F4)`, or the protocol's own name for it. */
  readonly where: string
  /** How it is read there: `u16 × 0.1`. */
  readonly how: string
  readonly everyMs?: number
  /** The same for programs, where it lies in registers. */
  readonly registers?: RegisterPlace
}

/** What a request asks for: registers one after another, or what the protocol names with an identifier of its own. */
export type RequestPlace = { readonly table: RegisterTable; readonly address: number; readonly count: number } | { readonly identifier: string }

/** One request of a plan, and what it takes of a line. */
export interface PlannedPoll {
  /** For people: `input registers 0 to 79`. */
  readonly what: string
  readonly place?: RequestPlace
  /** Asked right after the request before it, since that one's answer means nothing without. */
  readonly beside?: true
  readonly everyMs: number
  readonly requestBytes: number
  readonly answerBytes: number
  /** On the line, with the quiet around it and what a device takes to answer. */
  readonly ms: number
}

/** How fast a line is. */
export interface LineSpeed {
  /** Absent: not known, or none, as on a network. */
  readonly baud?: number
  /** Bits on the wire for each byte, with start, parity and stop bits; 11 unless given (Modbus over Serial Line V1.02 § 2.5.1). */
  readonly bitsPerByte?: number
}

/** How a device of a model is asked, on a line of some speed. */
export interface PollPlan {
  readonly polls: readonly PlannedPoll[]
  /** Quiet that the device wants before each request. */
  readonly pauseMs: number
  /** The part of the line's time that one device takes: above 1 it can not be done. */
  readonly utilisation: number
}

/** An order that devices of a model take. */
export interface OrderRow {
  readonly name: string
  readonly title: Title
  readonly unit?: string
  readonly range?: readonly [number, number]
  readonly values?: readonly (number | boolean | string)[]
}

/** What a model says, worked out. */
export interface ModelSheet {
  readonly points: readonly PointRow[]
  readonly orders: readonly OrderRow[]
  /** Absent: it is not asked, it sends by itself. */
  readonly plan?: PollPlan
}

/** Something to say about a place in a model's text. */
export interface PlacedProblem {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** `points[3].address`; absent where it is no JSON yet. */
  readonly path?: string
  /** What was expected, or what is odd. */
  readonly message: string
}

/** What was found in the text of a model. */
export interface ModelFindings {
  /** With one of these it can not be used. */
  readonly problems: readonly PlacedProblem[]
  /** What is allowed and hardly meant. */
  readonly warnings: readonly PlacedProblem[]
  /** The model, when there are no problems. */
  readonly entry?: ModelEntry
}

/** Where engineers look at models, and try out what they write. Nothing is kept, and nothing here changes what the gateway speaks. */
export interface ModelBench {
  /** What a model maps and how it is asked, on a line of this speed. */
  sheet(entry: ModelEntry, speed: LineSpeed): ModelSheet
  /** Reads the text of a model as the gateway would from a file, and tells all that is wrong or odd in it. */
  check(source: string): ModelFindings
}
