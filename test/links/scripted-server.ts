import { createServer, type Server, type Socket } from 'node:net'
import { readResponse } from '../../devices/protocols/modbus/frame.ts'

/** A request as a Modbus TCP server gets it. */
export interface Request {
  readonly transaction: number
  readonly unit: number
  readonly functionCode: number
  readonly address: number
  readonly count: number
}

/** What a test lets the server do with a request: answer with bytes, at once or later, or not at all. */
export type Script = (request: Request, reply: (bytes: Uint8Array) => void, socket: Socket) => void

/** A Modbus TCP server that does what a test says, right or wrong. */
export class ScriptedServer {
  readonly requests: Request[] = []
  readonly sockets = new Set<Socket>()
  readonly #server: Server
  script: Script

  constructor(script: Script) {
    this.script = script
    this.#server = createServer({ noDelay: true }, socket => {
      this.sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.sockets.delete(socket))
      socket.on('data', (chunk: Buffer) => {
        // The client has one request in flight: a chunk is a request.
        const request = {
          transaction: chunk.readUInt16BE(0),
          unit: chunk.readUInt8(6),
          functionCode: chunk.readUInt8(7),
          address: chunk.readUInt16BE(8),
          count: chunk.readUInt16BE(10),
        }
        this.requests.push(request)
        this.script(request, bytes => void (socket.writable && socket.write(bytes)), socket)
      })
    })
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address !== 'object' || !address) throw new Error('no address')
    return address.port
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>(resolve => this.#server.close(() => resolve()))
  }
}

/** The bytes of an answer: an MBAP header and a PDU. */
export function adu(transaction: number, unit: number, pdu: readonly number[]): Uint8Array {
  const length = pdu.length + 1
  return Uint8Array.from([transaction >> 8, transaction & 0xff, 0, 0, length >> 8, length & 0xff, unit, ...pdu])
}

/** A right answer in which every register holds its own address. */
export function rightAnswer({ transaction, unit, functionCode, address, count }: Request): Uint8Array {
  const data = new Uint8Array(2 * count)
  for (let index = 0; index < count; index++) new DataView(data.buffer).setUint16(2 * index, address + index)
  return adu(transaction, unit, [...readResponse(unit, functionCode, data).subarray(1, -2)])
}
