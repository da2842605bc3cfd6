import { GatewayError } from '../model/errors.ts'
import type { Frame, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { JournalCondition, ReleasableJournal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import { Group } from './group.ts'
import { LARGEST_RECORD_BYTES, recordBytes } from './record.ts'
import { SegmentFiles } from './segment-files.ts'

/** Settings of the journal on disk. */
export interface FileJournalOptions {
  readonly folder: string
  /** A segment is closed when it has grown past this. */
  readonly segmentBytes: number
  /** What all segments together may take; beyond it no frame is accepted until sinks have caught up. */
  readonly budgetBytes: number
  /** Kept on disk even when all sinks have passed it: history to decode again, and the memory of duplicates after a restart. */
  readonly keepBytes: number
  readonly log: Log
}

/** Bytes that may wait in the open group: reached only while the disk does not take writes. */
const OPEN_GROUP_LIMIT_BYTES = 32 * 1024 * 1024
const FIRST_BUFFER_BYTES = 256 * 1024
const RETRY_MS = 500

/**
 * The journal on local disk. One group is written while the next one gathers: a frame that arrives while the disk is idle is synced at once, frames that
 * arrive during a sync share the next. A group is acknowledged only after `fdatasync`; a group that cannot be written stays in memory and is tried again
 * at the same place, so nothing that was appended is ever passed over.
 */
export class FileJournal implements ReleasableJournal {
  readonly #options: FileJournalOptions
  readonly #files: SegmentFiles
  readonly #waiting = new Set<() => void>()
  #gathering = new Group(0, Buffer.alloc(0))
  #writing: Group | undefined
  #spare: Buffer = Buffer.alloc(0)
  #end = 0
  #accepting = false
  #worker: Promise<void> | undefined
  #problem: string | undefined
  #hurry: (() => void) | undefined

  constructor(options: FileJournalOptions) {
    this.#options = options
    this.#files = new SegmentFiles(options)
  }

  /** Opens the folder, repairs the tail of the last segment and goes on where it ends. Throws `DATA_FOLDER_UNUSABLE`. */
  async open(): Promise<void> {
    this.#end = await this.#files.open()
    this.#gathering = new Group(this.#end, Buffer.allocUnsafe(FIRST_BUFFER_BYTES))
    this.#spare = Buffer.allocUnsafe(FIRST_BUFFER_BYTES)
    this.#accepting = true
  }

  /** Takes no more frames, writes what it has and closes. What cannot be written now rejects with `JOURNAL_WRITE_FAILED`. */
  async close(): Promise<void> {
    if (!this.#accepting) return
    this.#accepting = false
    this.#hurry?.()
    await this.#worker
    this.#wakeReaders()
    await this.#files.close()
  }

  append(frame: Frame): JournalOffset {
    if (!this.#accepting) throw new GatewayError('JOURNAL_CLOSED', 'the gateway is stopping and takes no more frames', { retryable: true })
    const bytes = recordBytes(frame)
    if (bytes > LARGEST_RECORD_BYTES) throw new GatewayError('JOURNAL_FULL', `a frame of ${frame.payload.length} bytes is more than the journal ever takes`)
    if (this.#isFull()) throw new GatewayError('JOURNAL_FULL', this.#fullAdvice(), { retryable: true })
    if (this.#gathering.bytes + bytes > OPEN_GROUP_LIMIT_BYTES) {
      throw new GatewayError('JOURNAL_FULL', this.#problem ?? 'the disk does not keep up with the frames that arrive', { retryable: true })
    }
    const offset = this.#gathering.add(frame)
    this.#worker ??= this.#write()
    return offset
  }

  synced(offset: JournalOffset): Promise<void> {
    if (offset < this.#end) return Promise.resolve()
    if (this.#writing && offset < this.#writing.next) return this.#writing.whenSynced()
    if (offset < this.#gathering.next) return this.#gathering.whenSynced()
    return Promise.reject(new GatewayError('JOURNAL_READ_FAILED', `no frame has offset ${offset} yet`))
  }

  get start(): JournalOffset {
    return this.#files.start
  }

  get end(): JournalOffset {
    return this.#end
  }

  read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    return this.#files.read(from, this.#end)
  }

  async whenPast(offset: JournalOffset, signal: AbortSignal): Promise<void> {
    if (this.#end > offset || signal.aborted || !this.#accepting) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => {
      if (this.#end > offset || signal.aborted || !this.#accepting) resolve()
    }
    this.#waiting.add(wake)
    signal.addEventListener('abort', wake)
    await promise
    this.#waiting.delete(wake)
    signal.removeEventListener('abort', wake)
  }

  release(before: JournalOffset): void {
    this.#files.release(before)
  }

  get condition(): JournalCondition {
    const full = this.#isFull()
    const advice = this.#problem ?? (full ? this.#fullAdvice() : undefined)
    return {
      state: this.#problem ? 'failing' : full ? 'full' : 'normal',
      ...(advice && { advice }),
      bytes: this.#files.bytes,
      budgetBytes: this.#options.budgetBytes,
      segments: this.#files.count,
      unsynced: this.#gathering.next - this.#end,
    }
  }

  /** Writes groups until none gathers. Starts a turn of the event loop later, so that the frames of one socket read share a sync. */
  async #write(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    while (this.#gathering.frames > 0) {
      const group = this.#gathering
      this.#writing = group
      this.#gathering = new Group(group.next, this.#spare)
      if (!(await this.#persist(group))) break
      this.#end = group.next
      this.#writing = undefined
      this.#spare = group.memory
      group.succeed()
      this.#wakeReaders()
    }
    this.#worker = undefined
  }

  /** Tries until the group is on disk, or until the journal closes. */
  async #persist(group: Group): Promise<boolean> {
    for (;;) {
      try {
        await this.#files.write(group)
        if (this.#problem) this.#options.log.info({}, 'the journal takes frames again')
        this.#problem = undefined
        return true
      } catch (error) {
        const problem = `the journal cannot be written (${error instanceof Error ? error.message : String(error)}): free space or repair the disk of ${this.#options.folder}; devices wait for their receipts`
        if (this.#problem !== problem) this.#options.log.error({ err: error }, problem)
        this.#problem = problem
        if (!this.#accepting) {
          const failure = new GatewayError('JOURNAL_WRITE_FAILED', problem, { retryable: true, cause: error })
          group.fail(failure)
          this.#gathering.fail(failure)
          return false
        }
        await this.#pause()
      }
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, RETRY_MS)
    this.#hurry = resolve
    await promise
    this.#hurry = undefined
    clearTimeout(timer)
  }

  #wakeReaders(): void {
    for (const wake of this.#waiting) wake()
  }

  #isFull(): boolean {
    return this.#files.bytes + this.#gathering.bytes > this.#options.budgetBytes
  }

  #fullAdvice(): string {
    return `the journal has used its budget of ${this.#options.budgetBytes} bytes because a sink does not keep up: repair the sink that lags, or raise journal.budgetBytes; devices wait, nothing acknowledged is lost`
  }
}
