import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Kind } from '../../gateway/model/kind.ts'
import type { AggregateFunction } from '../../gateway/model/series.ts'
import { writeProblem } from '../../gateway/series/sqlite-problem.ts'
import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { bucketOracle, differences } from './bucket-oracle.ts'
import { bus, DAY_MS, keptLog, kinds, never, reading, T0 } from './town.ts'

let folder: string
let file: string
let opened: SqliteSeries[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-sqlite-'))
  file = join(folder, 'series.db')
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.stop()
  rmSync(folder, { recursive: true })
})

/** Lets others have their turn whenever it is asked. */
const restless = { spent: true, rest: () => new Promise<void>(resolve => setImmediate(resolve)) }

async function open(
  options: { readonly kinds?: readonly Kind[]; readonly retentionDays?: number; readonly now?: () => number; readonly file?: string } = {},
): Promise<SqliteSeries> {
  const store = new SqliteSeries({ file, kinds, retentionDays: 0, log: keptLog(), pace: restless, ...options })
  opened.push(store)
  await store.start()
  return store
}

const whole = { kind: 'bus', from: -9e12, to: 9e12, limit: 100_000 }

describe('reading many rows', () => {
  test('gives the same buckets though they are cut into slices, also before 1970', async () => {
    const store = await open()
    // Twelve thousand rows are three slices; among them six thousand of one millisecond, which no slice can cut.
    const readings = Array.from({ length: 12_000 }, (_, index) =>
      reading({
        device: 'd',
        at: index < 6_000 ? -5_000_000 + index * 1_000 : 1_234_567,
        sub: index,
        values: { ...(index % 3 === 0 && { speed: index }), heading: index % 300, doorOpen: index % 2 === 0, ...(index === 7_000 && { route: 'x' }) },
      }),
    )
    await store.write(readings, never)
    const fields = ['speed', 'heading', 'doorOpen', 'route']
    const functions: readonly AggregateFunction[] = ['mean', 'min', 'max', 'sum', 'first', 'last', 'count']
    for (const fn of functions) {
      for (const everyMs of [999_983, 1e9]) {
        for (const newestFirst of [false, true]) {
          const rows = await store.read({ ...whole, device: 'd', fields, bucket: { everyMs, originMs: 17, fn }, newestFirst })
          expect(differences(rows, bucketOracle(readings, { everyMs, originMs: 17, fn }, fields))).toEqual([])
        }
      }
    }
    expect((await store.read({ ...whole, device: 'd', newestFirst: true })).length).toBe(12_000)
  })

  test('lets the event loop turn', async () => {
    const store = await open()
    await store.write(
      Array.from({ length: 60_000 }, (_, index) => reading({ device: 'd', at: T0 + index, values: { speed: index } })),
      never,
    )
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    expect((await store.read({ ...whole, device: 'd' })).length).toBe(60_000)
    const during = turns
    await store.read({ ...whole, device: 'd', bucket: { everyMs: 1e12, fn: 'mean' } })
    clearInterval(timer)
    expect(during).toBeGreaterThanOrEqual(6)
    expect(turns - during).toBeGreaterThanOrEqual(6)
  })
})

describe('the file', () => {
  test('is read again after a stop, and a kind that gained a field gains a column', async () => {
    const before = await open()
    await before.write([reading({ device: 'd', values: { speed: 1 } })], never)
    await before.stop()
    const grown: Kind = { ...bus, fields: { ...bus.fields, tyrePressure: { title: bus.title } } }
    const after = await open({ kinds: [grown] })
    await after.write([reading({ device: 'd', at: T0 + 1, values: { speed: 2, tyrePressure: 8.5 } })], never)
    expect(await after.read({ ...whole, device: 'd' })).toEqual([
      { at: T0, values: { speed: 1 } },
      { at: T0 + 1, values: { speed: 2, tyrePressure: 8.5 } },
    ])
  })

  test('holds every batch that was reported written when the writer is killed', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sqlite-killed-writer.ts'), file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    let reported = -1
    for await (const line of createInterface({ input: child.stdout })) {
      reported = Number(line)
      if (reported === 20) child.kill('SIGKILL')
    }
    await ended
    expect(child.signalCode).toBe('SIGKILL')
    const store = await open()
    const counts = new Map<unknown, number>()
    for (let device = 0; device < 50; device++) {
      for (const row of await store.read({ ...whole, device: `device-${device}` })) counts.set(row.values.speed, (counts.get(row.values.speed) ?? 0) + 1)
    }
    expect(reported).toBeGreaterThanOrEqual(20)
    for (let batch = 0; batch <= reported; batch++) expect(counts.get(batch)).toBe(500)
    // One more may have been written and not yet reported; half of one may not be there.
    expect([...counts.values()].every(count => count === 500)).toBe(true)
  })

  test.each([
    ['in a folder that cannot be written', '/sys/citygate/series.db', 'DATA_FOLDER_UNUSABLE', /check that its folder exists and belongs to this user/],
    ['that is no SQLite file', undefined, 'DATA_FOLDER_UNUSABLE', /damaged or no SQLite file; move it away/],
  ])('%s says so', async (_, elsewhere, code, message) => {
    if (elsewhere === undefined) writeFileSync(file, 'not a database, but long enough to look like a damaged one '.repeat(100))
    await expect(open(elsewhere === undefined ? {} : { file: elsewhere })).rejects.toMatchObject({
      code,
      retryable: false,
      message: expect.stringMatching(message),
    })
  })

  test('of a newer gateway is left alone', async () => {
    await (await open()).stop()
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 99')
    db.close()
    await expect(open()).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE', message: expect.stringMatching(/newer Citygate/) })
  })

  test('takes no kind it could not keep', async () => {
    const title = bus.title
    const odd: Kind = { ...bus, fields: { 'a b': { title }, flags: { title }, Speed: { title }, speed: { title } } }
    await expect(open({ kinds: [odd] })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/bus\.a b: .*bus\.flags: .*bus\.speed: the name is taken/),
    })
  })
})

