import { GatewayError } from '../model/errors.ts'
import type { EpochMs, Frame, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { FrameSource, JournalCondition, ReleasableJournal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import { Group } from './group.ts'
import { Pressure, type PressureState } from './pressure.ts'
import { LARGEST_RECORD_BYTES, recordBytes } from './record.ts'
import { Repairs } from './repairs.ts'
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
  /** Not kept for longer than this, even within `keepBytes`. Absent: no limit. */
  readonly keepForMs?: number
  readonly now?: () => EpochMs
  readonly log: Log
}

/** Bytes that may wait in the open group: reached only while the disk does not take writes. */
const OPEN_GROUP_LIMIT_BYTES = 32 * 1024 * 1024
const FIRST_BUFFER_BYTES = 256 * 1024
const RETRY_MS = 500
/** A group gathers for as long as each turn of the event loop brings frames, but no longer than this. */
const LONGEST_GATHER_MS = 1
/** Age lets go of frames without anything else happening. */
const RETENTION_EVERY_MS = 60_000

/**
 * The journal on local disk. One group is written while the next one gathers: a frame that arrives while the disk is idle is synced at once, frames that
 * arrive during a sync share the next, and under load a group waits for the frames that sockets are still bringing. A group is acknowledged only after it is synced; a
 * group that cannot be written stays in memory and is tried again at the same place, so nothing that was appended is ever passed over.
 */
export class FileJournal implements ReleasableJournal {
  readonly #options: FileJournalOptions
  readonly #now: () => EpochMs
  readonly #repairs: Repairs
  readonly #files: SegmentFiles
  readonly #pressure: Pressure
  readonly #groupLimit: number
  readonly #waiting = new Set<() => void>()
  #gathering = new Group(0, Buffer.alloc(0))
  #writing: Group | undefined
  #spare: Buffer = Buffer.alloc(0)
  #end = 0
  #accepting = false
  #worker: Promise<void> | undefined
  #problem: string | undefined
  #hurry: (() => void) | undefined
  #told: PressureState = 'normal'
  #released: JournalOffset = 0
  #retention: NodeJS.Timeout | undefined

  constructor(options: FileJournalOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#repairs = new Repairs({ folder: options.folder, log: options.log, now: this.#now })
    this.#files = new SegmentFiles({ ...options, repairs: this.#repairs, now: this.#now })
    this.#pressure = new Pressure(options.budgetBytes)
    // A segment is let go as a whole, and never the last one: a group must not fill the budget by itself.
    this.#groupLimit = Math.min(OPEN_GROUP_LIMIT_BYTES, options.budgetBytes / 2)
  }

  /** Opens the folder, repairs the tail of the last segment and goes on where it ends. Throws `DATA_FOLDER_UNUSABLE`. */
  async open(): Promise<void> {
    this.#end = await this.#files.open()
    this.#gathering = new Group(this.#end, Buffer.allocUnsafe(FIRST_BUFFER_BYTES))
    this.#spare = Buffer.allocUnsafe(FIRST_BUFFER_BYTES)
    this.#accepting = true
    this.#feelPressure()
    this.#retention = setInterval(() => this.release(this.#released), RETENTION_EVERY_MS).unref()
  }

  /** Takes no more frames, writes what it has and closes. What cannot be written now rejects with `JOURNAL_WRITE_FAILED`. */
  async close(): Promise<void> {
    if (!this.#accepting) return
    this.#accepting = false
    clearInterval(this.#retention)
    this.#hurry?.()
    await this.#worker
    this.#wakeReaders()
    await this.#files.close()
  }

  append(frame: Frame): JournalOffset {
    return this.appendBytes(frame, frame.receivedAt, frame.payload, 0, frame.payload.length)
  }

  appendBytes(source: FrameSource, receivedAt: EpochMs, payload: Uint8Array, from: number, to: number): JournalOffset {
    if (!this.#accepting) throw new GatewayError('JOURNAL_CLOSED', 'the gateway is stopping and takes no more frames', { retryable: true })
    const bytes = recordBytes(source, to - from)
    if (bytes > LARGEST_RECORD_BYTES) throw new GatewayError('JOURNAL_FULL', `a frame of ${to - from} bytes is more than the journal ever takes`)
    if (!this.#admits(bytes)) throw new GatewayError('JOURNAL_FULL', this.#fullAdvice(), { retryable: true })
    if (this.#gathering.bytes + bytes > this.#groupLimit) {
      throw new GatewayError('JOURNAL_FULL', this.#problem ?? 'the disk does not keep up with the frames that arrive', { retryable: true })
    }
    const offset = this.#gathering.add(source, receivedAt, payload, from, to)
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
    this.#released = Math.max(this.#released, before)
    this.#files.release(this.#released, this.#pressure.normalBytes)
    this.#feelPressure()
  }

  get condition(): JournalCondition {
    this.#feelPressure()
    const { state } = this.#pressure
    const advice = this.#problem ?? (state === 'full' ? this.#fullAdvice() : state === 'pressed' ? this.#pressedAdvice() : undefined)
    const { damages, lostFrames } = this.#repairs.totals
    const damageAdvice = this.#repairs.advice
    return {
      state: this.#problem ? 'failing' : state,
      ...(advice && { advice }),
      bytes: this.#files.bytes,
      budgetBytes: this.#options.budgetBytes,
      segments: this.#files.count,
      unsynced: this.#gathering.next - this.#end,
      damages,
      lostFrames,
      ...(damageAdvice && { damageAdvice }),
    }
  }

  /** Bytes on disk and on their way there. */
  get #used(): number {
    return this.#files.bytes + (this.#writing?.bytes ?? 0) + this.#gathering.bytes
  }

  /** Segments are deleted in their own time: the room they leave is noticed by whoever next asks for some, for nobody else may be there to notice. */
  #admits(bytes: number): boolean {
    if (this.#pressure.state === 'full') this.#feelPressure()
    if (this.#pressure.admits(this.#used + bytes)) return true
    this.#feelPressure()
    return false
  }

  /** Goes to the state that fits what is in use, and says so. */
  #feelPressure(): void {
    this.#pressure.update(this.#used)
    if (this.#pressure.state === this.#told) return
    this.#told = this.#pressure.state
    const { log } = this.#options
    if (this.#pressure.state === 'full') log.error({ bytes: this.#used }, this.#fullAdvice())
    else if (this.#pressure.state === 'pressed') log.warn({ bytes: this.#used }, this.#pressedAdvice())
    else log.info({ bytes: this.#used }, 'the journal has room again')
    // History gives way to new frames.
    if (this.#pressure.state !== 'normal') this.#files.release(this.#released, this.#pressure.normalBytes)
  }

  /** Writes groups until none gathers. */
  async #write(): Promise<void> {
    await this.#gather()
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
      this.#feelPressure()
      await this.#gather()
    }
    this.#worker = undefined
  }

  /**
   * Waits while frames are coming in. One turn of the event loop at least, so that the frames of one socket read share a sync; on an idle gateway that is all. Senders that
   * wait for their receipts answer these within a few turns, and then share the next sync.
   */
  async #gather(): Promise<void> {
    const until = performance.now() + LONGEST_GATHER_MS
    let before: JournalOffset
    do {
      before = this.#gathering.next
      await new Promise(resolve => setImmediate(resolve))
    } while (this.#gathering.next > before && performance.now() < until)
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

  #fullAdvice(): string {
    return `the journal has used its budget of ${this.#options.budgetBytes} bytes because a sink does not keep up: repair the sink that lags, or raise journal.budgetBytes; devices wait, nothing acknowledged is lost`
  }

  #pressedAdvice(): string {
    const share = Math.round((this.#used / this.#options.budgetBytes) * 100)
    return `the journal has used ${share} % of its budget of ${this.#options.budgetBytes} bytes because a sink does not keep up: repair the sink that lags, or raise journal.budgetBytes; at 100 % devices have to wait`
  }
}
