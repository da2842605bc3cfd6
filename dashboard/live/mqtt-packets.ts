/**
 * The packets of MQTT 3.1.1 that a page needs which only listens, at QoS 0. Written out here because a client library is as large as the rest of the page without its map; what a listener
 * needs of the protocol is little. Paragraphs are those of the OASIS standard of 29 October 2014.
 */

/** What the broker may send to a listener. */
export type Received =
  | { readonly type: 'connack'; readonly code: number }
  | { readonly type: 'publish'; readonly topic: string; readonly payload: Uint8Array }
  | { readonly type: 'suback' | 'unsuback' | 'pingresp' }

/** § 2.2.3: a packet announces at most 268,435,455 bytes. No tile is near this. */
const MOST_BYTES = 8 * 1024 * 1024
const CONNECT = 0x10
/** § 3.8.1 and § 3.10.1: the four low bits of both are reserved and 0010. */
const SUBSCRIBE = 0x82
const UNSUBSCRIBE = 0xa2
/** § 3.1.2.3: clean session, user name and password. */
const FLAGS = 0x02 | 0x80 | 0x40

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** § 3.1. `keepaliveSeconds`: after one and a half of these without a packet the broker closes. */
export function connectPacket(options: {
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly keepaliveSeconds: number
}): Uint8Array<ArrayBuffer> {
  const { clientId, username, password, keepaliveSeconds } = options
  return packet(CONNECT, [...text('MQTT'), 4, FLAGS, ...uint16(keepaliveSeconds), ...text(clientId), ...text(username), ...text(password)])
}

/** § 3.8, every filter at QoS 0. `id`: 1 to 65,535. */
export function subscribePacket(id: number, filters: readonly string[]): Uint8Array<ArrayBuffer> {
  return packet(SUBSCRIBE, [...uint16(id), ...filters.flatMap(filter => [...text(filter), 0])])
}

/** § 3.10. */
export function unsubscribePacket(id: number, filters: readonly string[]): Uint8Array<ArrayBuffer> {
  return packet(UNSUBSCRIBE, [...uint16(id), ...filters.flatMap(filter => [...text(filter)])])
}

/** § 3.12. */
export const pingPacket: Uint8Array<ArrayBuffer> = Uint8Array.of(0xc0, 0)
/** § 3.14. */
export const disconnectPacket: Uint8Array<ArrayBuffer> = Uint8Array.of(0xe0, 0)

/** Cuts what arrives into packets: a WebSocket message may hold several, or a part of one (§ 6). */
export class PacketReader {
  #rest: Uint8Array = new Uint8Array(0)

  /** Answers the packets that are complete now. Throws at what no broker of MQTT 3.1.1 sends to a listener: the connection is of no use then. */
  push(bytes: Uint8Array): readonly Received[] {
    let buffer = bytes
    if (this.#rest.length > 0) {
      buffer = new Uint8Array(this.#rest.length + bytes.length)
      buffer.set(this.#rest)
      buffer.set(bytes, this.#rest.length)
    }
    const found: Received[] = []
    let at = 0
    for (;;) {
      const length = lengthAt(buffer, at + 1)
      if (length === undefined) break
      const end = at + 1 + length.bytes + length.value
      if (end > buffer.length) break
      found.push(received(buffer[at] ?? 0, buffer.subarray(at + 1 + length.bytes, end)))
      at = end
    }
    // A copy: what is left must not keep the whole message alive, nor change with it.
    this.#rest = buffer.slice(at)
    return found
  }
}

/** § 2.2.3: seven bits a byte, the lowest first; undefined while it is not all there. */
function lengthAt(buffer: Uint8Array, at: number): { readonly value: number; readonly bytes: number } | undefined {
  let value = 0
  for (let index = 0; index < 4; index += 1) {
    const byte = buffer[at + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 128 ** index
    if (byte < 0x80) {
      if (value > MOST_BYTES) throw new Error(`a packet of ${value} bytes is announced`)
      return { value, bytes: index + 1 }
    }
  }
  throw new Error('the length of a packet has no end')
}

function received(first: number, body: Uint8Array): Received {
  switch (first >> 4) {
    case 2: // § 3.2
      return { type: 'connack', code: body[1] ?? 0xff }
    case 3:
      return published(first, body)
    case 9:
      return { type: 'suback' }
    case 11:
      return { type: 'unsuback' }
    case 13:
      return { type: 'pingresp' }
    default:
      throw new Error(`a packet of type ${first >> 4} is nothing for a listener`)
  }
}

/** § 3.3. */
function published(first: number, body: Uint8Array): Received {
  if ((first & 0x06) !== 0) throw new Error('a message at QoS 1 or 2 came, and none was asked for')
  const length = ((body[0] ?? 0) << 8) | (body[1] ?? 0)
  if (body.length < 2 + length) throw new Error('a message ends within its topic')
  return { type: 'publish', topic: decoder.decode(body.subarray(2, 2 + length)), payload: body.subarray(2 + length) }
}

function packet(first: number, body: readonly number[]): Uint8Array<ArrayBuffer> {
  const length: number[] = []
  let rest = body.length
  do {
    length.push((rest % 128) + (rest >= 128 ? 0x80 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Uint8Array.from([first, ...length, ...body])
}

/** § 1.5.3: UTF-8 behind its length in two bytes. */
function text(value: string): readonly number[] {
  const bytes = encoder.encode(value)
  if (bytes.length > 0xffff) throw new Error('a text of more than 65,535 bytes cannot be sent')
  return [...uint16(bytes.length), ...bytes]
}

function uint16(value: number): readonly number[] {
  return [(value >> 8) & 0xff, value & 0xff]
}
