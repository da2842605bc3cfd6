import { writeBcd } from './bcd.ts'
import { checkByte, escaped } from './frame.ts'
import { LONGEST_BODY, PART_FLAG, VERSION_FLAG } from './header.ts'

/** One message to be sent. */
export interface OutgoingMessage {
  readonly messageId: number
  readonly phone: string
  readonly serial: number
  readonly body: Uint8Array
  /** 2019's version byte; absent: written as in 2011 and 2013. */
  readonly version?: number
  readonly part?: { readonly total: number; readonly index: number }
}

/** A message as one frame, escaped, with its flags. Throws `RangeError` when the body is longer than 1,023 bytes or the phone number than its field. */
export function encodeFrame({ messageId, phone, serial, body, version, part }: OutgoingMessage): Uint8Array {
  if (body.length > LONGEST_BODY) throw new RangeError(`a body of ${body.length} bytes: a frame holds ${LONGEST_BODY}`)
  const phoneAt = version === undefined ? 4 : 5
  const phoneLength = version === undefined ? 6 : 10
  const bodyAt = phoneAt + phoneLength + 2 + (part ? 4 : 0)
  const message = new Uint8Array(bodyAt + body.length + 1)
  writeU16(message, 0, messageId)
  writeU16(message, 2, body.length | (part ? PART_FLAG : 0) | (version === undefined ? 0 : VERSION_FLAG))
  if (version !== undefined) message[4] = version
  writeBcd(message, phoneAt, phoneLength, phone)
  writeU16(message, phoneAt + phoneLength, serial)
  if (part) {
    writeU16(message, bodyAt - 4, part.total)
    writeU16(message, bodyAt - 2, part.index)
  }
  message.set(body, bodyAt)
  message[message.length - 1] = checkByte(message, 0, message.length - 1)
  return escaped(message)
}

/** A message in as many frames as it takes: more than one when its body does not fit. Their serial numbers follow one another (2013 § 4.4.3). */
export function encodeMessage(message: Omit<OutgoingMessage, 'part'>, longest: number = LONGEST_BODY): Uint8Array[] {
  const { body, serial } = message
  if (body.length <= longest) return [encodeFrame(message)]
  const total = Math.ceil(body.length / longest)
  return Array.from({ length: total }, (_, index) =>
    encodeFrame({
      ...message,
      serial: (serial + index) & 0xffff,
      body: body.subarray(index * longest, (index + 1) * longest),
      part: { total, index: index + 1 },
    }),
  )
}

/** Two bytes, the higher first. */
export function writeU16(target: Uint8Array, at: number, value: number): void {
  target[at] = value >> 8
  target[at + 1] = value & 0xff
}

/** Four bytes, the highest first; also for numbers above 2³¹. */
export function writeU32(target: Uint8Array, at: number, value: number): void {
  writeU16(target, at, Math.floor(value / 0x1_0000) & 0xffff)
  writeU16(target, at + 2, value % 0x1_0000)
}
