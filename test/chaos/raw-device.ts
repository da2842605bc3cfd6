import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'

export const SECRET = 'a-secret-of-the-chaos-fleet'

/** A publish that has no receipt yet. */
interface Unacknowledged {
  readonly at: number
  readonly payload: Buffer
  readonly packet: Buffer
  /** Was on a connection already: sent again it is a duplicate. */
  sent: boolean
}

/**
 * A bus unit over a plain socket, as strict as the standard asks: one reading a millisecond of its own clock, QoS 1, and after every reconnect it sends again, with DUP, what
 * has no receipt (MQTT 3.1.1 § 4.4). Remembers which event times were acknowledged: the gateway has to answer for each.
 */
export class RawDevice {
  readonly id: string
  readonly acknowledged = new Set<number>()
  /** Receipts for message ids that wait for none: a gateway must not send such. */
  strayReceipts = 0
  retransmitted = 0
  connections = 0
  refused = 0
  /** Payload of the frame that was acknowledged last; no two frames of a fleet have the same. */
  lastAcknowledged: Buffer | undefined
  readonly #from: number
  readonly #number: number
  readonly #waiting = new Map<number, Unacknowledged>()
  #sent = 0
  #nextId = 1
  #socket: Socket | undefined
  #signedIn = false
  #rest: Buffer = Buffer.alloc(0)

  constructor(prefix: string, number: number, from: number) {
    this.id = `${prefix}-${number}`
    this.#number = number
    this.#from = from
  }

  get signedIn(): boolean {
    return this.#signedIn
  }

  get inFlight(): number {
    return this.#waiting.size
  }

  /** Event time of the next reading. */
  get nextAt(): number {
    return this.#from + this.#sent
  }

  /** Opens a connection and signs in; resolves when it is signed in or closed. */
  connect(port: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket = socket
    this.#rest = Buffer.alloc(0)
    this.connections++
    socket.on('connect', () =>
      socket.write(
        generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clientId: this.id,
          clean: true,
          keepalive: 30,
          username: this.id,
          password: Buffer.from(SECRET),
        }),
      ),
    )
    socket.on('data', chunk => {
      this.#take(chunk)
      if (this.#signedIn) resolve()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (this.#socket === socket) this.#signedIn = false
      resolve()
    })
    return promise
  }

  get closed(): boolean {
    return this.#socket === undefined || this.#socket.destroyed
  }

  /** Publishes so many readings more; without a signed-in connection, once there is one. */
  publish(count: number): void {
    this.#send(Array.from({ length: count }, () => this.#packetFor(this.#from + this.#sent++)))
  }

  /** Publishes one reading of another time. */
  publishAt(at: number): void {
    this.#send([this.#packetFor(at)])
  }

  /** Breaks the connection. */
  drop(): void {
    this.#signedIn = false
    this.#socket?.destroy()
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    // Everything that comes here is four bytes long or two: CONNACK, PUBACK (§ 3.2, § 3.4), PINGRESP.
    while (bytes.length >= 2 && bytes.length >= 2 + (bytes[1] ?? 0)) {
      const length = 2 + (bytes[1] ?? 0)
      this.#packet(bytes.subarray(0, length))
      bytes = bytes.subarray(length)
    }
    this.#rest = Buffer.from(bytes)
  }

  #packet(packet: Buffer): void {
    if (packet[0] === 0x20) {
      if (packet[3] === 0) this.#welcome()
      else this.refused++
    } else if (packet[0] === 0x40) {
      const id = packet.readUInt16BE(2)
      const waiting = this.#waiting.get(id)
      if (waiting === undefined) this.strayReceipts++
      else {
        this.acknowledged.add(waiting.at)
        this.lastAcknowledged = waiting.payload
      }
      this.#waiting.delete(id)
    }
  }

  #welcome(): void {
    this.#signedIn = true
    const waiting = [...this.#waiting.values()]
    for (const each of waiting) {
      if (!each.sent) continue
      each.packet[0] = (each.packet[0] ?? 0) | 0x08
      this.retransmitted++
    }
    this.#send(waiting)
  }

  #send(packets: readonly Unacknowledged[]): void {
    // What is written before the CONNACK would be sent a second time after it.
    if (!this.#signedIn || packets.length === 0) return
    for (const each of packets) each.sent = true
    this.#socket?.write(Buffer.concat(packets.map(({ packet }) => packet)))
  }

  #packetFor(at: number): Unacknowledged {
    const messageId = this.#freeId()
    const payload = Buffer.from(encodeTelemetry({ bus: { fixTimeMs: at, latitude: 31 + this.#number / 10_000, longitude: 121.5, speedKmh: at % 60 } }))
    const packet = generate({ cmd: 'publish', topic: `up/${this.id}/telemetry`, payload, qos: 1, messageId, dup: false, retain: false })
    const unacknowledged = { at, payload, packet, sent: false }
    this.#waiting.set(messageId, unacknowledged)
    return unacknowledged
  }

  #freeId(): number {
    while (this.#waiting.has(this.#nextId)) this.#nextId = (this.#nextId % 65_535) + 1
    const id = this.#nextId
    this.#nextId = (id % 65_535) + 1
    return id
  }
}
