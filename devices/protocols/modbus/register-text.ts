import { type Order, toRegisters } from './word-order.ts'

/** Characters in registers: two a register, the first in the high byte unless the order swaps them; ends at the first NUL; spaces around it are filling. Bytes that are no printable ASCII make it no text. */
export function readText(view: DataView, offset: number, registers: number, order: Order): string | undefined {
  const swapped = order === 'BADC' || order === 'DCBA'
  let text = ''
  for (let index = 0; index < registers * 2; index++) {
    const byte = view.getUint8(offset + (swapped ? index ^ 1 : index))
    if (byte === 0) break
    if (byte < 0x20 || byte > 0x7e) return undefined
    text += String.fromCharCode(byte)
  }
  const trimmed = text.trim()
  return trimmed === '' ? undefined : trimmed
}

/** The registers of a text, filled with NUL; what does not fit is cut off. */
export function writeText(text: string, registers: number, order: Order): number[] {
  const bytes = new Uint8Array(registers * 2)
  bytes.set(Buffer.from(text, 'latin1').subarray(0, bytes.length))
  // The order of registers is a number's affair: only swapped bytes concern a text.
  return toRegisters(bytes, order === 'BADC' || order === 'DCBA' ? 'BADC' : 'ABCD')
}
