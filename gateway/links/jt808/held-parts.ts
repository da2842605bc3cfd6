import type { Header } from '../../../devices/protocols/jt808/header.ts'
import { concatenated, missingParts } from '../../../devices/protocols/jt808/parts.ts'

/** A part as it came. */
export interface Part {
  readonly frame: Uint8Array
  readonly header: Header
  readonly body: Uint8Array
}

/** A message that came in parts: what is journalled, and what is answered. */
export interface WholeMessage {
  /** The parts' frames, one after the other. */
  readonly payload: Uint8Array
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** What {@link HeldParts} leans on. */
export interface PartsHost {
  readonly partMs: number
  readonly partRequests: number
  readonly partBytes: number
  /** Bytes that are held for all terminals together; false: no more may be. */
  reserve(bytes: number): boolean
  free(bytes: number): void
  /** All parts of a message are there. */
  whole(message: WholeMessage): void
  /** Parts that nobody waits for any more. */
  abandoned(payload: Uint8Array): void
  /** Asks the terminal for parts again. */
  askFor(firstSerial: number, indexes: readonly number[], header: Header): void
}

interface Assembly {
  readonly total: number
  readonly parts: Map<number, Part>
  bytes: number
  requests: number
  timer: NodeJS.Timeout | undefined
}

/** Messages that one terminal may be in the middle of. */
const MOST_ASSEMBLIES = 4

/**
 * Holds the parts of one terminal's messages until they are all there (2013 § 4.4.3), so that the journal has a message as one frame. What is missing is asked for (0x8003), a few times; what
 * does not come leaves the parts as they are, to be accounted for as incomplete. Bounded in bytes and in time.
 */
export class HeldParts {
  readonly #host: PartsHost
  readonly #assemblies = new Map<string, Assembly>()
  #bytes = 0

  constructor(host: PartsHost) {
    this.#host = host
  }

  take(part: Part): void {
    const { messageId, serial } = part.header
    const { total = 0, index = 0 } = part.header.part ?? {}
    const key = `${messageId}/${total}`
    const before = this.#assemblies.get(key)?.parts.get(index)
    // The same number with another serial number begins the message anew; with the same one it was sent again.
    if (before && before.header.serial !== serial) this.#abandon(key)
    const assembly = this.#assemblies.get(key) ?? this.#begin(key, total)
    const more = part.frame.length - (assembly.parts.get(index)?.frame.length ?? 0)
    if (index < 1 || index > total || this.#bytes + more > this.#host.partBytes || !this.#host.reserve(more)) {
      if (assembly.parts.size === 0) this.#assemblies.delete(key)
      this.#host.abandoned(part.frame)
      return
    }
    this.#bytes += more
    assembly.bytes += more
    assembly.parts.set(index, part)
    if (assembly.parts.size === total) this.#finish(key, assembly)
    else this.#wait(key, assembly)
  }

  /** The connection is gone: what is held is accounted for. */
  close(): void {
    for (const key of Array.from(this.#assemblies.keys())) this.#abandon(key)
  }

  #begin(key: string, total: number): Assembly {
    const [oldest] = this.#assemblies.keys()
    if (this.#assemblies.size >= MOST_ASSEMBLIES && oldest !== undefined) this.#abandon(oldest)
    const assembly: Assembly = { total, parts: new Map(), bytes: 0, requests: 0, timer: undefined }
    this.#assemblies.set(key, assembly)
    return assembly
  }

  #wait(key: string, assembly: Assembly): void {
    clearTimeout(assembly.timer)
    assembly.timer = setTimeout(() => this.#overdue(key, assembly), this.#host.partMs)
  }

  #overdue(key: string, assembly: Assembly): void {
    const [first] = assembly.parts.values()
    if (assembly.requests >= this.#host.partRequests || !first) {
      this.#abandon(key)
      return
    }
    assembly.requests++
    const { serial, part } = first.header
    // Serial numbers of parts follow one another: that of the first follows from any.
    const firstSerial = (serial - ((part?.index ?? 1) - 1)) & 0xffff
    this.#wait(key, assembly)
    this.#host.askFor(
      firstSerial,
      missingParts(assembly.total, index => assembly.parts.has(index)),
      first.header,
    )
  }

  #finish(key: string, assembly: Assembly): void {
    const parts = this.#remove(key, assembly)
    this.#host.whole({
      payload: concatenated(parts.map(({ frame }) => frame)),
      headers: parts.map(({ header }) => header),
      body: concatenated(parts.map(({ body }) => body)),
    })
  }

  #abandon(key: string): void {
    const assembly = this.#assemblies.get(key)
    if (assembly) this.#host.abandoned(concatenated(this.#remove(key, assembly).map(({ frame }) => frame)))
  }

  /** Forgets an assembly; answers its parts in their order. */
  #remove(key: string, assembly: Assembly): Part[] {
    clearTimeout(assembly.timer)
    this.#assemblies.delete(key)
    this.#bytes -= assembly.bytes
    this.#host.free(assembly.bytes)
    return Array.from(assembly.parts)
      .sort(([a], [b]) => a - b)
      .map(([, part]) => part)
  }
}
