import { connect, type Socket } from 'node:net'
import type { BusParty } from '../modbus/serial-bus.ts'

/** A line behind a DTU. */
interface Line {
  join(hear: (bytes: Uint8Array) => void): BusParty
}

export interface SimulatedDtuOptions {
  readonly host: string
  readonly port: number
  /** What it says first on every connection. Absent: nothing. */
  readonly registration?: Uint8Array
  readonly heartbeat?: { readonly bytes: Uint8Array; readonly everyMs: number }
  /** What stands behind it. */
  readonly line: Line
  /** Dials anew after so long when it was hung up on. Absent: never. */
  readonly redialMs?: number
  /** The address it dials from. */
  readonly localAddress?: string
}

/** A cellular serial server that dials in: registers, sends heartbeats, and carries bytes between the gateway and its serial line, which it does not understand. */
export class SimulatedDtu {
  readonly #options: SimulatedDtuOptions
  #socket: Socket | undefined
  #redial: NodeJS.Timeout | undefined
  #wanted = false
  #connections = 0

  constructor(options: SimulatedDtuOptions) {
    this.#options = options
  }

  get connected(): boolean {
    return this.#socket !== undefined && !this.#socket.connecting
  }

  /** Connections made since it was started. */
  get connections(): number {
    return this.#connections
  }

  /** Dials. Returns at once. */
  start(): void {
    this.#wanted = true
    this.#dial()
  }

  stop(): void {
    this.#wanted = false
    clearTimeout(this.#redial)
    this.#socket?.destroy()
  }

  /** Says something on the connection, as it is. */
  say(bytes: Uint8Array | string): void {
    this.#socket?.write(bytes)
  }

  /** Dials once more and forgets the old connection without ending it, as a modem does that lost its network. */
  lose(): void {
    const old = this.#socket
    this.#socket = undefined
    old?.removeAllListeners('data').resume()
    this.#dial()
  }

  #dial(): void {
    const { host, port, registration, heartbeat, line, localAddress } = this.#options
    const socket = connect({ host, port, noDelay: true, ...(localAddress !== undefined && { localAddress }) })
    this.#socket = socket
    const party = line.join(bytes => void (socket.writable && this.#socket === socket && socket.write(bytes)))
    const beat = heartbeat && setInterval(() => void (this.#socket === socket && socket.write(heartbeat.bytes)), heartbeat.everyMs)
    socket.on('connect', () => {
      this.#connections++
      if (registration) socket.write(registration)
    })
    socket.on('data', bytes => party.take(bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearInterval(beat)
      party.leave()
      if (this.#socket === socket) this.#socket = undefined
      if (this.#wanted && !this.#socket && this.#options.redialMs !== undefined) this.#redial = setTimeout(() => this.#dial(), this.#options.redialMs)
    })
  }
}
