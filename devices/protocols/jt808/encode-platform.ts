import { writeBcd } from './bcd.ts'
import { writeU16, writeU32 } from './encode.ts'
import { gbkBytes } from './gbk.ts'
import { concatenated } from './parts.ts'

/** The body of 0x8100 (2013 § 8.6): the code stands there only when the registration was taken. */
export function registerAnswerBody(serial: number, result: number, code: string): Uint8Array {
  const text = result === 0 ? gbkBytes(code) : new Uint8Array(0)
  return concatenated([two(serial), Uint8Array.of(result), text])
}

/** The body of 0x8003 (2013 § 8.4): which parts of the message that began with this serial number are to be sent again. 2019 counts them in two bytes, 2013 in one. */
export function resendPartsBody(firstSerial: number, indexes: readonly number[], versioned: boolean): Uint8Array {
  const count = versioned ? two(indexes.length) : Uint8Array.of(indexes.length)
  return concatenated([two(firstSerial), count, ...indexes.map(two)])
}

/** The body of 0x8004, which 2019 brought: the time, UTC. */
export function timeBody(at: number): Uint8Array {
  const body = new Uint8Array(6)
  writeBcd(body, 0, 6, new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14))
  return body
}

/** How a text is brought to the driver. */
export interface TextManner {
  readonly urgent?: boolean
  readonly onDisplay?: boolean
  readonly spoken?: boolean
}

/** The body of 0x8300 (2013 § 8.23): flags, in 2019 a type (1: a notice), the text. Throws `RangeError` for one of more than 1,024 bytes, or none. */
export function textBody(text: string, { urgent, onDisplay, spoken }: TextManner, versioned: boolean): Uint8Array {
  const bytes = gbkBytes(text)
  if (bytes.length === 0 || bytes.length > 1024) throw new RangeError(`expected a text of 1 to 1024 bytes in GBK, not ${bytes.length}`)
  // 2013: bit 0 urgent, bit 2 display, bit 3 speech. 2019: bits 0–1 are a number: 1 service, 2 urgent, 3 notice.
  const urgency = versioned ? (urgent ? 2 : 3) : urgent ? 1 : 0
  const flags = urgency | (onDisplay === false ? 0 : 4) | (spoken === false ? 0 : 8)
  return concatenated([versioned ? Uint8Array.of(flags, 1) : Uint8Array.of(flags), bytes])
}

/** A parameter of a terminal (2013 § 8.9): its number, and its value as the standard writes it. */
export interface TerminalParameter {
  readonly id: number
  readonly value: Uint8Array
}

/** The body of 0x8103. Throws `RangeError` for a value longer than a byte can say. */
export function setParametersBody(parameters: readonly TerminalParameter[]): Uint8Array {
  if (parameters.length > 255) throw new RangeError('at most 255 parameters at a time')
  const items = parameters.flatMap(({ id, value }) => {
    if (value.length > 255) throw new RangeError(`parameter ${id}: a value has at most 255 bytes`)
    const head = new Uint8Array(5)
    writeU32(head, 0, id)
    head[4] = value.length
    return [head, value]
  })
  return concatenated([Uint8Array.of(parameters.length), ...items])
}

/** A parameter that is a number of two or four bytes. */
export function numberParameter(id: number, value: number, bytes: 2 | 4 = 4): TerminalParameter {
  const data = new Uint8Array(bytes)
  if (bytes === 2) writeU16(data, 0, value)
  else writeU32(data, 0, value)
  return { id, value: data }
}

/** The body of 0x8500: up to 2013 the flags of § 8.33 in one byte (bit 0: lock the doors); in 2019 a count, then numbered items (1: doors) with their value. */
export function doorControlBody(lock: boolean, versioned: boolean): Uint8Array {
  return versioned ? concatenated([two(1), two(1), Uint8Array.of(lock ? 1 : 0)]) : Uint8Array.of(lock ? 1 : 0)
}

function two(value: number): Uint8Array {
  const bytes = new Uint8Array(2)
  writeU16(bytes, 0, value)
  return bytes
}
