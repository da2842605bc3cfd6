import { connectPacket, disconnectPacket, PacketReader, pingPacket, type Received, subscribePacket, unsubscribePacket } from './mqtt-packets.ts'

/** A connection to the gateway's broker. */
export interface LiveSocket {
  /** The organisation this sign-in may hear; `+` is all. */
  readonly org: string
  subscribe(filters: readonly string[]): void
  unsubscribe(filters: readonly string[]): void
  /** Asks the broker for a sign of life; it comes as `onHeard`. */
  ping(): void
  close(): void
}

/** What a connection tells. */
export interface SocketEvents {
  readonly onTile: (topic: string, payload: Uint8Array) => void
  /** Anything came, a sign of life among them. */
  readonly onHeard: () => void
  /** The connection is gone, once. */
  readonly onClose: () => void
}

export type OpenSocket = (events: SocketEvents) => Promise<LiveSocket>

/** A sign-in for the broker, good for one connection. */
export interface Ticket {
  readonly username: string
  readonly password: string
  readonly org: string
}

/** After one and a half of these without a word the connection counts as broken. */
const KEEPALIVE_MS = 12_000
/** How long the broker may take to answer a sign-in. */
const CONNECT_MS = 8_000
/** § 3.2.2.3 of MQTT 3.1.1; 4 and 5 mean that the ticket is not taken. */
const ACCEPTED = 0

/**
 * Opens MQTT over WebSocket, each time with a new ticket: tickets are short-lived, so one that worked before may be refused. `url` is such as `wss://host/mqtt`. Rejects when no ticket
 * is given, the broker does not take it, or it has not answered after `connectMs` (milliseconds; 8 s unless told otherwise).
 */
export function mqttOpener(options: { readonly url: string; readonly ticket: () => Promise<Ticket>; readonly connectMs?: number }): OpenSocket {
  return async events => {
    const ticket = await options.ticket()
    return new Promise((resolve, reject) => {
      const connection = new Connection(new WebSocket(options.url, 'mqtt'), ticket, events, { resolve, reject })
      connection.start(options.connectMs ?? CONNECT_MS)
    })
  }
}

interface Settle {
  readonly resolve: (socket: LiveSocket) => void
  readonly reject: (error: Error) => void
}

/** One connection from its sign-in to its end, which is told once: to whoever waits for the sign-in, else as `onClose`. */
class Connection implements LiveSocket {
  readonly org: string
  readonly #socket: WebSocket
  readonly #ticket: Ticket
  readonly #events: SocketEvents
  readonly #settle: Settle
  readonly #reader = new PacketReader()
  #phase: 'opening' | 'open' | 'closed' = 'opening'
  #lastId = 0
  #sentAt = 0
  #heardAt = 0
  #patience: ReturnType<typeof setTimeout> | undefined
  #beat: ReturnType<typeof setInterval> | undefined

  constructor(socket: WebSocket, ticket: Ticket, events: SocketEvents, settle: Settle) {
    this.org = ticket.org
    this.#socket = socket
    this.#ticket = ticket
    this.#events = events
    this.#settle = settle
  }

  start(connectMs: number): void {
    this.#socket.binaryType = 'arraybuffer'
    this.#patience = setTimeout(() => this.#end('the broker does not answer'), connectMs)
    this.#socket.addEventListener('open', () => {
      const { username, password } = this.#ticket
      this.#send(connectPacket({ clientId: clientId(), username, password, keepaliveSeconds: KEEPALIVE_MS / 1_000 }))
    })
    this.#socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#take(data))
    this.#socket.addEventListener('close', () => this.#end('the broker closed the connection'))
    this.#socket.addEventListener('error', () => this.#end('the broker cannot be reached'))
  }

  subscribe(filters: readonly string[]): void {
    if (filters.length > 0) this.#send(subscribePacket(this.#nextId(), filters))
  }

  unsubscribe(filters: readonly string[]): void {
    if (filters.length > 0) this.#send(unsubscribePacket(this.#nextId(), filters))
  }

  ping(): void {
    this.#send(pingPacket)
  }

  close(): void {
    this.#send(disconnectPacket)
    this.#end('closed')
  }

  #take(data: unknown): void {
    if (this.#phase === 'closed') return
    try {
      // Text is nothing of MQTT (§ 6): it ends the connection like anything else that cannot be read.
      if (!(data instanceof ArrayBuffer)) throw new Error('not a binary message')
      this.#heardAt = performance.now()
      const packets = this.#reader.push(new Uint8Array(data))
      this.#events.onHeard()
      for (const packet of packets) this.#handle(packet)
    } catch {
      this.#end('what the broker sent cannot be read')
    }
  }

  #handle(packet: Received): void {
    if (packet.type === 'publish') this.#events.onTile(packet.topic, packet.payload)
    else if (packet.type === 'connack' && this.#phase === 'opening') {
      if (packet.code !== ACCEPTED) {
        this.#end(`the broker refused the sign-in: ${packet.code}`)
        return
      }
      this.#phase = 'open'
      clearTimeout(this.#patience)
      this.#beat = setInterval(() => this.#keepAlive(), KEEPALIVE_MS / 4)
      this.#settle.resolve(this)
    }
  }

  #keepAlive(): void {
    const now = performance.now()
    if (now - this.#heardAt > KEEPALIVE_MS * 1.5) this.#end('nothing is heard of the broker')
    else if (now - this.#sentAt >= KEEPALIVE_MS / 2) this.#send(pingPacket)
  }

  #send(packet: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    this.#sentAt = performance.now()
    this.#socket.send(packet)
  }

  #end(why: string): void {
    if (this.#phase === 'closed') return
    const before = this.#phase
    this.#phase = 'closed'
    clearTimeout(this.#patience)
    clearInterval(this.#beat)
    this.#socket.close()
    if (before === 'opening') this.#settle.reject(new Error(why))
    else this.#events.onClose()
  }

  /** § 2.3.1: 1 to 65,535, and none twice at a time. */
  #nextId(): number {
    this.#lastId = (this.#lastId % 0xffff) + 1
    return this.#lastId
  }
}

/** § 3.1.3.1: 1 to 23 letters and digits are taken by every broker. */
function clientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9))
  return `page${[...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')}`
}
