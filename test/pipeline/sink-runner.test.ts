import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { Reading, Refuse } from '../../gateway/model/reading.ts'
import type { Sink } from '../../gateway/model/sink.ts'
import { clockRules } from '../../gateway/pipeline/clock-rules.ts'
import { CursorFile } from '../../gateway/pipeline/cursor-file.ts'
import { FrameDecoder } from '../../gateway/pipeline/frame-decoder.ts'
import type { Outcome } from '../../gateway/pipeline/outcome.ts'
import { ReadingLog } from '../../gateway/pipeline/reading-log.ts'
import { type SinkLimits, SinkRunner } from '../../gateway/pipeline/sink-runner.ts'
import { MemoryLog } from '../support/log.ts'
import { catalogue, directoryOf, MemorySink } from './city.ts'

let folder: string
let journal: FileJournal
let log: MemoryLog
const runners: SinkRunner[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-runner-'))
  log = new MemoryLog()
  journal = new FileJournal({ folder: join(folder, 'journal'), segmentBytes: 4e6, budgetBytes: 64e6, keepBytes: 64e6, log })
  await journal.open()
})

afterEach(async () => {
  await Promise.all(runners.splice(0).map(runner => runner.stop()))
  await journal.close()
  await rm(folder, { recursive: true, force: true })
})

const limits: Partial<SinkLimits> = { takeMs: 150, graceMs: 100, longestRetryMs: 50, lagBudgetSeconds: 3 }

function runnerOf(sink: Sink, more: { readonly outcomes?: Outcome[]; readonly limits?: Partial<SinkLimits>; readonly cursor?: number } = {}): SinkRunner {
  const directory = directoryOf([{ id: 'd', org: 'o', model: 'probe-1' }])
  const runner = new SinkRunner({
    sink,
    journal,
    readings: new ReadingLog(journal, new FrameDecoder({ directory, catalogue, clock: clockRules(400) }), 0),
    cursorFile: new CursorFile(join(folder, `${sink.name}.json`)),
    cursor: more.cursor ?? 0,
    follower: { taken: outcomes => void more.outcomes?.push(...outcomes), flush: () => undefined },
    limits: { ...limits, ...more.limits },
    now: Date.now,
    log,
    kept: () => undefined,
  })
  runners.push(runner)
  runner.start()
  return runner
}

async function append(count: number, readings = 1): Promise<void> {
  let last = -1
  for (let n = 0; n < count; n++) {
    const at = Date.now() + n
    const values = Array.from({ length: readings }, (_, part) => ({ at: at + part * 100_000, values: { level: n % 100, note: `${n}.${part}` } }))
    last = journal.append({ device: 'd', channel: 'test', receivedAt: Date.now(), payload: Buffer.from(JSON.stringify(values)) })
  }
  await journal.synced(last)
}

/** Keeps what it is handed, once told how to. */
class ScriptedSink extends MemorySink {
  script: (batch: readonly Reading[], signal: AbortSignal, refuse: Refuse, attempt: number) => Promise<void> = async () => undefined
  readonly sizes: number[] = []

  override async take(batch: readonly Reading[], signal: AbortSignal = new AbortController().signal, refuse: Refuse = () => undefined): Promise<void> {
    this.sizes.push(batch.length)
    await this.script(batch, signal, refuse, this.sizes.length)
    await super.take(batch)
  }
}

