import type { DeviceId, ModelId } from './ids.ts'
import type { LineSpeed, PlannedPoll } from './model-bench.ts'

/** What a line that devices share has done since it was started, and how it is. */
export interface LineStats {
  /** Its link: `modbus-tcp://10.0.0.5:502`, `serial:///dev/ttyUSB0?…`, `dtu://ID`. */
  readonly url: string
  readonly connected: boolean
  readonly devices: number
  /** Devices whose last request went without an answer. */
  readonly silent: number
  readonly requests: number
  /** Answers with values. */
  readonly answers: number
  /** Answers of a device that refuses. */
  readonly exceptions: number
  readonly timeouts: number
  /** Bytes nobody waited for: late answers, frames of others, junk. Counted once for each time they came. */
  readonly strays: number
  /** Connections lost or not made. */
  readonly disconnects: number
  /** Reads left out because the line was too busy or the device was silent. */
  readonly missed: number
  /** Part of the time a request was in flight or the line had to be quiet, 0 to 1, over the last minute. */
  readonly utilisation: number
  /** How long after they were due the last thousand reads of devices that answer were asked, milliseconds: half of them sooner, and all but one in a hundred. */
  readonly slipP50Ms: number
  readonly slipP99Ms: number
  /** Answers on their way to the disk. */
  readonly unsynced: number
  /** Answers the journal did not take. */
  readonly notKept: number
  /** Reads nothing because the journal takes nothing. */
  readonly paused: boolean
}

/** What devices of one model on a line are asked, all of them alike. */
export interface ModelShare {
  readonly model: ModelId
  readonly polls: readonly PlannedPoll[]
  /** The part of the line's time that one device takes. */
  readonly utilisation: number
  /** `silent`: its last request went without an answer. */
  readonly devices: readonly { readonly device: DeviceId; readonly address: string; readonly silent: boolean }[]
}

/** What is asked on a line, and what that takes of its time. */
export interface LinePolls {
  readonly speed: LineSpeed
  /** Whether that is the line's own speed. */
  readonly isKnown: boolean
  readonly models: readonly ModelShare[]
  /** The part of the line's time that all of it takes, as planned; above 1 it can not be done. */
  readonly utilisation: number
}

/** The lines that are worked now. */
export interface LineView {
  lines(): readonly LineStats[]
  /** What is asked on one of them, reckoned for its own speed or, where that is not known, for another. Undefined: it is none of them. */
  polls(url: string, otherwise: LineSpeed): LinePolls | undefined
}
