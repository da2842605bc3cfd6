import { setTimeout as delay } from 'node:timers/promises'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { Config } from '../config/config.ts'
import { JournalArchive } from '../journal/archive.ts'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs } from '../model/frame.ts'
import type { Reading } from '../model/reading.ts'
import type { SeriesStore } from '../model/series.ts'
import { openSeries } from '../open-series.ts'
import { DataFolder } from '../ops/data-folder.ts'
import { clockRules } from '../pipeline/clock-rules.ts'
import { DecodingFacts } from '../pipeline/decoding-facts.ts'
import { FrameDecoder } from '../pipeline/frame-decoder.ts'
import { registryPlace } from '../registry/place.ts'
import { Registry } from '../registry/registry.ts'
import { commandLog } from './command-log.ts'
import { Progress } from './progress.ts'

/** Flags of `citygate journal redecode`. */
export interface RedecodeFlags {
  readonly since: EpochMs
  readonly until?: EpochMs
  readonly device?: string
  readonly json?: true
}

/** What came of it. */
interface Tally {
  frames: number
  readings: number
  duplicates: number
  refusedByStore: number
  readonly rejected: Record<string, number>
}

const BATCH_READINGS = 5_000
const RETRY_MS = 1_000
const MOST_TRIES = 30

/**
 * Runs history into the series store. It claims the data folder, as a gateway does: the keys that tell two readings of one time apart and the estimates of clocks have
 * one writer, and a gateway that ran beside it would wait for the lock of the store in the middle of its receipts.
 */
export async function redecode(config: Config, flags: RedecodeFlags): Promise<void> {
  const data = new DataFolder(config.data)
  const archive = new JournalArchive(data.file('journal'))
  // Before anything is made in a folder that is none.
  await archive.segments()
  const stops: (() => Promise<void> | void)[] = []
  try {
    claim(data)
    stops.push(() => data.release())
    const registry = new Registry({ ...registryPlace(config), log: commandLog, now: Date.now })
    await registry.start()
    stops.push(() => registry.stop())
    const catalogue = await loadCatalogue({ folders: config.models })
    const facts = new DecodingFacts({ path: data.file('decoding.db'), retentionDays: config.series.retentionDays })
    facts.open()
    stops.push(() => facts.close())
    const store = openSeries(config, catalogue, data, commandLog)
    await store.start()
    stops.push(() => store.stop())
    const decoder = new FrameDecoder({
      directory: registry,
      catalogue,
      clock: clockRules(config.series.retentionDays, config.clock.correct),
      twins: facts.twins,
      clocks: facts.clocks,
    })
    const tally = await run(archive, decoder, flags, async readings => {
      facts.keepTwins()
      return write(store, readings)
    })
    tell(tally, store, flags)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

async function run(
  archive: JournalArchive,
  decoder: FrameDecoder,
  flags: RedecodeFlags,
  keep: (readings: readonly Reading[]) => Promise<number>,
): Promise<Tally> {
  const { since, until = Number.POSITIVE_INFINITY, device } = flags
  const tally: Tally = { frames: 0, readings: 0, duplicates: 0, refusedByStore: 0, rejected: {} }
  const progress = new Progress()
  let batch: Reading[] = []
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    tally.refusedByStore += await keep(batch)
    tally.readings += batch.length
    batch = []
  }
  for await (const part of archive.parts()) {
    for (const finding of part.findings)
      if (finding.kind !== 'torn') commandLog.warn(finding, 'the journal is damaged here: these frames can not be decoded again')
    for (const frame of part.frames) {
      if (frame.receivedAt < since || frame.receivedAt >= until || (device !== undefined && frame.device !== device)) continue
      tally.frames++
      const { verdict, readings, refusal } = decoder.outcome(frame)
      if (verdict === 'duplicate') tally.duplicates++
      if (verdict === 'rejected' && refusal) tally.rejected[refusal.reason] = (tally.rejected[refusal.reason] ?? 0) + 1
      batch.push(...readings)
      if (batch.length >= BATCH_READINGS) await flush()
    }
    const last = part.frames.at(-1)
    progress.show(() => `${tally.frames} frames, ${tally.readings} readings written${last ? `, at ${new Date(last.receivedAt).toISOString()}` : ''}`)
  }
  await flush()
  progress.end()
  return tally
}

/** Until the store has them; answers how many it refused for good. */
async function write(store: SeriesStore, readings: readonly Reading[]): Promise<number> {
  const signal = new AbortController().signal
  for (let attempt = 1; ; attempt++) {
    let refused = 0
    try {
      await store.write(readings, signal, () => {
        refused++
      })
      return refused
    } catch (error) {
      if (!(error instanceof GatewayError) || !error.retryable || attempt >= MOST_TRIES) throw error
      commandLog.warn({}, `${error.message}; tried again`)
      await delay(RETRY_MS)
    }
  }
}

function claim(data: DataFolder): void {
  try {
    data.claim()
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'DATA_FOLDER_IN_USE') throw error
    const advice = `a gateway is running on ${data.path}: stop it for as long as this takes; devices send again what they have no receipt for`
    throw new GatewayError('DATA_FOLDER_IN_USE', advice, { cause: error })
  }
}

function tell(tally: Tally, store: SeriesStore, flags: RedecodeFlags): void {
  if (flags.json) {
    console.log(JSON.stringify(tally))
    return
  }
  const rejected = Object.entries(tally.rejected).map(([reason, count]) => `${count} ${reason}`)
  console.log(`${tally.frames} frames decoded again: ${tally.readings} readings written to ${store.description}`)
  if (tally.refusedByStore > 0) console.log(`${tally.refusedByStore} of them were refused by the store`)
  console.log(`${tally.duplicates} frames were duplicates of others; rejected: ${rejected.length > 0 ? rejected.join(', ') : 'none'}`)
}
