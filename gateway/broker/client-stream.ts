import { Duplex } from 'node:stream'
import type { ShownCertificate } from '../model/tls.ts'
import type { BrokerLimits } from './limits.ts'
import type { SplitProblem } from './packet-splitter.ts'
import { PacketSplitter } from './packet-splitter.ts'
import { byteAt, isPublish, packetByte, pingResponse } from './publish-packet.ts'
import type { RefusalReason, Refusals } from './refusals.ts'
import type { Session } from './session.ts'
import type { Uplink } from './uplink.ts'

/** Room in a packet beside the payload: fixed header, topic, message id. */
const headerRoom = 1024

const problems: Record<SplitProblem, string> = {
  NOT_MQTT: 'what came first is no MQTT CONNECT; closed',
  MALFORMED: 'the bytes are no MQTT packet; closed',
  TOO_LARGE: 'a packet is longer than allowed; closed before it was read',
}

/**
 * What stands between a socket and Aedes: bounds the packets, keeps the keep-alive and answers pings. Publishes and PUBRELs of a signed-in client go to its uplink; everything else
 * goes on to Aedes as it came.
 *
 * Why not in Aedes: it parses packets of any length, and gives up on a client it does not read from. What has to wait (for the disk, for sign-in, for Aedes) is kept in order and in
 * bounds, and then the socket is not read; pings are still answered as long as they are read.
 */
export class ClientStream extends Duplex {
  readonly transport: 'tcp' | 'tls' | 'websocket'
  readonly peer: string
  /** What it has shown in the TLS handshake. */
  readonly certificate: ShownCertificate | undefined
  /** Set at sign-in. */
  session: Session | undefined
  readonly #socket: Duplex
  readonly #limits: BrokerLimits
  readonly #refusals: Refusals
  readonly #splitter: PacketSplitter
  #uplink: Uplink | undefined
  #connectSeen = false
  #queue: Buffer[] = []
  #queueBytes = 0
  #paused = false
  #ended = false
  #finished = false
  #keepaliveMs = 0
  #heardAt = performance.now()
  #drains: (() => void)[] = []

  constructor(options: {
    readonly socket: Duplex
    readonly transport: 'tcp' | 'tls' | 'websocket'
    readonly peer: string
    readonly certificate?: ShownCertificate
    readonly limits: BrokerLimits
    readonly refusals: Refusals
  }) {
    super({ writableHighWaterMark: options.limits.outboundBytesPerClient })
    this.#socket = options.socket
    this.transport = options.transport
    this.peer = options.peer
    this.certificate = options.certificate
    this.#limits = options.limits
    this.#refusals = options.refusals
    this.#splitter = new PacketSplitter({ firstPacketBytes: options.limits.connectBytes, packetBytes: options.limits.payloadBytes + headerRoom })
  }

