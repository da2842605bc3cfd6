import type { Actor } from './audit.ts'
import type { EpochMs } from './frame.ts'
import type { DeviceId } from './ids.ts'
import type { Title } from './kind.ts'
import type { FieldValue } from './reading.ts'

/**
 * `pending`: not on its way yet. `sent`: on its way, and not known to be done. `confirmed`: done, as the device says. `refused`: the device says no. `expired`: its time is over, and it was not sent, or
 * not seen to be done.
 * `told`: it went out, and such an order is answered by nobody. The last four are final.
 */
export type CommandState = 'pending' | 'sent' | 'confirmed' | 'refused' | 'expired' | 'told'

/** An order that a device takes, as its model names it. */
export interface CommandDefinition {
  readonly name: string
  readonly title: Title
  /** What it carries; absent: nothing. */
  readonly value?: {
    readonly type: 'number' | 'boolean' | 'string'
    readonly unit?: string
    readonly range?: readonly [number, number]
    readonly values?: readonly FieldValue[]
  }
}

/** An order that was given, and what became of it. */
export interface CommandRecord {
  /** Grows by one with every order. */
  readonly id: number
  readonly device: DeviceId
  readonly name: string
  readonly value?: FieldValue
  readonly state: CommandState
  /** Why it is in this state, for people. */
  readonly detail?: string
  readonly givenAt: EpochMs
  readonly expiresAt: EpochMs
  readonly sentAt?: EpochMs
  /** When its state became final. */
  readonly settledAt?: EpochMs
}

/** What came of sending something to a device. */
export type CommandAnswer =
  /** `said`: what the device told with its answer. */
  | { readonly type: 'done'; readonly said?: string }
  | { readonly type: 'refused'; readonly why: string }
  /** It went out, and nobody ever answers such an order. */
  | { readonly type: 'told' }
  /** It went out, and nothing came back: it may have been done. */
  | { readonly type: 'unanswered'; readonly why: string }
  /** It never went out. */
  | { readonly type: 'unsent'; readonly why: string }

/** An order as whoever reaches the device carries it out. */
export interface CommandOrder extends CommandDefinition {
  /** Throws `RangeError` with what was expected for a value that does not fit. */
  check(value: FieldValue | undefined): void
  /** Sends it once. Waits for the way to the device until the signal aborts. */
  send(value: FieldValue | undefined, signal: AbortSignal): Promise<CommandAnswer>
  /** How it is known that it was done; absent: the device's own answer is all there is. */
  readonly readBack?: {
    readonly afterMs: number
    /** True when the device shows the value; else what it shows, or why it could not be asked. */
    shows(value: FieldValue | undefined, signal: AbortSignal): Promise<true | string>
  }
}

/** Whoever reaches devices with orders. */
export interface CommandPath {
  /** The orders a device takes; none when it is not reached this way or its model names none. */
  orders(device: DeviceId): readonly CommandOrder[]
}

/** Where orders are given, and what became of them is read. */
export interface Commands {
  definitions(device: DeviceId): readonly CommandDefinition[]
  /**
   * Takes an order once it is written down who gave it. Throws `COMMAND_INVALID` when the device takes no such order or value, or too many wait, and `REGISTRY_UNUSABLE`
   * when it can not be written down: then nothing is sent.
   */
  give(order: {
    readonly device: DeviceId
    readonly name: string
    readonly value?: FieldValue
    readonly expiresInMs: number
    readonly by: Actor
  }): Promise<CommandRecord>
  get(id: number): CommandRecord | undefined
  /** The newest first. */
  of(device: DeviceId, limit: number): readonly CommandRecord[]
}
