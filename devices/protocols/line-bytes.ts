/** FEh wakes a serial line before a frame: DL/T 645-2007 § 5.2.1, CJ/T 188-2004 § 6.1. */
export const WAKE = 0xfe

/** Two hexadecimal digits. */
export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}

/** All bytes added up, modulo 256. */
export function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let index = from; index < to; index++) sum = (sum + (bytes[index] ?? 0)) & 0xff
  return sum
}

/** The bytes in hexadecimal with the last one first, as addresses and identifiers are written on paper. */
export function reversedHex(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let index = to - 1; index >= from; index--) text += hex(bytes[index] ?? 0)
  return text
}

/** The way back: hexadecimal digits with the last pair first. */
export function reversedBytes(digits: string): Uint8Array {
  const pairs = digits.length / 2
  return Uint8Array.from({ length: pairs }, (_, index) => Number.parseInt(digits.slice(2 * (pairs - 1 - index), 2 * (pairs - index)), 16))
}

/** Whether all of these bytes only wake the line. */
export function onlyWakes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (bytes[index] !== WAKE) return false
  return true
}

/** Where a frame begins, after its wake bytes. */
export function afterWakes(bytes: Uint8Array, { from, to }: { readonly from: number; readonly to: number }): number {
  let at = from
  while (at < to && bytes[at] === WAKE) at++
  return at
}

/** Packed decimal digits, the lowest first, as a whole number; undefined when there is another digit. FFh in all bytes is how meters say that they have no value. */
export function readDigits(bytes: Uint8Array, from: number, count: number): number | undefined {
  if (from + count > bytes.length) return undefined
  let number = 0
  for (let index = from + count - 1; index >= from; index--) {
    const byte = bytes[index] ?? 0
    if (byte >> 4 > 9 || (byte & 0x0f) > 9) return undefined
    number = number * 100 + (byte >> 4) * 10 + (byte & 0x0f)
  }
  return number
}

/** The way back; what does not fit is cut to the largest that does. */
export function writeDigits(number: number, count: number): Uint8Array {
  let rest = Math.min(10 ** (2 * count) - 1, Math.max(0, Math.round(number)))
  return Uint8Array.from({ length: count }, () => {
    const pair = rest % 100
    rest = Math.floor(rest / 100)
    return (Math.floor(pair / 10) << 4) | (pair % 10)
  })
}
