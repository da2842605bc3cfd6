/** GMT+8: every time in JT/T 808 is Beijing time (2013 § 8.18). */
const BEIJING_MS = 8 * 3_600_000

/** Digits of binary-coded decimals, two a byte, without leading zeros; `0` when there is nothing else. Nibbles above 9, which some makers use in place of a phone number, come as a to f. */
export function bcdDigits(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += HEX[bytes[at] ?? 0]
  let zeros = 0
  while (zeros < text.length - 1 && text.charCodeAt(zeros) === 48) zeros++
  return text.slice(zeros)
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Writes digits, right-aligned, two a byte. Throws `RangeError` when there are more than fit. */
export function writeBcd(target: Uint8Array, at: number, length: number, digits: string): void {
  const text = digits.padStart(2 * length, '0')
  if (text.length > 2 * length || !/^[0-9a-f]+$/.test(text)) throw new RangeError(`expected at most ${2 * length} digits, not '${digits}'`)
  for (let index = 0; index < length; index++) target[at + index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
}

/**
 * A time of six bytes, YY MM DD hh mm ss, Beijing time, as milliseconds since the epoch; the century is this one. NaN: no date. Zero in all bytes is what a terminal sends whose
 * clock was never set; it is no date either.
 */
export function bcdTime(bytes: Uint8Array, at: number): number {
  const year = two(bytes[at])
  const month = two(bytes[at + 1])
  const day = two(bytes[at + 2])
  const hour = two(bytes[at + 3])
  const minute = two(bytes[at + 4])
  const second = two(bytes[at + 5])
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  const time = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  // 31 February and its like would roll over into another month.
  return new Date(time).getUTCDate() === day ? time - BEIJING_MS : Number.NaN
}

/** Writes a time of six bytes; parts of seconds are dropped. */
export function writeBcdTime(target: Uint8Array, at: number, time: number): void {
  writeBcd(target, at, 6, new Date(time + BEIJING_MS).toISOString().replaceAll(/\D/g, '').slice(2, 14))
}

/** Two digits, or NaN: NaN fails every comparison above. */
function two(byte = 0xff): number {
  const high = byte >> 4
  const low = byte & 0x0f
  return high > 9 || low > 9 ? Number.NaN : 10 * high + low
}
