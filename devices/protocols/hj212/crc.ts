/** How a product makes its check sum. The standard's own is the rule; CRC-16/MODBUS is what some makers send. */
export type CrcVariant = 'hj212' | 'modbus'

const TABLE = makeTable()

/**
 * The check sum of HJ 212-2017 annex A: start FFFF; each byte is XORed to the register's high byte moved down, and eight shifts with A001 follow. It is not the CRC of Modbus, which XORs to the
 * whole register. The annex's example gives 1C80.
 */
export function crcOf(bytes: Uint8Array, from: number, to: number, variant: CrcVariant): number {
  let register = 0xffff
  if (variant === 'hj212') for (let at = from; at < to; at++) register = TABLE[(register >> 8) ^ (bytes[at] ?? 0)] ?? 0
  else for (let at = from; at < to; at++) register = (register >> 8) ^ (TABLE[(register ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return register
}

/** As it stands in a packet: four characters, high byte first. */
export function crcText(crc: number, lowerCase: boolean): string {
  const text = crc.toString(16).padStart(4, '0')
  return lowerCase ? text : text.toUpperCase()
}

/** Eight shifts of each byte with A001: what both variants do with one. */
function makeTable(): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let register = byte
    for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1
    return register
  })
}
