import { join } from 'node:path'
import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { ReleasableJournal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import type { Sink, SinkStatus } from '../model/sink.ts'
import { CursorFile } from './cursor-file.ts'
import { FrameDecoder } from './frame-decoder.ts'
import { ReadingLog } from './reading-log.ts'
import { type Follower, type SinkLimits, SinkRunner } from './sink-runner.ts'
import { clockRules } from './steps.ts'

/** What the pipeline joins together. */
export interface PipelineOptions {
  readonly journal: ReleasableJournal
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  /** In the order they are shown; each runs at its own pace. The first is the one the account follows. */
  readonly sinks: readonly Sink[]
  readonly account: Follower
  /** Where cursors are kept. */
  readonly folder: string
  readonly retentionDays: number
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
    const { journal, directory, catalogue, sinks, account, folder, retentionDays, sinkLimits, now, log } = this.#options
    const cursors = await Promise.all(
      sinks.map(async sink => {
        const file = new CursorFile(join(folder, `${sink.name}.json`))
        // A cursor beyond the end belongs to a journal that is gone; nothing it stood for can be read again.
        return { sink, file, next: Math.min(Math.max((await file.read()) ?? 0, journal.start), journal.end) }
      }),
    )
    const earliest = Math.min(journal.end, ...cursors.map(cursor => cursor.next))
    const decoder = new FrameDecoder({ directory, catalogue, clock: clockRules(retentionDays) })
    const readings = new ReadingLog(journal, decoder, Math.max(journal.start, earliest - REMEMBERED_FRAMES))
    this.#runners = cursors.map(
      ({ sink, file, next }, index) =>
        new SinkRunner({
          sink,
          journal,
          readings,
          cursorFile: file,
          cursor: next,
          ...(index === 0 && { follower: account }),
          ...(sinkLimits && { limits: sinkLimits }),
          now,
          log,
          kept: () => this.#release(),
        }),
    )
    for (const runner of this.#runners) runner.start()
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
