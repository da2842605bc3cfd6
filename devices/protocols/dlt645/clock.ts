import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { BusCommand } from '../bus-speech.ts'
import { writeDigits } from '../line-bytes.ts'
import { BROADCAST_TIME } from './control.ts'
import { encodeFrame } from './encode.ts'

/** § 7.1.5: the address that every meter of a line hears, and none answers. */
export const EVERYBODY = '999999999999'

/** The request that sets the clocks of all meters of a line: ss mm hh DD MM YY, decimal digits, by the clock of the meters' zone. `zoneMs`: east of Greenwich. */
export function timeRequest(at: EpochMs, zoneMs: number, wakes: number): Uint8Array {
  const local = new Date(at + zoneMs)
  const parts = [local.getUTCSeconds(), local.getUTCMinutes(), local.getUTCHours(), local.getUTCDate(), local.getUTCMonth() + 1, local.getUTCFullYear() % 100]
  return encodeFrame(
    EVERYBODY,
    BROADCAST_TIME,
    Uint8Array.from(parts, part => writeDigits(part, 1)[0] ?? 0),
    wakes,
  )
}

/** Sets the clocks of all DL/T 645 meters of the line that a device stands on. */
export function timeCommand({ zoneMs, wakes }: { readonly zoneMs: number; readonly wakes: number }): BusCommand {
  return {
    name: 'broadcastTime',
    title: { en: 'Set the clocks of all DL/T 645 meters on this line to the time', zh: '广播校时（本线路全部电能表）' },
    unanswered: true,
    request: (_, value, now) => {
      if (value !== undefined) throw new RangeError('it carries no value: the time is the gateway’s')
      return timeRequest(now, zoneMs, wakes)
    },
  }
}
