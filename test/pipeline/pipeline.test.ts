import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import type { Account } from '../../gateway/model/account.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { FrameAccount } from '../../gateway/pipeline/account-book.ts'
import { CountedJournal } from '../../gateway/pipeline/counted-journal.ts'
import { DecodingFacts } from '../../gateway/pipeline/decoding-facts.ts'
import { Pipeline } from '../../gateway/pipeline/pipeline.ts'
import { MemoryLog } from '../support/log.ts'
import { catalogue, directoryOf, MemorySink } from './city.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')

let folder: string
let log: MemoryLog
let running: House[]

interface House {
  readonly intake: Journal
  readonly journal: FileJournal
  readonly account: FrameAccount
  readonly pipeline: Pipeline
  readonly facts: DecodingFacts
  stop(): Promise<void>
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-pipeline-'))
  log = new MemoryLog()
  running = []
})

afterEach(async () => {
  for (const house of running) await house.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(sinks: readonly MemorySink[], keepBytes = 0): Promise<House> {
  const journal = new FileJournal({ folder: join(folder, 'journal'), segmentBytes: 4096, budgetBytes: 1 << 24, keepBytes, log })
  await journal.open()
  const account = new FrameAccount(join(folder, 'account.db'))
  await account.open(journal)
  const directory = directoryOf([
    { id: 'p1', org: 'o', model: 'probe-1' },
    { id: 'p2', org: 'o', model: 'probe-1' },
    { id: 'stray', org: 'o', model: 'gone-model' },
  ])
  const facts = new DecodingFacts({ path: join(folder, 'decoding.db'), retentionDays: 400 })
  facts.open()
  const pipeline = new Pipeline({
    journal,
    directory,
    catalogue,
    sinks,
    account,
    facts,
    folder: join(folder, 'cursors'),
    retentionDays: 400,
    now: Date.now,
    log,
  })
  await pipeline.start()
  let stopped = false
  const house = {
    journal,
    account,
    pipeline,
    facts,
    intake: new CountedJournal(journal, (frame, offset) => account.received(frame, offset)),
    stop: async () => {
      if (stopped) return
      stopped = true
      await pipeline.stop()
      await journal.close()
      await account.close()
      facts.close()
    },
  }
  running.push(house)
  return house
}

async function send(house: House, device: string, body: unknown, channel = 'test'): Promise<void> {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  await house.intake.synced(house.intake.append({ device, channel, receivedAt: T0, payload }))
}

function level(value: number, at = T0): unknown {
  return [{ at, values: { level: value } }]
}

async function settled(house: House): Promise<void> {
  await expect.poll(() => house.pipeline.statuses.every(status => status.lagFrames === 0)).toBe(true)
}

function sumHolds(account: Account): boolean {
  return account.received === account.stored + account.duplicate + account.rejected + account.pending
}

describe('pipeline', () => {
  it('stores what is new, counts what is not, names what is refused', async () => {
    const sink = new MemorySink('series')
    const house = await start([sink])
    await send(house, 'p1', level(1))
    await send(house, 'p1', level(1))
    await send(house, 'p1', level(2))
    await send(house, 'p1', 'garbage')
    await send(house, 'p1', 'boom')
    await send(house, 'p1', level(1), 'other')
    await send(house, 'nobody', level(1))
    await send(house, 'stray', level(1))
    await send(house, 'p2', [])
    await send(house, 'p2', level(5, T0 + 40 * 86_400_000))
    await send(house, 'p2', level(500))
    await settled(house)
    expect(house.account.of('p1')).toMatchObject({
      received: 6,
      stored: 2,
      duplicate: 1,
      rejected: 3,
      rejectedBy: { MALFORMED: 1, DECODER_FAULT: 1, UNKNOWN_CHANNEL: 1 },
      pending: 0,
    })
    expect(house.account.of('nobody').rejectedBy).toEqual({ UNKNOWN_DEVICE: 1 })
    expect(house.account.of('stray').rejectedBy).toEqual({ UNKNOWN_MODEL: 1 })
    expect(house.account.of('p2')).toMatchObject({ stored: 1, flagged: 1, rejectedBy: { NO_VALUES: 1, CLOCK_IMPLAUSIBLE: 1 } })
    expect(house.account.total().received).toBe(house.journal.end)
    expect(sumHolds(house.account.total())).toBe(true)
    expect(sink.points.size).toBe(3)
    const [newest] = house.account.rejectedFrames({ device: 'p2', limit: 10 })
    expect(newest?.reason).toBe('CLOCK_IMPLAUSIBLE')
    expect(newest?.detail).toContain('40 days ahead')
    expect(Buffer.from(newest?.payload ?? []).toString()).toContain('level')
  })

  it('keeps two different readings with one timestamp apart, whichever order their fields have', async () => {
    const sink = new MemorySink('series')
    const house = await start([sink])
    await send(house, 'p1', [{ at: T0, values: { level: 1, open: true } }])
    await send(house, 'p1', [{ at: T0, values: { open: true, level: 1 } }])
    for (let value = 0; value < 50; value++) await send(house, 'p1', level(value))
    await settled(house)
    expect(house.account.of('p1')).toMatchObject({ received: 52, stored: 51, duplicate: 1 })
    expect(sink.points.size).toBe(51)
  })

  it('flags what is out of range, ahead of time or late, and keeps the values', async () => {
    const sink = new MemorySink('series')
    const house = await start([sink])
    await send(house, 'p1', [{ at: T0, values: { level: 101 }, position: { lat: 95, lon: 121 } }])
    await send(house, 'p1', level(3, T0 + 3_600_000))
    await send(house, 'p1', level(4, T0 - 3_600_000))
    await settled(house)
    const flags = [...sink.points.values()].map(point => point.flags)
    expect(flags).toEqual([{ outOfRange: ['level', 'position'] }, { clockSuspect: true }, { historical: true }])
    expect([...sink.points.values()][0]?.position).toBeUndefined()
    expect([...sink.points.values()][0]?.values.level).toBe(101)
  })

  it('lets a sink that fails wait alone, and hands it everything later', async () => {
    const series = new MemorySink('series')
    const live = new MemorySink('live')
    series.fail = new GatewayError('SERIES_UNREACHABLE', 'down', { retryable: true })
    const house = await start([series, live])
    for (let n = 0; n < 20; n++) await send(house, 'p1', level(n, T0 + n))
    await expect.poll(() => live.points.size).toBe(20)
    expect(series.points.size).toBe(0)
    expect(house.pipeline.statuses[0]).toMatchObject({ name: 'series', state: 'retrying', problem: 'down', lagFrames: 20 })
    expect(house.account.of('p1')).toMatchObject({ received: 20, stored: 0, pending: 20 })
    series.fail = undefined
    await settled(house)
    expect(series.points.size).toBe(20)
    expect(house.account.of('p1')).toMatchObject({ stored: 20, pending: 0 })
  })

  it('passes over a batch that the store refuses for good, and counts it as rejected', async () => {
    const series = new MemorySink('series')
    series.fail = new GatewayError('SERIES_REFUSED', 'never')
    const house = await start([series])
    await send(house, 'p1', level(1))
    await settled(house)
    series.fail = undefined
    await send(house, 'p1', level(2))
    await settled(house)
    expect([...series.points.values()].map(point => point.values.level)).toEqual([2])
    expect(house.account.of('p1')).toMatchObject({ received: 2, stored: 1, rejectedBy: { STORE_REFUSED: 1 }, pending: 0 })
  })

  it('goes on after a restart with the account it had, and knows a retransmission across it', async () => {
    const series = new MemorySink('series')
    const first = await start([series])
    for (let n = 0; n < 100; n++) await send(first, 'p1', level(n, T0 + n))
    await send(first, 'p1', 'garbage')
    await settled(first)
    await first.stop()
    const second = await start([series])
    expect(second.account.of('p1')).toMatchObject({ received: 101, stored: 100, rejected: 1, pending: 0 })
    expect(second.account.rejectedFrames({ limit: 5 })).toHaveLength(1)
    await send(second, 'p1', level(99, T0 + 99))
    await settled(second)
    expect(second.account.of('p1')).toMatchObject({ received: 102, stored: 100, duplicate: 1 })
    expect(second.account.total().received).toBe(second.journal.end)
    expect(series.points.size).toBe(100)
  })

  it('counts what waits in the journal as pending after a restart', async () => {
    const series = new MemorySink('series')
    series.fail = new GatewayError('SERIES_UNREACHABLE', 'down', { retryable: true })
    const first = await start([series])
    for (let n = 0; n < 30; n++) await send(first, 'p1', level(n, T0 + n))
    await first.stop()
    const second = await start([series])
    expect(second.account.of('p1')).toMatchObject({ received: 30, stored: 0, pending: 30 })
    series.fail = undefined
    await settled(second)
    expect(second.account.of('p1')).toMatchObject({ received: 30, stored: 30, pending: 0 })
  })

  it('keeps six thousand readings of a clock that stands still apart, also when a sink that lags and a restart decode them again', async () => {
    const series = new MemorySink('series')
    const first = await start([series], 1 << 22)
    const readings = Array.from({ length: 6_000 }, (_, n) => ({ at: T0, values: { level: n / 60 } }))
    for (let n = 0; n < 6_000; n += 500) await send(first, 'p1', readings.slice(n, n + 500))
    await settled(first)
    expect(series.points.size).toBe(6_000)
    // By content alone some of these would have met: 18 of them are expected to.
    expect(first.facts.twins.size).toBeGreaterThan(4)
    await first.stop()
    await rm(join(folder, 'cursors'), { recursive: true })
    const late = new MemorySink('late')
    const second = await start([series, late], 1 << 22)
    await send(second, 'p1', readings.slice(0, 500))
    await settled(second)
    expect(series.points.size).toBe(6_000)
    expect([...late.points.keys()].sort()).toEqual([...series.points.keys()].sort())
    expect(second.account.of('p1')).toMatchObject({ received: 13, stored: 12, duplicate: 1 })
  })

  it('drops what stands twice in one frame, and stores history in full, newest first', async () => {
    const sink = new MemorySink('series')
    const house = await start([sink])
    const hours = Array.from({ length: 100 }, (_, n) => ({ at: T0 - n * 60_000, values: { level: n } }))
    await send(house, 'p1', [...hours, ...hours.slice(3, 7)])
    await settled(house)
    expect(sink.points.size).toBe(100)
    expect(sink.taken).toBe(100)
    expect([...sink.points.values()].filter(point => point.flags.historical)).toHaveLength(94)
    expect(house.account.of('p1')).toMatchObject({ received: 1, stored: 1, flagged: 1 })
  })

  it('lets old segments go once every sink has passed them', async () => {
    const slow = new MemorySink('slow')
    slow.fail = new GatewayError('SERIES_UNREACHABLE', 'down', { retryable: true })
    const house = await start([new MemorySink('series'), slow])
    for (let n = 0; n < 300; n++) await send(house, 'p1', level(n % 100, T0 + n))
    expect(house.journal.start).toBe(0)
    slow.fail = undefined
    await expect.poll(() => house.journal.start, { timeout: 10_000 }).toBeGreaterThan(200)
    expect(slow.points.size).toBe(300)
  })
})
