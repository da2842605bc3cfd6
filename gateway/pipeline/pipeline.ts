import { join } from 'node:path'
import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { ReleasableJournal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import type { Pace } from '../model/pace.ts'
import type { Sink, SinkStatus } from '../model/sink.ts'
import { clockRules } from './clock-rules.ts'
import { CursorFile } from './cursor-file.ts'
import type { DecodingFacts } from './decoding-facts.ts'
import { FrameDecoder } from './frame-decoder.ts'
import { ReadingLog } from './reading-log.ts'
import { type Follower, type SinkLimits, SinkRunner } from './sink-runner.ts'

/** What the pipeline joins together. */
export interface PipelineOptions {
  readonly journal: ReleasableJournal
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  /** In the order they are shown; each runs at its own pace. The first is the one the account follows. */
  readonly sinks: readonly Sink[]
  readonly account: Follower & { readonly cursor?: JournalOffset }
  /** Opened by whoever made it. Absent: what decoding finds out is not kept over a restart. */
  readonly facts?: DecodingFacts
  /** Whether event times of suspect clocks are repaired. */
  readonly clockCorrect?: 'off' | 'suspect'
  /** Where cursors are kept. */
  readonly folder: string
  readonly retentionDays: number
  /** When to let receipts have their turn. Absent: the pipeline has the thread for itself. */
  readonly pace?: Pace
  readonly sinkLimits?: Partial<SinkLimits>
  readonly now: () => EpochMs
  readonly log: Log
}

/** Frames decoded once more at a start, before the first cursor: what makes a retransmission across a restart a duplicate and not a new frame. */
const REMEMBERED_FRAMES = 100_000

/** Journal → readings → sinks. */
export class Pipeline {
  readonly #options: PipelineOptions
  #runners: readonly SinkRunner[] = []

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  /** Finds where each sink stopped and goes on from there. */
  async start(): Promise<void> {
    const { journal, sinks, account, facts, folder, pace, sinkLimits, now, log } = this.#options
    const cursors = await Promise.all(
      sinks.map(async (sink, index) => {
        const file = new CursorFile(join(folder, `${sink.name}.json`))
        // The sink that the account follows is never ahead of it: what it passed would stay pending for good.
        const next = Math.min((await file.read()) ?? 0, index === 0 ? (account.cursor ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY)
        // A cursor beyond the end belongs to a journal that is gone; nothing it stood for can be read again.
        return { sink, file, next: Math.min(Math.max(next, journal.start), journal.end) }
      }),
    )
    const earliest = Math.min(journal.end, ...cursors.map(cursor => cursor.next))
    const freshDecoder = (): FrameDecoder => this.#decoder()
    const readings = new ReadingLog(journal, freshDecoder(), Math.max(journal.start, earliest - REMEMBERED_FRAMES), {
      freshDecoder,
      rememberedFrames: REMEMBERED_FRAMES,
      ...(facts && { keep: () => facts.keepTwins() }),
      ...(pace && { pace }),
    })
    const follower: Follower = {
      taken: (outcomes, next) => {
        facts?.clocks.learn(outcomes, account.cursor ?? 0)
        account.taken(outcomes, next)
      },
      flush: () => {
        facts?.keepClocks(journal.end)
        return account.flush()
      },
    }
    this.#runners = cursors.map(
      ({ sink, file, next }, index) =>
        new SinkRunner({
          sink,
          journal,
          readings,
          cursorFile: file,
          cursor: next,
          ...(index === 0 && { follower }),
          ...(sinkLimits && { limits: sinkLimits }),
          now,
          log,
          kept: () => this.#release(),
        }),
    )
    for (const runner of this.#runners) runner.start()
  }

  #decoder(): FrameDecoder {
    const { directory, catalogue, retentionDays, clockCorrect, facts } = this.#options
    return new FrameDecoder({
      directory,
      catalogue,
      clock: clockRules(retentionDays, clockCorrect),
      ...(facts && { twins: facts.twins, clocks: facts.clocks }),
    })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#runners.map(runner => runner.stop()))
  }

  get statuses(): readonly SinkStatus[] {
    return this.#runners.map(runner => runner.status)
  }

  /** What every sink has passed for good may go. */
  #release(): void {
    this.#options.journal.release(Math.min(...this.#runners.map(runner => runner.keptCursor)))
  }
}
