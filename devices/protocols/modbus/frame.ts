/** Read functions of the Modbus Application Protocol V1.1b3: § 6.1 coils, § 6.2 discrete inputs, § 6.3 holding registers, § 6.4 input registers. */
export type ReadFunction = 1 | 2 | 3 | 4

/** What one read asks for: `address` as on the wire (0-based), `count` in registers, or in bits for functions 1 and 2. */
export interface ReadBlock {
  readonly functionCode: ReadFunction
  readonly address: number
  readonly count: number
}

/** Most that one read may ask for: § 6.1–6.4, "Quantity". */
export const MAX_REGISTERS = 125
export const MAX_BITS = 2000
/** Most registers that one write may carry: § 6.12. */
const MAX_WRITTEN = 123

const CRC_TABLE = makeCrcTable()

/** CRC-16 of Modbus over Serial Line V1.02 § 6.2.2: polynomial A001 (reflected), start FFFF. Its low byte goes on the wire first. */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff
  for (let index = from; index < to; index++) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0)
  return crc
}

/** Whether the last two of these bytes are the CRC of those before. */
export function crcHolds(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 4) return false
  return crc16(bytes, from, to - 2) === ((bytes[to - 2] ?? 0) | ((bytes[to - 1] ?? 0) << 8))
}

/** Bytes of data in the answer to a read. */
export function dataBytes(block: ReadBlock): number {
  return block.functionCode <= 2 ? Math.ceil(block.count / 8) : block.count * 2
}

/** The RTU request that reads a block. Throws `RangeError` for a unit, address or count the standard does not allow. */
export function readRequest(unit: number, block: ReadBlock): Uint8Array {
  checkUnit(unit)
  const most = block.functionCode <= 2 ? MAX_BITS : MAX_REGISTERS
  if (!Number.isInteger(block.count) || block.count < 1 || block.count > most) throw new RangeError(`a read asks for 1 to ${most} values, not ${block.count}`)
  if (!Number.isInteger(block.address) || block.address < 0 || block.address + block.count > 0x10000) {
    throw new RangeError(`a read lies within addresses 0 to 65535: ${block.address} and ${block.count} values from there do not`)
  }
  const { functionCode, address, count } = block
  return sealed([unit, functionCode, address >> 8, address & 0xff, count >> 8, count & 0xff])
}

/** The RTU answer to a read; `data` as on the wire. Throws `RangeError` for a wrong unit or more than 250 bytes. */
export function readResponse(unit: number, functionCode: number, data: Uint8Array): Uint8Array {
  checkUnit(unit)
  if (data.length > 250) throw new RangeError(`an answer carries at most 250 bytes, not ${data.length}`)
  return sealed([unit, functionCode, data.length, ...data])
}

/** The RTU request that writes one coil (§ 6.5: FF00 is on) or, with function 15, a group of one (§ 6.11). Throws `RangeError` for a wrong unit or address. */
export function writeCoilRequest(unit: number, functionCode: 5 | 15, address: number, on: boolean): Uint8Array {
  checkWrite(unit, address, 1)
  const place = [unit, functionCode, address >> 8, address & 0xff]
  return sealed(functionCode === 5 ? [...place, on ? 0xff : 0, 0] : [...place, 0, 1, 1, on ? 1 : 0])
}

/** The RTU request that writes one register (§ 6.6) or, with function 16, up to 123 in a row (§ 6.12). Throws `RangeError` for what the standard does not allow. */
export function writeRegistersRequest(unit: number, functionCode: 6 | 16, address: number, words: readonly number[]): Uint8Array {
  checkWrite(unit, address, words.length)
  if (words.length < 1 || words.length > (functionCode === 6 ? 1 : MAX_WRITTEN))
    throw new RangeError(`function ${functionCode} does not write ${words.length} registers`)
  const bytes = words.flatMap(word => [(word >> 8) & 0xff, word & 0xff])
  const place = [unit, functionCode, address >> 8, address & 0xff]
  return sealed(functionCode === 6 ? [...place, ...bytes] : [...place, 0, words.length, bytes.length, ...bytes])
}

/** The RTU answer of a unit that refuses: § 7, function + 80h and an exception code. */
export function exceptionResponse(unit: number, functionCode: number, exception: number): Uint8Array {
  checkUnit(unit)
  return sealed([unit, functionCode | 0x80, exception])
}

function checkUnit(unit: number): void {
  if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw new RangeError(`a unit is 0 to 255, not ${unit}`)
}

function checkWrite(unit: number, address: number, count: number): void {
  checkUnit(unit)
  if (!Number.isInteger(address) || address < 0 || address + count > 0x10000) {
    throw new RangeError(`a write lies within addresses 0 to 65535: ${address} and ${count} values from there do not`)
  }
}

/** A frame of serial lines: bytes and their CRC. */
export function sealed(bytes: ArrayLike<number>): Uint8Array {
  const adu = new Uint8Array(bytes.length + 2)
  adu.set(bytes)
  const crc = crc16(adu, 0, bytes.length)
  adu[bytes.length] = crc & 0xff
  adu[bytes.length + 1] = crc >> 8
  return adu
}

function makeCrcTable(): Uint16Array {
  const table = new Uint16Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
    table[byte] = crc
  }
  return table
}
