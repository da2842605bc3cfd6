import { createHash } from 'node:crypto'
import { generate } from 'mqtt-packet'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'

/** Who publishes for whom on one connection. */
export interface Speaker {
  /** Client id and, with a secret, user name. */
  readonly name: string
  /** Devices it publishes for, in turn; all names are of one length. */
  readonly devices: readonly string[]
  /** Its devices lie over a city, and not all in one place. */
  readonly spread?: boolean
}

/** A CONNECT, clean, keep-alive off, so that nothing but the publishes is measured. */
export function connectBytes(name: string, secret: string | undefined): Buffer {
  const credentials = secret === undefined ? {} : { username: name, password: Buffer.from(secret) }
  return generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: name, clean: true, keepalive: 0, ...credentials })
}

/**
 * A ring of QoS 1 PUBLISH packets, encoded once. Only the event time changes from round to round, so that each message is a row of its own: four bytes of a varint.
 * A packet is sent again only after its PUBACK, so the ring must hold more than is in flight.
 */
export class PacketRing {
  readonly size: number
  readonly #bytes: Buffer
  readonly #packetBytes: number
  readonly #timeAt: number
  readonly #low: number
  #at = 0
  #sent = 0

  constructor(speaker: Speaker, from: number, inFlight: number) {
    const { devices } = speaker
    this.size = devices.length * Math.ceil((inFlight * 2) / devices.length)
    const packets = Array.from({ length: this.size }, (_, index) => {
      const device = devices[index % devices.length] ?? speaker.name
      return publishBytes(device, payloadOf(from, speaker.spread ? placeOf(device) : MIDDLE), index + 1)
    })
    const first = packets[0] ?? Buffer.alloc(0)
    this.#bytes = Buffer.concat(packets)
    this.#packetBytes = first.length
    if (this.#bytes.length !== this.size * first.length) throw new Error('the names of the devices are not of one length')
    this.#timeAt = first.length - payloadOf(from, MIDDLE).length + timeOffset
    this.#low = from % lowTimes
  }

  /** Where the next packet stands in the ring. */
  get at(): number {
    return this.#at
  }

  /** The next packets as bytes to write; two pieces where the ring begins anew. */
  next(count: number, write: (bytes: Buffer) => void): void {
    for (let left = count; left > 0; ) {
      const packets = Math.min(left, this.size - this.#at)
      const begin = this.#at * this.#packetBytes
      const end = begin + packets * this.#packetBytes
      for (let at = begin + this.#timeAt; at < end; at += this.#packetBytes) this.#stamp(at, this.#low + this.#sent++)
      write(this.#bytes.subarray(begin, end))
      this.#at = (this.#at + packets) % this.size
      left -= packets
    }
  }

  #stamp(at: number, low: number): void {
    this.#bytes[at] = (low & 0x7f) | 0x80
    this.#bytes[at + 1] = ((low >> 7) & 0x7f) | 0x80
    this.#bytes[at + 2] = ((low >> 14) & 0x7f) | 0x80
    this.#bytes[at + 3] = ((low >> 21) & 0x7f) | 0x80
  }
}

/** The times that four bytes of a varint tell apart: three days of milliseconds. */
const lowTimes = 2 ** 28
/** Telemetry.bus is field 1 (0a, length), BusPosition.fix_time_ms its field 1 (08): a varint of six bytes until the year 2109. */
const timeOffset = 3

/** A time a minute ago from which ten million milliseconds can be counted without touching the upper bytes. */
export function firstTime(now: number): number {
  const from = now - 60_000
  return (from % lowTimes) + 10_000_000 < lowTimes ? from : from - 10_000_000
}

const MIDDLE = { latitude: 31.2304, longitude: 121.4737 }

/** A place for each device, by its name: within 20 km of the middle. */
function placeOf(device: string): typeof MIDDLE {
  const [a = 0, b = 0] = createHash('sha256').update(device).digest()
  return { latitude: MIDDLE.latitude + (a - 128) / 700, longitude: MIDDLE.longitude + (b - 128) / 600 }
}

function payloadOf(at: number, place: typeof MIDDLE): Buffer {
  const payload = Buffer.from(
    encodeTelemetry({
      bus: { fixTimeMs: at, ...place, speedKmh: 32.5, headingDeg: 90, route: 'SYN-1', satellites: 9, doorOpen: false },
    }),
  )
  if (payload[0] !== 0x0a || payload[2] !== 0x08) throw new Error('the telemetry encoder orders its fields in another way than this expects')
  return payload
}

function publishBytes(device: string, payload: Buffer, messageId: number): Buffer {
  return generate({ cmd: 'publish', topic: `up/${device}/telemetry`, payload, qos: 1, messageId, dup: false, retain: false })
}