describe('a sink that never settles', () => {
  it('is given up on after its time and handed the batch again', async () => {
    const sink = new ScriptedSink('hung')
    sink.script = (_batch, _signal, _refuse, attempt) => (attempt < 3 ? new Promise(() => undefined) : Promise.resolve())
    const runner = runnerOf(sink)
    await append(10)
    await expect.poll(() => runner.status.problem).toMatch(/hung did not answer within 0\.15 s/)
    await expect.poll(() => sink.points.size, { timeout: 5_000 }).toBe(10)
    await expect.poll(() => runner.status).toMatchObject({ state: 'running', lagFrames: 0 })
    expect(sink.sizes).toHaveLength(3)
  })

  it('does not hold a stop, and gets its batch after the next start', async () => {
    const hung = new ScriptedSink('hung')
    hung.script = () => new Promise(() => undefined)
    const runner = runnerOf(hung, { limits: { takeMs: 60_000 } })
    await append(10)
    await expect.poll(() => hung.sizes.length).toBe(1)
    const from = performance.now()
    await runner.stop()
    expect(performance.now() - from).toBeLessThan(1_000)
    const cursor = (await new CursorFile(join(folder, 'hung.json')).read()) ?? 0
    const well = new ScriptedSink('hung')
    runnerOf(well, { cursor })
    await expect.poll(() => well.points.size).toBe(10)
  })

  it('in its flush does not hold a stop either', async () => {
    const sink = new ScriptedSink('stuck')
    sink.flush = () => new Promise(() => undefined)
    const runner = runnerOf(sink)
    await append(10)
    await expect.poll(() => sink.points.size).toBe(10)
    const from = performance.now()
    await runner.stop()
    expect(performance.now() - from).toBeLessThan(1_000)
    expect(await new CursorFile(join(folder, 'stuck.json')).read(), 'what was not made safe is taken again').toBeUndefined()
  })
})

describe('batches', () => {
  it('shrink until the sink answers in time', async () => {
    const sink = new ScriptedSink('weak')
    // A store that takes only so much in its time.
    sink.script = batch => (batch.length > 400 ? new Promise(() => undefined) : Promise.resolve())
    runnerOf(sink, { limits: { takeMs: 2_010, graceMs: 10 } })
    await append(6_000)
    await expect.poll(() => sink.points.size, { timeout: 20_000 }).toBe(6_000)
    expect(sink.sizes[0]).toBeGreaterThan(1_000)
    expect(sink.taken, 'none is handed over twice once it was taken').toBe(6_000)
  })

  it('keep their size when a sink refuses at once', async () => {
    const sink = new ScriptedSink('down')
    sink.fail = new GatewayError('SERIES_UNREACHABLE', 'the store is down: start it', { retryable: true })
    const runner = runnerOf(sink)
    await append(5)
    await expect.poll(() => sink.sizes.length).toBeGreaterThan(3)
    expect(runner.status).toMatchObject({ batchReadings: 5_000, state: 'retrying', problem: 'the store is down: start it', lagFrames: 5, lagBudgetSeconds: 3 })
  })
})

describe('a reading that a sink refuses', () => {
  it('makes its frame rejected, and the rest of the batch is stored', async () => {
    const sink = new ScriptedSink('picky')
    const outcomes: Outcome[] = []
    sink.script = async (batch, _signal, refuse, attempt) => {
      const bad = batch.find(reading => reading.values.note === '7.0')
      if (bad) refuse(bad, 'it is the seventh')
      // The first attempt fails after it has refused something: only the attempt that succeeds counts.
      const first = batch[0]
      if (attempt === 1 && first) refuse(first, 'a mistake')
      if (attempt === 1) throw new GatewayError('SERIES_UNREACHABLE', 'gone for a moment', { retryable: true })
    }
    runnerOf(sink, { outcomes })
    await append(20)
    await expect.poll(() => outcomes.length).toBe(20)
    expect(outcomes.filter(outcome => outcome.verdict === 'rejected').map(outcome => outcome.refusal)).toMatchObject([
      { offset: 7, device: 'd', reason: 'STORE_REFUSED', detail: expect.stringContaining('it is the seventh') },
    ])
    expect(outcomes.filter(outcome => outcome.verdict === 'stored')).toHaveLength(19)
  })

  it('among others of its frame leaves the frame stored, with the refusal kept', async () => {
    const sink = new ScriptedSink('picky')
    const outcomes: Outcome[] = []
    sink.script = async (batch, _signal, refuse) => {
      for (const reading of batch) if (reading.values.note === '1.2') refuse(reading, 'too good')
    }
    runnerOf(sink, { outcomes })
    await append(3, 3)
    await expect.poll(() => outcomes.length).toBe(3)
    expect(outcomes.map(({ verdict, readings }) => [verdict, readings.length])).toEqual([
      ['stored', 3],
      ['stored', 2],
      ['stored', 3],
    ])
    expect(outcomes[1]?.refusal?.detail).toMatch(/too good .*2 other readings of it are stored/)
  })
})