  /** Begins to read the socket. */
  begin(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.on('end', this.#onEnd)
    this.#socket.on('close', this.#onClose)
    this.#socket.on('error', error => this.destroy(error))
  }

  /** Sign-in is done and the CONNACK written: what came after the CONNECT is taken up. */
  open(uplink: Uplink): void {
    this.#uplink = uplink
    this.#work()
  }

  /** MQTT 3.1.1 § 3.1.2.10. Kept here and not by Aedes, which would not hear a client whose packets wait. 0: never. */
  keepAlive(seconds: number): void {
    this.#keepaliveMs = seconds * 1_500
  }

  /** Whether nothing came for one and a half times the keep-alive (3.1.2-24). While the gateway itself does not read, nothing can come. */
  get overdue(): boolean {
    return this.#keepaliveMs > 0 && !this.#paused && performance.now() - this.#heardAt > this.#keepaliveMs
  }

  /** Frames that wait for the disk. */
  get pending(): number {
    return this.#uplink?.pending ?? 0
  }

  /** Reads nothing any more; what was taken still gets its receipts. */
  quiesce(): void {
    this.#socket.off('data', this.#onData)
    this.#socket.pause()
    this.#queue = []
    this.#queueBytes = 0
  }

  /** Closes the connection, logged and counted. Aedes then sends the will, as for any connection that breaks. */
  refuse(reason: RefusalReason, message: string, fields: object = {}): void {
    if (this.destroyed) return
    this.#refusals.note(reason, { peer: this.peer, transport: this.transport, ...(this.session && { session: this.session.id }), ...fields }, message)
    this.destroy()
  }

  /** Writes what the broker itself answers. A client that sends and never reads must not fill the memory. */
  reply(bytes: Buffer): void {
    if (this.destroyed || this.writableEnded) return
    // Aedes writes whole packets too. With none of its bytes on their way, the way through this stream's own buffer is one too many.
    if (this.writableLength > 0) this.write(bytes)
    else if (!this.#socket.destroyed) this.#socket.write(bytes)
    if (this.outboundBytes > this.#limits.outboundBytesPerClient) this.refuse('SLOW_CONSUMER', 'the client does not read its acknowledgements; closed')
  }

  /** Resolves once fewer bytes than this wait for the socket, or the connection is gone. */
  async whenBelow(bytes: number): Promise<void> {
    while (this.outboundBytes >= bytes && !this.destroyed) await new Promise<void>(resolve => this.#whenDrained(resolve))
  }

  /** Takes up what waited. */
  readonly wake = (): void => {
    this.#work()
  }

  /** Bytes that wait for the socket. */
  get outboundBytes(): number {
    return Math.max(this.writableLength, this.#socket.writableLength)
  }

  /** Gives Aedes a packet that stands in bytes which may be reused. Answers false when Aedes has enough to do. */
  pass(bytes: Buffer, from: number, to: number): boolean {
    if (this.readableLength >= this.#limits.heldBytesPerClient) return false
    this.push(Buffer.from(bytes.subarray(from, to)))
    return true
  }

  override _read(): void {
    if (this.#queue.length > 0) setImmediate(this.wake)
    else this.#regulate()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#toSocket(chunk, callback)
  }

  override _writev(chunks: { readonly chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#toSocket(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end(() => callback())
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#socket.off('data', this.#onData)
    this.#socket.destroy()
    this.#uplink?.close()
    this.#queue = []
    this.#queueBytes = 0
    this.#released()
    callback(error)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#heardAt = performance.now()
    const problem = this.#splitter.push(chunk, this.#onPacket)
    this.#uplink?.settle()
    if (problem !== undefined) this.refuse(problem, problems[problem])
    else this.#regulate()
  }

  readonly #onPacket = (bytes: Buffer, from: number, to: number): void => {
    if (this.destroyed) return
    const uplink = this.#uplink
    if (uplink !== undefined) {
      if (byteAt(bytes, from) === packetByte.pingreq && to - from === 2) {
        this.reply(pingResponse)
        return
      }
      if (this.#queue.length === 0 && this.#process(uplink, bytes, from, to)) return
    } else if (!this.#connectSeen) {
      this.#connectSeen = true
      this.push(Buffer.from(bytes.subarray(from, to)))
      return
    }
    // A copy: a view would hold the whole chunk.
    this.#queue.push(Buffer.from(bytes.subarray(from, to)))
    this.#queueBytes += to - from
  }

  /** Answers false when the packet has to wait. */
  #process(uplink: Uplink, bytes: Buffer, from: number, to: number): boolean {
    const first = byteAt(bytes, from)
    const publish = isPublish(first)
    if (!publish && first !== packetByte.pubrel) return this.pass(bytes, from, to)
    const outcome = publish ? uplink.publish(bytes, from, to) : uplink.release(bytes, from, to)
    if (typeof outcome !== 'string') this.refuse(outcome.refused, `${outcome.detail}; closed`)
    return outcome !== 'hold'
  }

  #work(): void {
    const uplink = this.#uplink
    if (uplink === undefined || this.destroyed) return
    if (this.#queue.length === 0) {
      this.#rest()
      return
    }
    let done = 0
    for (const packet of this.#queue) {
      if (this.destroyed || !this.#process(uplink, packet, 0, packet.length)) break
      done++
      this.#queueBytes -= packet.length
    }
    if (this.destroyed) return
    this.#queue = done === this.#queue.length ? [] : this.#queue.slice(done)
    uplink.settle()
    this.#rest()
  }

  #rest(): void {
    if (this.#ended && this.#queue.length === 0) this.#finish()
    else this.#regulate()
  }

  /** Reads the socket while there is room for what it may bring. */
  #regulate(): void {
    const full = this.#queueBytes + this.readableLength >= this.#limits.heldBytesPerClient
    if (full === this.#paused || this.destroyed) return
    this.#paused = full
    if (full) this.#socket.pause()
    else {
      this.#heardAt = performance.now()
      this.#socket.resume()
    }
  }

  readonly #onEnd = (): void => {
    this.#ended = true
    if (this.#queue.length === 0) this.#finish()
  }

  /** What came before the end is still taken, even when nobody is left to be told. */
  readonly #onClose = (): void => {
    this.#ended = true
    if (this.#uplink === undefined) this.destroy()
    else if (this.#queue.length === 0) this.#finish()
  }

  #finish(): void {
    if (this.#finished) {
      if (this.#socket.destroyed && this.readableLength === 0) this.destroy()
      return
    }
    this.#finished = true
    // What Aedes has not read yet would be gone with the stream; it closes once it comes to the end.
    if (this.#socket.destroyed && this.readableLength === 0) this.destroy()
    else this.push(null)
  }

  #toSocket(bytes: Buffer, callback: (error?: Error | null) => void): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) {
      callback()
      return
    }
    this.#socket.write(bytes, error => {
      callback(error)
      this.#released()
    })
  }

  /** Bytes that went past this stream are only told of by the socket itself. */
  #whenDrained(resolve: () => void): void {
    this.#drains.push(resolve)
    if (this.writableLength === 0) this.#socket.once('drain', () => this.#released())
  }

  #released(): void {
    const drains = this.#drains
    this.#drains = []
    for (const resolve of drains) resolve()
  }
}
