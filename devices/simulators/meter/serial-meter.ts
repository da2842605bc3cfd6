import type { EpochMs } from '../../../gateway/model/frame.ts'

/** What a meter makes of bytes on its line. */
export interface Heard {
  /** One past the last byte of the request. */
  readonly to: number
  /** What it says; absent when it has nothing to say to that. */
  readonly answer?: Uint8Array
}

/** A meter on a serial line: hears everything that is said there and answers what is meant for it. */
export interface SerialMeter {
  /** The first whole request to it in these bytes, answered; undefined when there is none. */
  hear(bytes: Uint8Array, at: EpochMs): Heard | undefined
}
