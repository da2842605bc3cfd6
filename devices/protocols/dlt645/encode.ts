import { reversedBytes, reversedHex, sumOf, WAKE } from '../line-bytes.ts'
import { END_BYTE, HEAD_BYTES, OFFSET, START_BYTE } from './frame.ts'

/** What is wrong with an address, if anything is. */
export function addressProblem(address: string): string | undefined {
  return /^\d{1,12}$/.test(address) ? undefined : `address ${address} is not the 1 to 12 digits printed on the meter`
}

/** The address in the form that frames have: twelve digits. */
export function fullAddress(address: string): string {
  return address.padStart(12, '0')
}

/** A frame. Throws `RangeError` for an address that is none, or more than 200 bytes (DL/T 645-2007 § 5.2.4). */
export function encodeFrame(address: string, control: number, data: Uint8Array, wakes = 0): Uint8Array {
  const problem = addressProblem(address)
  if (problem !== undefined) throw new RangeError(problem)
  if (data.length > 200) throw new RangeError(`a frame carries at most 200 bytes, not ${data.length}`)
  const bytes = new Uint8Array(wakes + HEAD_BYTES + data.length + 2).fill(WAKE, 0, wakes)
  const frame = bytes.subarray(wakes)
  frame[0] = START_BYTE
  frame.set(reversedBytes(fullAddress(address)), 1)
  frame[7] = START_BYTE
  frame[8] = control
  frame[9] = data.length
  for (let index = 0; index < data.length; index++) frame[HEAD_BYTES + index] = ((data[index] ?? 0) + OFFSET) & 0xff
  frame[HEAD_BYTES + data.length] = sumOf(frame, 0, HEAD_BYTES + data.length)
  frame[HEAD_BYTES + data.length + 1] = END_BYTE
  return bytes
}

/** A data identifier as it stands in a frame: the lowest byte first. */
export function identifierBytes(di: string): Uint8Array {
  return reversedBytes(di)
}

/** The identifier at the beginning of a frame's data. */
export function identifierAt(data: Uint8Array): string {
  return reversedHex(data, 0, 4)
}
