import { setTimeout as delay } from 'node:timers/promises'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import type { Reading } from '../model/reading.ts'
import type { Sink, SinkStatus } from '../model/sink.ts'
import type { CursorFile } from './cursor-file.ts'
import type { Outcome } from './outcome.ts'
import type { ReadingLog } from './reading-log.ts'

/** Someone who wants to know what a sink has taken. */
export interface Follower {
  /** These frames are done with: their readings are in the sink. */
  taken(outcomes: readonly Outcome[], next: JournalOffset): void
  /** Called after the sink's own flush and before its cursor is kept. */
  flush(): void
}

/** What carries readings to one sink. */
export interface SinkRunnerOptions {
  readonly sink: Sink
  readonly journal: Journal
  readonly readings: ReadingLog
  readonly cursorFile: CursorFile
  readonly cursor: JournalOffset
  readonly follower?: Follower
  readonly now: () => EpochMs
  readonly log: Log
  /** Called whenever the kept cursor has moved. */
  readonly kept: () => void
}

const ENOUGH_READINGS = 5_000
const KEEP_CURSOR_EVERY_MS = 1_000
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 30_000

/** Carries readings to one sink, in order, at the sink's own pace: nothing that happens here holds another sink or a receipt. */
export class SinkRunner {
  readonly #options: SinkRunnerOptions
  readonly #stopping = new AbortController()
  #next: JournalOffset
  #kept: JournalOffset
  #keptAt = 0
  #oldestWaitingAt: EpochMs | undefined
  #state: SinkStatus['state'] = 'stopped'
  #problem: string | undefined
  #running: Promise<void> | undefined
  #keeping: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: SinkRunnerOptions) {
    this.#options = options
    this.#next = options.cursor
    this.#kept = options.cursor
  }

  /** Begins to carry; answers at once. */
  start(): void {
    this.#state = 'running'
    this.#running = this.#run()
  }

  /** Lets the batch in hand finish or give up, keeps the cursor. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    clearTimeout(this.#timer)
    await this.#keeping?.catch(() => undefined)
    await this.#keepCursor().catch(error =>
      this.#options.log.warn({ err: error, sink: this.#options.sink.name }, 'the cursor could not be kept: the last frames will be taken again'),
    )
    this.#state = 'stopped'
  }

  /** The cursor on disk: nothing before it is needed again. */
  get keptCursor(): JournalOffset {
    return this.#kept
  }

  get status(): SinkStatus {
    const lagFrames = this.#options.journal.end - this.#next
    const lagSeconds = lagFrames > 0 && this.#oldestWaitingAt !== undefined ? Math.max(0, (this.#options.now() - this.#oldestWaitingAt) / 1000) : 0
    return { name: this.#options.sink.name, cursor: this.#next, lagFrames, lagSeconds, state: this.#state, ...(this.#problem && { problem: this.#problem }) }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#options.journal.whenPast(this.#next, signal)
        if (signal.aborted) return
        await this.#carry(signal)
        if (this.#options.now() - this.#keptAt >= KEEP_CURSOR_EVERY_MS) await this.#keepCursor()
        else this.#keepSoon()
      } catch (error) {
        if (signal.aborted) return
        this.#complain(error)
        await delay(FIRST_RETRY_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** One batch: until the sink has it, or has said that it never will. */
  async #carry(signal: AbortSignal): Promise<void> {
    const { sink, readings, follower } = this.#options
    const { outcomes, next } = await readings.from(this.#next, ENOUGH_READINGS)
    this.#oldestWaitingAt = outcomes[0]?.receivedAt
    const batch: Reading[] = []
    for (const outcome of outcomes) for (const reading of outcome.readings) batch.push(reading)
    let refusal: GatewayError | undefined
    for (let attempt = 0; batch.length > 0; attempt++) {
      try {
        await sink.take(batch, signal)
        this.#recovered()
        break
      } catch (error) {
        if (signal.aborted) throw error
        this.#complain(error)
        if (error instanceof GatewayError && !error.retryable) {
          refusal = error
          break
        }
        await delay(retryDelay(attempt), undefined, { signal })
      }
    }
    this.#next = next
    follower?.taken(refusal ? outcomes.map(outcome => refusedBySink(outcome, refusal)) : outcomes, next)
  }

  /** A quiet journal must not leave the cursor behind for good. */
  #keepSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#keepCursor().catch(error => this.#complain(error))
    }, KEEP_CURSOR_EVERY_MS).unref()
  }

  /** One at a time: the loop and the timer may both want to. */
  #keepCursor(): Promise<void> {
    this.#keeping ??= this.#keep().finally(() => {
      this.#keeping = undefined
    })
    return this.#keeping
  }

  async #keep(): Promise<void> {
    const next = this.#next
    this.#keptAt = this.#options.now()
    if (next === this.#kept) return
    await this.#options.sink.flush?.()
    this.#options.follower?.flush()
    await this.#options.cursorFile.write(next)
    this.#kept = next
    this.#options.kept()
  }

  #complain(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error)
    this.#state = 'retrying'
    if (this.#problem === problem) return
    this.#problem = problem
    this.#options.log.warn({ sink: this.#options.sink.name, err: error }, `${this.#options.sink.name}: ${problem}`)
  }

  #recovered(): void {
    if (this.#state === 'retrying') this.#options.log.info({ sink: this.#options.sink.name }, `${this.#options.sink.name} takes readings again`)
    this.#state = 'running'
    this.#problem = undefined
  }
}

/** What was decoded and then not taken for good is rejected, not stored. */
function refusedBySink(outcome: Outcome, why: GatewayError): Outcome {
  if (outcome.verdict !== 'stored') return outcome
  const { device, offset, receivedAt } = outcome
  const detail = `the store refused it: ${why.message} (frame ${offset} of the journal)`
  return { ...outcome, verdict: 'rejected', refusal: { device, offset, receivedAt, channel: '', payload: new Uint8Array(), reason: 'STORE_REFUSED', detail } }
}

/** Doubles up to half a minute; a random part keeps many gateways from knocking at one store together. */
function retryDelay(attempt: number): number {
  const most = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 12))
  return most * (0.5 + Math.random() / 2)
}
