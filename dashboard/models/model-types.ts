import type { Model } from '../api/types.ts'
import type { FieldValue } from '../format/format.ts'
import type { DecodedFrame, ExampleFrame } from '../frames/frame-types.ts'
import type { Title } from '../i18n/catalogue.ts'

/** A model as the list of `GET /models` has it. */
export interface ListedModel extends Model {
  readonly source: string
  readonly verified: string
  /** How many devices have it, of those the asker may see. */
  readonly devices: number
}

/** The Modbus function of a read: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers. */
export type RegisterTable = 1 | 2 | 3 | 4

/** One number in registers; addresses are the wire's. */
export interface RegisterPart {
  readonly address: number
  readonly count: number
  readonly type: string
  readonly bit?: number
  readonly width?: number
  readonly order?: string
  readonly scale: number
}

/** Where a value lies in registers: the sum of its parts, times its multipliers, plus the offset. */
export interface RegisterPlace {
  readonly table: RegisterTable
  readonly parts: readonly RegisterPart[]
  readonly times: readonly { readonly address: number; readonly exponent: boolean }[]
  readonly offset: number
  readonly invalid: readonly (number | string)[]
  readonly values?: Readonly<Record<string, FieldValue>>
}

/** One value of a model. */
export interface PointRow {
  readonly field: string
  readonly where: string
  readonly how: string
  readonly everyMs?: number
  readonly registers?: RegisterPlace
}

export type RequestPlace = { readonly table: RegisterTable; readonly address: number; readonly count: number } | { readonly identifier: string }

/** One request of a plan, and what it takes of a line. */
export interface PlannedPoll {
  readonly what: string
  readonly place?: RequestPlace
  readonly beside?: true
  readonly everyMs: number
  readonly requestBytes: number
  readonly answerBytes: number
  readonly ms: number
}

export interface PollPlan {
  readonly baud: number
  readonly polls: readonly PlannedPoll[]
  readonly pauseMs: number
  /** Of one device. */
  readonly utilisation: number
}

/** An order that devices of a model take. */
export interface OrderRow {
  readonly name: string
  readonly title: Title
  readonly unit?: string
  readonly range?: readonly [number, number]
  readonly values?: readonly FieldValue[]
}

/** What a model says, worked out. */
export interface ModelSheet {
  readonly points: readonly PointRow[]
  readonly orders: readonly OrderRow[]
  /** Absent: it sends by itself. */
  readonly plan?: PollPlan
}

/** The answer of `GET /models/{model}/sheet`. */
export interface StoredSheet extends ModelSheet {
  /** The JSON as it is on disk. */
  readonly text?: string
  readonly builtIn: boolean
  /** Frames of it to try things out with. */
  readonly examples: readonly ExampleFrame[]
}

/** Something to say about a place in a model's text; line and column from 1. */
export interface PlacedProblem {
  readonly line: number
  readonly column: number
  readonly path?: string
  readonly message: string
}

/** The answer of `POST /models/check`. */
export interface CheckedModel {
  readonly ok: boolean
  readonly problems: readonly PlacedProblem[]
  readonly warnings: readonly PlacedProblem[]
  readonly model?: { readonly id: string; readonly title: Title; readonly kind: string; readonly protocol: string; readonly file: string }
  readonly sheet?: ModelSheet
  readonly decoded?: DecodedFrame
  /** Why there are no bytes in the frame that was given. */
  readonly unread?: string
}
