import { bcdDigits } from './bcd.ts'

/** The head of a message (2013 table 2, 2019 table 2). */
export interface Header {
  readonly messageId: number
  /** Of this message's body, as the attributes say. */
  readonly bodyLength: number
  /** Bits 10–12 of the attributes: 0 none, 1 RSA; others are reserved. */
  readonly encryption: number
  /** 2019: the protocol's version byte, 1 in the first edition with a version. Absent in messages of 2011 and 2013. */
  readonly version?: number
  /** The terminal's phone number without leading zeros. */
  readonly phone: string
  readonly serial: number
  /** Bit 13 of the attributes: this is one of several that make up a message; the first is 1. */
  readonly part?: { readonly total: number; readonly index: number }
  /** Where the body begins. */
  readonly length: number
}

/** Attribute bits. */
export const PART_FLAG = 1 << 13
export const VERSION_FLAG = 1 << 14
export const LONGEST_BODY = 0x3ff

/** Bytes of a header with these attributes. */
export function headerLength(attributes: number): number {
  return ((attributes & VERSION_FLAG) !== 0 ? 17 : 12) + ((attributes & PART_FLAG) !== 0 ? 4 : 0)
}

/** Reads the head of a message without its escapes. Undefined: the message is shorter than its head. */
export function readHeader(message: Uint8Array): Header | undefined {
  if (message.length < 12) return undefined
  const attributes = u16(message, 2)
  const length = headerLength(attributes)
  if (message.length < length) return undefined
  const versioned = (attributes & VERSION_FLAG) !== 0
  const serialAt = versioned ? 15 : 10
  return {
    messageId: u16(message, 0),
    bodyLength: attributes & LONGEST_BODY,
    encryption: (attributes >> 10) & 7,
    ...(versioned && { version: message[4] ?? 0 }),
    phone: bcdDigits(message, versioned ? 5 : 4, serialAt),
    serial: u16(message, serialAt),
    ...((attributes & PART_FLAG) !== 0 && { part: { total: u16(message, serialAt + 2), index: u16(message, serialAt + 4) } }),
    length,
  }
}

/** Two bytes, the higher first, as all numbers in this protocol are (§ 4.2). */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

/** Four bytes, unsigned. */
export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2)
}
