import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followDirectory } from '../../gateway/live/follow-directory.ts'
import { LiveStates } from '../../gateway/live/live-states.ts'
import { busReading, MockDirectory, memoryLog, NOON } from './fakes.ts'

const SECOND = 1_000

let folder = ''
let running: LiveStates[] = []
const log = memoryLog()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-live-'))
  running = []
  log.lines.length = 0
})

afterEach(async () => {
  for (const live of running) await live.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function open(file = join(folder, 'live.db')): Promise<LiveStates> {
  const live = new LiveStates({ file, log })
  await live.start()
  running.push(live)
  return live
}

async function close(live: LiveStates): Promise<void> {
  running = running.filter(other => other !== live)
  await live.stop()
}

describe('what is newest', () => {
  it('merges field by field, each with its own time', async () => {
    const live = await open()
    await live.take([busReading({ values: { speed: 30, doorOpen: false } }), busReading({ at: NOON + SECOND, origin: 1, values: { speed: 31 } })])
    expect(live.get('bus-1')).toMatchObject({
      at: NOON + SECOND,
      receivedAt: NOON + SECOND + 500,
      values: { speed: { value: 31, at: NOON + SECOND }, doorOpen: { value: false, at: NOON } },
    })
  })

  it('keeps what the device says of each value with it, over readings of other fields and a restart, until the value comes as measured', async () => {
    const live = await open()
    await live.take([busReading({ values: { speed: 30, heading: 5 }, flags: { quality: { speed: 'fault' } } })])
    await live.take([busReading({ at: NOON + SECOND, origin: 1, values: { occupancy: 3 } })])
    expect(live.get('bus-1')?.values.speed).toEqual({ value: 30, at: NOON, quality: 'fault' })
    expect(live.get('bus-1')?.values.heading).toEqual({ value: 5, at: NOON })
    await close(live)
    const again = await open()
    expect(again.get('bus-1')?.values.speed).toEqual({ value: 30, at: NOON, quality: 'fault' })
    // What is late says nothing of the value that is shown.
    await again.take([busReading({ at: NOON - SECOND, origin: 2, values: { speed: 29 } })])
    expect(again.get('bus-1')?.values.speed).toMatchObject({ quality: 'fault' })
    await again.take([busReading({ at: NOON + 2 * SECOND, origin: 3, values: { speed: 31 } })])
    expect(again.get('bus-1')?.values.speed).toEqual({ value: 31, at: NOON + 2 * SECOND })
  })

  it('takes from a late reading only what is missing or older, and never moves back', async () => {
    const live = await open()
    await live.take([busReading({ at: NOON, values: { speed: 30 }, position: { lat: 31.2, lon: 121.5 } })])
    const late = busReading({
      at: NOON - 3_600 * SECOND,
      receivedAt: NOON + SECOND,
      origin: 1,
      values: { speed: 99, occupancy: 12 },
      position: { lat: 1, lon: 1 },
      flags: { historical: true },
    })
    await live.take([late])
    expect(live.get('bus-1')).toMatchObject({
      at: NOON,
      flags: {},
      position: { lat: 31.2, lon: 121.5 },
      values: { speed: { value: 30, at: NOON }, occupancy: { value: 12, at: NOON - 3_600 * SECOND } },
    })
  })

  it('keeps the position of the newest reading that had one', async () => {
    const live = await open()
    await live.take([busReading({ position: { lat: 31.2, lon: 121.5 } }), busReading({ at: NOON + SECOND, origin: 1 })])
    expect(live.get('bus-1')?.position).toEqual({ lat: 31.2, lon: 121.5 })
  })

  it('settles readings of one time by their place in the journal', async () => {
    const live = await open()
    await live.take([busReading({ origin: 8, values: { speed: 8 } }), busReading({ origin: 7, values: { speed: 7 } })])
    expect(live.get('bus-1')?.values.speed?.value).toBe(8)
  })

  it('is not pinned to the future by a clock that runs ahead', async () => {
    const live = await open()
    const ahead = busReading({ at: NOON + 365 * 86_400 * SECOND, receivedAt: NOON, values: { speed: 1 }, flags: { clockSuspect: true } })
    await live.take([ahead])
    expect(live.get('bus-1')).toMatchObject({ at: NOON, flags: { clockSuspect: true }, values: { speed: { value: 1, at: NOON } } })
    await live.take([busReading({ at: NOON + 2 * SECOND, origin: 1, values: { speed: 2 } })])
    expect(live.get('bus-1')).toMatchObject({ at: NOON + 2 * SECOND, flags: {}, values: { speed: { value: 2 } } })
  })

  it('goes on with a device whose clock fell back, once that is known, and does not go back when it is set right', async () => {
    const live = await open()
    await live.take([busReading({ at: NOON, values: { speed: 1 } })])
    const month = 30 * 86_400 * SECOND
    const lost = { receivedAt: NOON + 5 * SECOND, at: NOON + 5 * SECOND - month }
    await live.take([busReading({ ...lost, origin: 1, values: { speed: 2 }, flags: { historical: true } })])
    expect(live.get('bus-1')?.values.speed?.value).toBe(1)
    await live.take([busReading({ ...lost, origin: 2, likelyAt: NOON + 5 * SECOND, values: { speed: 3 }, flags: { clockSuspect: true } })])
    expect(live.get('bus-1')).toMatchObject({ at: NOON + 5 * SECOND, flags: { clockSuspect: true }, values: { speed: { value: 3, at: NOON + 5 * SECOND } } })
    await live.take([busReading({ ...lost, origin: 3, likelyAt: NOON - SECOND, values: { speed: 4 }, flags: { historical: true, clockSuspect: true } })])
    expect(live.get('bus-1')?.values.speed?.value).toBe(3)
    await live.take([busReading({ at: NOON + 6 * SECOND, receivedAt: NOON + 7 * SECOND, origin: 4, values: { speed: 5 } })])
    expect(live.get('bus-1')).toMatchObject({ at: NOON + 6 * SECOND, flags: {}, values: { speed: { value: 5 } } })
  })

  it('lets a clock that was a little ahead be set right, and shows its time as it was sent', async () => {
    const live = await open()
    await live.take([busReading({ at: NOON + 40 * SECOND, receivedAt: NOON, values: { speed: 1 } })])
    expect(live.get('bus-1')?.at).toBe(NOON + 40 * SECOND)
    await live.take([busReading({ at: NOON + SECOND, receivedAt: NOON + SECOND, origin: 1, values: { speed: 2 } })])
    expect(live.get('bus-1')?.values.speed).toEqual({ value: 2, at: NOON + SECOND })
  })
})

describe('revisions', () => {
  it('grow with every change and with nothing else', async () => {
    const live = await open()
    const batch = [busReading(), busReading({ device: 'bus-2' }), busReading({ at: NOON + SECOND, origin: 1 })]
    await live.take(batch)
    const { revision } = live
    expect([...live.all()].map(state => state.revision)).toEqual([revision, revision - 1])
    await live.take(batch)
    await live.take(batch.slice(0, 1))
    expect(live.revision).toBe(revision)
    expect(live.forget('bus-2')).toBe(true)
    expect(live.revision).toBe(revision + 1)
    expect(live.forget('bus-2')).toBe(false)
  })

  it('never come again after a restart, not even when nothing was flushed', async () => {
    const first = await open()
    await first.take([busReading()])
    const given = first.revision
    // A second one on the same file stands for the process that starts after a crash: the first has not flushed.
    const second = await open()
    expect(second.get('bus-1')).toBeUndefined()
    expect(second.revision).toBeGreaterThan(given)
  })

  it('come with states that do not change once handed out', async () => {
    const live = await open()
    await live.take([busReading()])
    const held = live.get('bus-1')
    const copy = structuredClone(held)
    await live.take([busReading({ at: NOON + SECOND, origin: 1, values: { speed: 77 } })])
    expect(held).toEqual(copy)
  })
})

describe('the file', () => {
  it('brings back everything, exactly, and the place of each value in the order', async () => {
    const live = await open()
    await live.take([
      busReading({ values: { speed: 30.5, doorOpen: true, route: '公交 01 "路"' }, position: { lat: 31.234567, lon: 121.5 }, origin: 5 }),
      busReading({ at: NOON + SECOND, origin: 6, sub: 3, values: { speed: 31 }, flags: { outOfRange: ['speed'] } }),
      busReading({ device: 'bus-2', flags: { historical: true } }),
    ])
    const before = [...live.all()]
    await close(live)
    const again = await open()
    expect([...again.all()]).toEqual(before)
    expect(again.startedEmpty).toBe(false)
    const { revision } = again
    await again.take([busReading({ at: NOON + SECOND, origin: 6, sub: 3, values: { speed: 32 } }), busReading({ origin: 4, values: { route: 'older' } })])
    expect(again.revision).toBe(revision)
  })

  it('holds what was flushed, without a stop', async () => {
    const live = await open()
    await live.take([busReading()])
    await live.flush()
    await live.take([busReading({ device: 'bus-2' })])
    expect([...(await open()).all()].map(state => state.device)).toEqual(['bus-1'])
  })

  it('lets go of forgotten devices, also of one that is forgotten while it is written', async () => {
    const live = await open()
    await live.take(Array.from({ length: 1_000 }, (_, index) => busReading({ device: `bus-${index}` })))
    const writing = live.flush()
    await new Promise(resolve => setImmediate(resolve))
    live.forget('bus-999')
    await writing
    await close(live)
    const again = await open()
    expect(again.size).toBe(999)
    expect(again.get('bus-999')).toBeUndefined()
  })

  it('that is no database is put aside, and the states start empty', async () => {
    const file = join(folder, 'live.db')
    writeFileSync(file, 'this is no database, but long enough to be taken for one '.repeat(100))
    const live = await open()
    expect(live.startedEmpty).toBe(true)
    expect(readdirSync(folder)).toContain('live.db.damaged-1')
    expect(log.lines.some(line => line.startsWith('error: The file of last known states is damaged'))).toBe(true)
    await live.take([busReading()])
    await close(live)
    expect((await open()).size).toBe(1)
  })

  it('that is a database but torn inside is put aside too', async () => {
    const live = await open()
    await live.take(Array.from({ length: 500 }, (_, index) => busReading({ device: `bus-${index}` })))
    await close(live)
    const file = join(folder, 'live.db')
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 8_192, 40_000)
    writeFileSync(file, bytes)
    const again = await open()
    expect(again.startedEmpty).toBe(true)
    expect(existsSync(`${file}.damaged-1`)).toBe(true)
  })

  it('of another layout is put aside too', async () => {
    await close(await open())
    const db = new DatabaseSync(join(folder, 'live.db'))
    db.exec('PRAGMA user_version = 99')
    db.close()
    expect((await open()).startedEmpty).toBe(true)
  })

  it('that is damaged while the gateway runs is written anew from memory', async () => {
    const file = join(folder, 'live.db')
    await close(await open())
    const live = await open()
    await live.take(Array.from({ length: 2_000 }, (_, index) => busReading({ device: `bus-${index}` })))
    await live.flush()
    const other = new DatabaseSync(file)
    other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    other.close()
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 4_096)
    writeFileSync(file, bytes)
    await live.take([busReading({ device: 'bus-7', at: NOON + SECOND, origin: 1 }), busReading({ device: 'new' })])
    await live.flush()
    expect(readdirSync(folder)).toContain('live.db.damaged-1')
    expect((await open()).size).toBe(2_001)
  })

  it('in a folder that does not exist is an error that says what to do', async () => {
    const live = new LiveStates({ file: join(folder, 'nowhere', 'live.db'), log })
    await expect(live.start()).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE', message: expect.stringContaining('Check that its folder exists') })
  })

  it('that can not be written keeps what is to be written for the next flush', async () => {
    const live = await open()
    await live.take([busReading()])
    const other = new DatabaseSync(join(folder, 'live.db'))
    other.exec('BEGIN IMMEDIATE')
    await expect(live.flush()).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE', retryable: true })
    other.exec('ROLLBACK')
    other.close()
    await close(live)
    expect((await open()).size).toBe(1)
  })
})

it('forgets what the directory no longer has, at once and after each change', async () => {
  const live = await open()
  await live.take([busReading(), busReading({ device: 'bus-2' }), busReading({ device: 'bus-3' })])
  const directory = new MockDirectory()
  for (const id of ['bus-1', 'bus-2']) directory.put({ id, org: 'pudong-bus', model: 'citygate-bus-unit' })
  const stop = followDirectory(live, directory)
  expect([...live.all()].map(state => state.device)).toEqual(['bus-1', 'bus-2'])
  directory.remove('bus-1')
  expect(live.get('bus-1')).toBeUndefined()
  stop()
  directory.remove('bus-2')
  expect(live.get('bus-2')).toBeDefined()
})
