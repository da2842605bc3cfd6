/** What ends a connection before its bytes were understood. */
export type SplitProblem = 'NOT_MQTT' | 'MALFORMED' | 'TOO_LARGE'

/** Takes the whole packet that stands in `bytes` from `from` to before `to`. */
export type TakePacket = (bytes: Buffer, from: number, to: number) => void

const nothing = Buffer.alloc(0)
/** First byte of a CONNECT (MQTT 3.1.1 § 3.1.1). The first packet of a connection must be one (3.1.0-1). */
const CONNECT = 0x10
/** Fixed header: one byte, and up to four of remaining length (§ 2.2.3). */
const longestHeader = 5

/**
 * Finds whole MQTT packets in a stream of bytes. What is longer than allowed is known from its fixed header, before any of it is kept; what is cut is put
 * together in a buffer that grows with what has come, so a header that promises much and a sender that trickles cost neither memory nor time.
 */
export class PacketSplitter {
  readonly #firstPacketBytes: number
  readonly #packetBytes: number
  #first = true
  #cut: Buffer = nothing
  #cutBytes = 0
  #broken: SplitProblem | undefined

  constructor(options: { readonly firstPacketBytes: number; readonly packetBytes: number }) {
    this.#firstPacketBytes = options.firstPacketBytes
    this.#packetBytes = options.packetBytes
  }

  /** Bytes kept of a packet that is not whole yet. */
  get pendingBytes(): number {
    return this.#cutBytes
  }

  /** Hands over each whole packet, in order, as the place where it stands; no view is made of it. After a problem the stream is of no more use: it is answered again. */
  push(chunk: Buffer, take: TakePacket): SplitProblem | undefined {
    this.#broken ??= this.#split(chunk, take)
    return this.#broken
  }

  #split(chunk: Buffer, take: TakePacket): SplitProblem | undefined {
    let at = 0
    while (at < chunk.length) {
      if (this.#cutBytes > 0) {
        const next = this.#complete(chunk, at, take)
        if (typeof next !== 'number') return next
        at = next
        continue
      }
      const size = packetSize(chunk, at, chunk.length)
      const problem = this.#problem(chunk[at] ?? 0, size)
      if (problem !== undefined) return problem
      if (size === 0 || at + size > chunk.length) {
        this.#keep(chunk, at, chunk.length, size)
        return undefined
      }
      this.#first = false
      take(chunk, at, at + size)
      at += size
    }
    return undefined
  }

  /** Adds to the cut packet and answers where the chunk goes on. */
  #complete(chunk: Buffer, from: number, take: TakePacket): number | SplitProblem {
    let at = from
    let size = packetSize(this.#cut, 0, this.#cutBytes)
    while (size === 0 && at < chunk.length) {
      this.#keep(chunk, at, at + 1, longestHeader)
      at++
      size = packetSize(this.#cut, 0, this.#cutBytes)
      const problem = this.#problem(this.#cut[0] ?? 0, size)
      if (problem !== undefined) return problem
    }
    if (size === 0) return at
    const end = Math.min(chunk.length, at + size - this.#cutBytes)
    this.#keep(chunk, at, end, size)
    if (this.#cutBytes === size) {
      const packet = this.#cut
      this.#cut = nothing
      this.#cutBytes = 0
      this.#first = false
      take(packet, 0, size)
    }
    return end
  }

  #keep(chunk: Buffer, from: number, to: number, size: number): void {
    const length = this.#cutBytes + to - from
    if (length > this.#cut.length) {
      const room = Math.max(length, Math.min(Math.max(size, length), this.#cut.length * 2))
      const larger = Buffer.allocUnsafe(room)
      this.#cut.copy(larger, 0, 0, this.#cutBytes)
      this.#cut = larger
    }
    chunk.copy(this.#cut, this.#cutBytes, from, to)
    this.#cutBytes = length
  }

  #problem(firstByte: number, size: number): SplitProblem | undefined {
    if (this.#first && firstByte !== CONNECT) return 'NOT_MQTT'
    if (size < 0) return 'MALFORMED'
    return size > (this.#first ? this.#firstPacketBytes : this.#packetBytes) ? 'TOO_LARGE' : undefined
  }
}

/** Bytes of the packet that begins here; 0 while that is not known, -1 when a fifth length byte would follow (§ 2.2.3). */
function packetSize(bytes: Buffer, at: number, end: number): number {
  let length = 0
  let scale = 1
  for (let index = at + 1; index < at + longestHeader; index++) {
    const byte = bytes[index]
    if (byte === undefined || index >= end) return 0
    length += (byte & 0x7f) * scale
    if (byte < 0x80) return index + 1 - at + length
    scale *= 128
  }
  return -1
}
