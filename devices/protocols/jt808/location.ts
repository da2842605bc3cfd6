import type { DecodedReading, FieldValue, Position } from '../../../gateway/model/reading.ts'
import { bcdTime } from './bcd.ts'
import { ENCRYPTED_POSITION, FIXED, SOUTH, WEST } from './bits.ts'
import { u16, u32 } from './header.ts'
import type { LocationPlan } from './mapping.ts'

/** The basic information of a location has 28 bytes (2013 § 8.18). */
export const BASIC_BYTES = 28
export const TIME_AT = 22

/**
 * One location as a reading. `body` from `from` to before `to` holds at least the basic information. The time is no time where it says so: then `at` is NaN, for the caller to
 * judge.
 */
export function readLocation(body: Uint8Array, from: number, to: number, plan: LocationPlan): DecodedReading & { readonly at: number } {
  const status = u32(body, from + 4)
  const basic = {
    alarm: u32(body, from),
    status,
    altitude: (u16(body, from + 16) << 16) >> 16,
    speed: u16(body, from + 18) / 10,
    heading: u16(body, from + 20),
  }
  const values: Record<string, FieldValue> = {}
  for (const { field, read } of plan.basic) {
    const value = read(basic)
    if (value !== undefined) values[field] = value
  }
  readItems(body, from + BASIC_BYTES, to, plan, values)
  const at = bcdTime(body, from + TIME_AT)
  const position = readPosition(body, from, status)
  return position ? { at, values, position } : { at, values }
}

/** Nowhere without a fix, and nowhere while the coordinates are encrypted. 0, 0 is where terminals say to be that have never been anywhere. */
function readPosition(body: Uint8Array, from: number, status: number): Position | undefined {
  if ((status & FIXED) === 0 || (status & ENCRYPTED_POSITION) !== 0) return undefined
  const lat = u32(body, from + 8) / 1e6
  const lon = u32(body, from + 12) / 1e6
  if (lat === 0 && lon === 0) return undefined
  return { lat: (status & SOUTH) === 0 ? lat : -lat, lon: (status & WEST) === 0 ? lon : -lon }
}

/** Items that the plan does not name are passed over. An item that is longer than what is left ends the walk: some makers write lengths of their own, and that costs the fix nothing. */
function readItems(body: Uint8Array, from: number, to: number, plan: LocationPlan, values: Record<string, FieldValue>): void {
  let at = from
  while (at + 2 <= to) {
    const id = body[at] ?? 0
    const length = body[at + 1] ?? 0
    const data = at + 2
    at = data + length
    if (at > to) return
    const points = plan.items[id]
    if (!points) continue
    for (const { field, bytes, read } of points) {
      if (length < bytes) continue
      const value = read(body, data, length)
      if (value !== undefined) values[field] = value
    }
  }
}
