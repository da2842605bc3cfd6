import { setTimeout as delay } from 'node:timers/promises'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import type { Reading } from '../model/reading.ts'
import type { Sink, SinkStatus } from '../model/sink.ts'
import { BatchSize } from './batch-size.ts'
import type { Reader } from './company.ts'
import type { CursorFile } from './cursor-file.ts'
import type { Outcome } from './outcome.ts'
import { Problem } from './problem.ts'
import type { ReadingLog } from './reading-log.ts'
import { RefusedReadings } from './refused-outcomes.ts'
import { within } from './time-limit.ts'

/** Someone who wants to know what a sink has taken. */
export interface Follower {
  /** These frames are done with: their readings are in the sink. */
  taken(outcomes: readonly Outcome[], next: JournalOffset): void
  /** Called after the sink's own flush and before its cursor is kept. */
  flush(): void | Promise<void>
}

/** What carries readings to one sink. */
export interface SinkRunnerOptions {
  readonly sink: Sink
  readonly journal: Journal
  readonly readings: ReadingLog
  readonly cursorFile: CursorFile
  readonly cursor: JournalOffset
  readonly follower?: Follower
  readonly limits?: Partial<SinkLimits>
  readonly now: () => EpochMs
  readonly log: Log
  /** Called whenever the kept cursor has moved. */
  readonly kept: () => void
}

/** How long a sink is waited for. */
export interface SinkLimits {
  /** Age of the oldest frame it has not taken, beyond which its status says so. */
  readonly lagBudgetSeconds: number
  /** One batch, or one flush: after this it is given up and tried again. Longer than a store's own time-outs, which know better what is wrong. */
  readonly takeMs: number
  /** How long it may go on after it was told to give up, at a stop too. */
  readonly graceMs: number
  readonly longestRetryMs: number
}

const DEFAULT_LIMITS: SinkLimits = { lagBudgetSeconds: 60, takeMs: 60_000, graceMs: 2_000, longestRetryMs: 30_000 }
/** Between two cursors that are kept: what is taken again after a crash. Flushing ten thousand devices costs some 100 ms of the thread. */
const KEEP_CURSOR_EVERY_MS = 3_000
/** A sink that has taken all there was lets some more come in: a hundred readings cost hardly more than one. */
const GATHER_MS = 50
const FIRST_RETRY_MS = 250

/** A part of what the reading log gave: what is handed over at once. */
interface Batch {
  readonly outcomes: readonly Outcome[]
  readonly readings: readonly Reading[]
  readonly next: JournalOffset
}

