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

/** The lines that are worked now. */
export interface LineView {
  lines(): readonly LineStats[]
}
