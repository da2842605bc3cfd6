import { createServer, type Server, type Socket } from 'node:net'
import { GatewayError } from '../../../gateway/model/errors.ts'
import { exceptionResponse } from '../../protocols/modbus/frame.ts'
import type { ModbusUnit } from './unit.ts'

/** MBAP header: transaction, protocol 0, length of what follows, unit (Modbus Messaging on TCP/IP V1.0b § 3.1.3). */
const HEADER_BYTES = 7
/** Unit and PDU together: 1 + 253. */
const LONGEST = 254
/** Messaging guide § 4.4: what a gateway answers for a unit that is not on its bus. */
const TARGET_FAILED_TO_RESPOND = 11

/**
 * A Modbus TCP server in front of a bus with units, such as a building's RS-485 gateway. Our own 70 lines because modbus-serial's ServerTCP cannot listen on a
 * free port (`options.port || 502`) and asks for registers one by one, which tears values apart that belong to one moment.
 */
export class ModbusServer {
  readonly #host: string
  readonly #port: number
  readonly #units: ReadonlyMap<number, ModbusUnit>
  readonly #now: () => number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #requests = 0

  /** `port` 0: any free one. */
  constructor(options: { readonly host: string; readonly port: number; readonly units: ReadonlyMap<number, ModbusUnit>; readonly now: () => number }) {
    this.#host = options.host
    this.#port = options.port
    this.#units = options.units
    this.#now = options.now
  }

  /** The port it listens on; what was asked for while it does not. */
  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address ? address.port : this.#port
  }

  /** Requests answered since it was made. */
  get requests(): number {
    return this.#requests
  }

  /** Throws PORT_IN_USE. */
  async start(): Promise<void> {
    const server = createServer({ noDelay: true, keepAlive: true }, socket => this.#serve(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', cause => {
        const message = `a simulated Modbus server can not listen on ${this.#host}:${this.#port} (${cause.message}); choose another range of ports with --modbus-port`
        reject(new GatewayError('PORT_IN_USE', message, { cause }))
      })
      server.listen(this.#port, this.#host, resolve)
    })
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    if (server) await new Promise<void>(resolve => server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    let rest = Buffer.alloc(0)
    this.#sockets.add(socket)
    // A peer that resets its connection is its own affair.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', chunk => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      while (rest.length >= HEADER_BYTES) {
        const length = rest.readUInt16BE(4)
        if (rest.readUInt16BE(2) !== 0 || length < 2 || length > LONGEST) {
          socket.destroy()
          return
        }
        if (rest.length < 6 + length) return
        socket.write(this.#answer(rest.subarray(0, 6 + length)))
        rest = rest.subarray(6 + length)
      }
    })
  }

  #answer(request: Buffer): Buffer {
    const number = request.readUInt8(6)
    const pdu = request.subarray(HEADER_BYTES)
    const unit = this.#units.get(number)
    this.#requests++
    const rtu = unit ? unit.answer(pdu, this.#now()) : exceptionResponse(number, pdu[0] ?? 0, TARGET_FAILED_TO_RESPOND)
    const response = Buffer.alloc(6 + rtu.length - 2)
    request.copy(response, 0, 0, 4)
    response.writeUInt16BE(rtu.length - 2, 4)
    response.set(rtu.subarray(0, -2), 6)
    return response
  }
}