/** Carries readings to one sink, in order, at the sink's own pace: nothing that happens here holds another sink or a receipt. */
export class SinkRunner {
  readonly #options: SinkRunnerOptions
  readonly #limits: SinkLimits
  readonly #size = new BatchSize()
  readonly #stopping = new AbortController()
  readonly #reader: Reader = { signal: this.#stopping.signal }
  #next: JournalOffset
  #kept: JournalOffset
  #attempt = 0
  #oldestWaitingAt: EpochMs | undefined
  #started = false
  readonly #problems: { readonly take: Problem; readonly keep: Problem }
  #running: Promise<void> | undefined
  #keeping: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: SinkRunnerOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#next = options.cursor
    this.#kept = options.cursor
    const { log } = options
    const sink = options.sink.name
    this.#problems = {
      take: new Problem({ log, sink, over: `${sink} takes readings again` }),
      keep: new Problem({ log, sink, over: `${sink} keeps its cursor again` }),
    }
  }

  /** Begins to carry; answers at once. */
  start(): void {
    this.#started = true
    this.#running = this.#run()
  }

  /** Tells the sink to give up the batch in hand, waits for it as long as the grace lasts, and keeps the cursor. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    clearTimeout(this.#timer)
    await this.#keeping?.catch(() => undefined)
    await this.#keepCursor().catch(error =>
      this.#options.log.warn({ err: error, sink: this.#options.sink.name }, 'the cursor could not be kept: the last frames will be taken again'),
    )
    this.#started = false
  }

  /** The cursor on disk: nothing before it is needed again. */
  get keptCursor(): JournalOffset {
    return this.#kept
  }

  get status(): SinkStatus {
    const lagFrames = this.#options.journal.end - this.#next
    const lagSeconds = lagFrames > 0 && this.#oldestWaitingAt !== undefined ? Math.max(0, (this.#options.now() - this.#oldestWaitingAt) / 1000) : 0
    const problem = this.#problems.take.now ?? this.#problems.keep.now
    return {
      name: this.#options.sink.name,
      cursor: this.#next,
      lagFrames,
      lagSeconds,
      lagBudgetSeconds: this.#limits.lagBudgetSeconds,
      batchReadings: this.#size.readings,
      state: this.#started ? (problem === undefined ? 'running' : 'retrying') : 'stopped',
      ...(problem !== undefined && { problem }),
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#options.journal.whenPast(this.#next, signal)
        if (signal.aborted) return
        await this.#carry(signal)
        this.#attempt = 0
        this.#problems.take.gone()
        this.#keepSoon()
        if (this.#options.journal.end - this.#next < this.#size.readings) await delay(GATHER_MS, undefined, { signal })
      } catch (error) {
        if (signal.aborted) return
        this.#problems.take.is(error)
        await delay(retryDelay(this.#attempt++, this.#limits.longestRetryMs), undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** One batch: the sink takes it, or has said that it never will. On an error it is gathered anew, perhaps smaller. */
  async #carry(signal: AbortSignal): Promise<void> {
    const { sink, follower } = this.#options
    const batch = await this.#gather()
    this.#oldestWaitingAt = batch.outcomes[0]?.receivedAt
    const refused = new RefusedReadings()
    if (sink.hear) for (const { presences } of batch.outcomes) if (presences) sink.hear(presences)
    if (batch.readings.length > 0) {
      const startedAt = performance.now()
      try {
        await within({ limitMs: this.#limits.takeMs, graceMs: this.#limits.graceMs, stopping: signal, what: sink.name }, giveUp =>
          sink.take(batch.readings, giveUp, refused.refuse),
        )
        this.#size.taken(batch.readings.length, performance.now() - startedAt)
      } catch (error) {
        if (signal.aborted || !(error instanceof GatewayError) || error.retryable) {
          this.#size.failed(batch.readings.length, performance.now() - startedAt)
          throw error
        }
        this.#options.log.error(
          { sink: sink.name, err: error, readings: batch.readings.length },
          `${sink.name} will never take these readings: ${error.message}`,
        )
        for (const reading of batch.readings) refused.refuse(reading, error.message)
      }
    }
    this.#next = batch.next
    follower?.taken(refused.applied(batch.outcomes), batch.next)
  }

  async #gather(): Promise<Batch> {
    const enough = this.#size.readings
    const { outcomes, next } = await this.#options.readings.from(this.#next, enough, this.#reader)
    const readings: Reading[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const following = outcomes[index + 1]
      for (const reading of outcome.readings) readings.push(reading)
      // The reading log gives whole blocks: a sink that needs small batches gets a part of one.
      if (readings.length >= enough && following) return { outcomes: outcomes.slice(0, index + 1), readings, next: following.offset }
    }
    return { outcomes, readings, next }
  }

  /** Between batches and beside them: a cursor that cannot be kept, because the disk is full, holds nobody. */
  #keepSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#keepCursor().then(
        () => this.#problems.keep.gone(),
        (error: unknown) => {
          this.#problems.keep.is(error)
          this.#keepSoon()
        },
      )
    }, KEEP_CURSOR_EVERY_MS).unref()
  }

  /** One at a time: the timer and a stop may both want to. */
  #keepCursor(): Promise<void> {
    this.#keeping ??= this.#keep().finally(() => {
      this.#keeping = undefined
    })
    return this.#keeping
  }

  async #keep(): Promise<void> {
    const next = this.#next
    if (next === this.#kept) return
    const { sink, follower, cursorFile, kept } = this.#options
    const { takeMs, graceMs } = this.#limits
    // At a stop, a sink that makes nothing safe any more is not waited for: its last frames are taken again.
    const limitMs = this.#stopping.signal.aborted ? graceMs : takeMs
    if (sink.flush) await within({ limitMs, graceMs: 0, what: `${sink.name} (flush)` }, async () => sink.flush?.())
    await follower?.flush()
    await cursorFile.write(next)
    this.#kept = next
    kept()
  }
}

/** Doubles up to the longest; a random part keeps many gateways from knocking at one store together. */
function retryDelay(attempt: number, longestMs: number): number {
  const most = Math.min(longestMs, FIRST_RETRY_MS * 2 ** Math.min(attempt, 12))
  return most * (0.5 + Math.random() / 2)
}
