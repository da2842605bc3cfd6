import { reversedBytes, sumOf, WAKE } from '../line-bytes.ts'
import { ADDRESS_BYTES, END_BYTE, HEAD_BYTES, START_BYTE } from './frame.ts'

/** What is wrong with an address, if anything is. */
export function addressProblem(address: string): string | undefined {
  return /^\d{1,14}$/.test(address) ? undefined : `address ${address} is not the 1 to 14 digits printed on the meter`
}

/** The address in the form that frames have: fourteen digits. */
export function fullAddress(address: string): string {
  return address.padStart(2 * ADDRESS_BYTES, '0')
}

/** A frame. Throws `RangeError` for an address that is none, or more than 100 bytes (CJ/T 188-2004 § 6.5). */
export function encodeFrame(type: number, address: string, control: number, data: Uint8Array, wakes = 0): Uint8Array {
  const problem = addressProblem(address)
  if (problem !== undefined) throw new RangeError(problem)
  if (data.length > 100) throw new RangeError(`a frame carries at most 100 bytes, not ${data.length}`)
  const bytes = new Uint8Array(wakes + HEAD_BYTES + data.length + 2).fill(WAKE, 0, wakes)
  const frame = bytes.subarray(wakes)
  frame[0] = START_BYTE
  frame[1] = type
  frame.set(reversedBytes(fullAddress(address)), 2)
  frame[9] = control
  frame[10] = data.length
  frame.set(data, HEAD_BYTES)
  frame[HEAD_BYTES + data.length] = sumOf(frame, 0, HEAD_BYTES + data.length)
  frame[HEAD_BYTES + data.length + 1] = END_BYTE
  return bytes
}

/** The two orders in which makers send the bytes of an identifier. */
export type IdentifierOrder = 'high-first' | 'low-first'

/** Identifier and serial number as they begin a frame's data. */
export function identifierBytes(di: string, order: IdentifierOrder, serial: number): Uint8Array {
  const [high, low] = [Number.parseInt(di.slice(0, 2), 16), Number.parseInt(di.slice(2), 16)]
  return order === 'high-first' ? Uint8Array.of(high, low, serial) : Uint8Array.of(low, high, serial)
}
