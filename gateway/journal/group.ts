import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { FrameSource } from '../model/journal.ts'
import { recordBytes, writeRecord } from './record.ts'

/** Frames that will be written and synced together. Copies what it takes. */
export class Group {
  readonly first: JournalOffset
  /** One past the last offset in it. */
  next: JournalOffset
  #buffer: Buffer
  #used = 0
  #synced: Promise<void> | undefined
  #resolve: (() => void) | undefined
  #reject: ((error: Error) => void) | undefined

  constructor(first: JournalOffset, buffer: Buffer) {
    this.first = first
    this.next = first
    this.#buffer = buffer
  }

  get bytes(): number {
    return this.#used
  }

  get frames(): number {
    return this.next - this.first
  }

  /** The records, ready to be written. */
  get records(): Buffer {
    return this.#buffer.subarray(0, this.#used)
  }

  /** The memory itself, to be used again for a later group. */
  get memory(): Buffer {
    return this.#buffer
  }

  /** Copies a frame in, whose payload stands in `bytes` from `from` to before `to`; answers the offset it got. */
  add(source: FrameSource, receivedAt: EpochMs, bytes: Uint8Array, from: number, to: number): JournalOffset {
    const needed = this.#used + recordBytes(source, to - from)
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
      larger.set(this.records)
      this.#buffer = larger
    }
    const offset = this.next
    this.#used = writeRecord(this.#buffer, this.#used, source, receivedAt, bytes, from, to, offset, offset - this.first)
    this.next = offset + 1
    return offset
  }

  /** Settles with the group. Made on demand: frames nobody waits for cost no promise. */
  whenSynced(): Promise<void> {
    this.#synced ??= new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    return this.#synced
  }

  succeed(): void {
    this.#resolve?.()
  }

  fail(error: Error): void {
    // Whoever asked is told through the promise; nobody may have asked.
    this.#synced?.catch(() => undefined)
    this.#reject?.(error)
  }
}