describe('a batch', () => {
  test('that finds the file locked is retryable, and is written whole afterwards', async () => {
    const store = await open()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const batch = [reading({ device: 'new', values: { speed: 1 } })]
    await expect(store.write(batch, never)).rejects.toMatchObject({
      code: 'SERIES_WRITE_FAILED',
      retryable: true,
      message: expect.stringMatching(/another program holds it locked/),
    })
    other.exec('ROLLBACK')
    other.close()
    await store.write(batch, never)
    expect(await store.read({ ...whole, device: 'new' })).toEqual([{ at: T0, values: { speed: 1 } }])
  })

  test('that is given up midway leaves nothing, and its devices can be written later', async () => {
    const store = await open()
    const batch = Array.from({ length: 3_000 }, (_, index) => reading({ device: `d${index % 3}`, at: T0 + index, values: { speed: index } }))
    const controller = new AbortController()
    const writing = store.write(batch, controller.signal)
    setImmediate(() => controller.abort())
    await expect(writing).rejects.toMatchObject({ code: 'STOPPED', retryable: true })
    expect(await store.read({ ...whole, device: 'd0' })).toEqual([])
    await store.write(batch, never)
    expect((await store.read({ ...whole, device: 'd0' })).length).toBe(1_000)
  })

  test('is not seen before it is whole, and batches do not mix', async () => {
    const store = await open()
    const batch = (first: number): Promise<void> =>
      store.write(
        Array.from({ length: 5_000 }, (_, index) => reading({ device: 'd', at: T0 + first + index, values: { speed: 1 } })),
        never,
      )
    const writing = Promise.all([batch(0), batch(5_000), batch(10_000)])
    const seen = new Set<number>()
    let done = false
    const finished = writing.then(() => {
      done = true
    })
    while (!done) {
      seen.add((await store.read({ ...whole, device: 'd', limit: 20_000 })).length)
      await eventLoopTurn()
    }
    await finished
    seen.add((await store.read({ ...whole, device: 'd', limit: 20_000 })).length)
    expect([...seen].every(count => count % 5_000 === 0)).toBe(true)
    expect(seen.has(15_000)).toBe(true)
  })

  test('that does not fit on the disk is retryable', () => {
    const db = new DatabaseSync(file)
    db.exec('PRAGMA max_page_count = 4; CREATE TABLE t (x)')
    const fill = (): void => {
      db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run()
    }
    let error: unknown
    try {
      fill()
    } catch (caught) {
      error = caught
    }
    db.close()
    expect(writeProblem(error, file)).toMatchObject({
      code: 'SERIES_WRITE_FAILED',
      retryable: true,
      message: expect.stringMatching(/disk is full; free some space or shorten the retention/),
    })
  })

  test('is refused, to be tried again, when the store is not open', async () => {
    const store = new SqliteSeries({ file, kinds, retentionDays: 0, log: keptLog() })
    await expect(store.write([reading({ device: 'd' })], never)).rejects.toMatchObject({ code: 'SERIES_UNREACHABLE', retryable: true })
    await expect(store.read({ ...whole, device: 'd' })).rejects.toMatchObject({ code: 'SERIES_UNREACHABLE' })
    await expect(store.ping()).rejects.toMatchObject({ code: 'SERIES_UNREACHABLE' })
  })
})

test('retention deletes what is older, of every device and kind, while batches are written', async () => {
  let now = T0
  const store = await open({ retentionDays: 10, now: () => now })
  const old = (device: string, kind: string, field: string): Promise<void> =>
    store.write(
      Array.from({ length: 2_500 }, (_, index) => reading({ device, kind, at: T0 + index, values: { [field]: index } })),
      never,
    )
  await Promise.all([old('a', 'bus', 'speed'), old('b', 'bus', 'speed'), old('a', 'electricity-meter', 'voltageL1')])
  now = T0 + 10 * DAY_MS + 2_000
  const expiring = store.expire()
  await store.write([reading({ device: 'a', at: now, values: { speed: 1 } })], never)
  expect(await expiring).toBe(6_000)
  expect((await store.read({ ...whole, device: 'b' }))[0]).toEqual({ at: T0 + 2_000, values: { speed: 2_000 } })
  expect((await store.read({ ...whole, device: 'a' })).length).toBe(501)
  expect((await store.read({ ...whole, kind: 'electricity-meter', device: 'a' })).length).toBe(500)
})
