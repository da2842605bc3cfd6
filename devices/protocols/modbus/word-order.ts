/**
 * How the bytes of a value that spans registers lie on the wire. A is the most significant byte. Modbus fixes only the order within a register
 * (Application Protocol V1.1b3 § 4.2, big-endian); the order of registers is each maker's own.
 * For 64-bit values the same rule goes on: CDAB is low register first, BADC swaps the bytes of each register, DCBA does both.
 */
export const ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const
export type Order = (typeof ORDERS)[number]

/** Reads an unsigned integer of 1, 2 or 4 registers at a byte offset. */
export function unsigned16(view: DataView, offset: number, order: Order): number {
  return view.getUint16(offset, swapsBytes(order))
}

export function unsigned32(view: DataView, offset: number, order: Order): number {
  switch (order) {
    case 'ABCD':
      return view.getUint32(offset)
    case 'DCBA':
      return view.getUint32(offset, true)
    case 'CDAB':
      return view.getUint16(offset + 2) * 0x10000 + view.getUint16(offset)
    case 'BADC':
      return view.getUint16(offset, true) * 0x10000 + view.getUint16(offset + 2, true)
  }
}

export function unsigned64(view: DataView, offset: number, order: Order): bigint {
  const lowFirst = order === 'CDAB' || order === 'DCBA'
  const first = BigInt(unsigned32(view, offset, order))
  const second = BigInt(unsigned32(view, offset + 4, order))
  return lowFirst ? (second << 32n) | first : (first << 32n) | second
}

/** The registers of a value's bytes, which are given most significant first. */
export function toRegisters(bytes: Uint8Array, order: Order): number[] {
  const words: number[] = []
  for (let index = 0; index < bytes.length; index += 2) {
    const high = bytes[index] ?? 0
    const low = bytes[index + 1] ?? 0
    words.push(swapsBytes(order) ? (low << 8) | high : (high << 8) | low)
  }
  return order === 'CDAB' || order === 'DCBA' ? words.reverse() : words
}

function swapsBytes(order: Order): boolean {
  return order === 'BADC' || order === 'DCBA'
}
