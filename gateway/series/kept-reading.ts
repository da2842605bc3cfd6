import { isId } from '../model/ids.ts'
import type { Reading } from '../model/reading.ts'

/** Times InfluxDB can hold as nanoseconds in 64 bits, in ms: the years 1677 to 2262. */
export const EARLIEST_MS = -9_223_372_036_854
export const LATEST_MS = 9_223_372_036_853

/** Why a reading has no key in a store, or undefined when it has one. One such reading is left out alone; the batch goes on. */
export function keyProblem(reading: Reading): string | undefined {
  if (!Number.isInteger(reading.at) || reading.at < EARLIEST_MS || reading.at > LATEST_MS) return 'its time is outside the years 1677 to 2262'
  if (!Number.isInteger(reading.sub) || reading.sub < 0 || reading.sub > 999_999) return 'its sub is not within 0…999999'
  if (!isId(reading.device) || !isId(reading.org) || !isId(reading.model)) return 'its device, organisation or model is not an id'
  return undefined
}
