import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import type { Frame, JournalledFrame } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { MemoryLog } from '../support/log.ts'

let folder: string
let log: MemoryLog
const opened: FileJournal[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-journal-'))
  log = new MemoryLog()
})

afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close()
  await rm(folder, { recursive: true, force: true })
})

async function openJournal(options: { segmentBytes?: number; budgetBytes?: number; keepBytes?: number } = {}): Promise<FileJournal> {
  const journal = new FileJournal({ folder, segmentBytes: 1 << 20, budgetBytes: 1 << 30, keepBytes: 0, log, ...options })
  await journal.open()
  opened.push(journal)
  return journal
}

function frame(n: number, size = 20): Frame {
  return { device: `bus-${n % 7}`, channel: 'telemetry', receivedAt: 1_700_000_000_000 + n, payload: Buffer.alloc(size, n) }
}

async function readAll(journal: Journal, from = 0): Promise<JournalledFrame[]> {
  const frames: JournalledFrame[] = []
  for (let next = from; next < journal.end; ) {
    const some = await journal.read(next)
    const last = some.at(-1)
    if (!last) break
    frames.push(...some)
    next = last.offset + 1
  }
  return frames
}

async function lastSegment(): Promise<string> {
  const names = (await readdir(folder)).sort()
  return join(folder, names.at(-1) ?? '')
}

describe('journal', () => {
  it('gives back what was appended, in order, with every byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            device: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
            channel: fc.constantFrom('telemetry', 'modbus', 'x'),
            receivedAt: fc.integer({ min: 0, max: 4e12 }),
            payload: fc.uint8Array({ maxLength: 3000 }),
          }),
          { maxLength: 60 },
        ),
        async frames => {
          await rm(folder, { recursive: true, force: true })
          const journal = await openJournal({ segmentBytes: 8192 })
          for (const one of frames) {
            const offset = journal.append(one)
            if (one.payload.length % 3 === 0) await journal.synced(offset)
          }
          if (frames.length > 0) await journal.synced(frames.length - 1)
          const back = await readAll(journal)
          expect(back.map(({ payload, ...rest }) => ({ ...rest, payload: [...payload] }))).toEqual(
            frames.map(({ payload, ...rest }, offset) => ({ ...rest, offset, payload: [...payload] })),
          )
          await journal.close()
        },
      ),
      { numRuns: 25 },
    )
  })

  it('shows readers nothing before it is synced', async () => {
    const journal = await openJournal()
    const offset = journal.append(frame(1))
    expect(journal.end).toBe(0)
    expect(await journal.read(0)).toEqual([])
    await journal.synced(offset)
    expect(journal.end).toBe(1)
  })

  it('goes on where it ended after it was closed', async () => {
    const first = await openJournal({ segmentBytes: 500 })
    for (let n = 0; n < 100; n++) await first.synced(first.append(frame(n)))
    await first.close()
    const second = await openJournal({ segmentBytes: 500 })
    expect(second.end).toBe(100)
    expect(second.append(frame(100))).toBe(100)
    await second.synced(100)
    expect((await readAll(second)).map(one => one.receivedAt)).toEqual(Array.from({ length: 101 }, (_, n) => 1_700_000_000_000 + n))
    expect((await readAll(second, 57))[0]?.offset).toBe(57)
  })

  it('cuts a last record that is torn at any byte, says so, and keeps all before it', async () => {
    const whole = await openJournal()
    for (let n = 0; n < 3; n++) await whole.synced(whole.append(frame(n)))
    const path = await lastSegment()
    const twoRecords = (await stat(path)).size
    await whole.synced(whole.append(frame(3)))
    await whole.close()
    const bytes = await readFileBytes(path)
    for (let cut = twoRecords + 1; cut < bytes.length; cut++) {
      await writeFile(path, bytes.subarray(0, cut))
      log.lines.length = 0
      const journal = await openJournal()
      expect(journal.end).toBe(3)
      expect(log.complained('torn record')).toBe(true)
      await journal.synced(journal.append(frame(9)))
      expect((await readAll(journal)).map(one => one.offset)).toEqual([0, 1, 2, 3])
      await journal.close()
    }
  })

  it('reads on behind a damaged record and reports it', async () => {
    const journal = await openJournal()
    for (let n = 0; n < 50; n++) await journal.synced(journal.append(frame(n)))
    await journal.close()
    const path = await lastSegment()
    const size = (await stat(path)).size
    const file = await open(path, 'r+')
    await file.write(Buffer.from('damage'), 0, 6, Math.floor(size / 2))
    await file.close()
    const again = await openJournal()
    expect(again.end).toBe(50)
    expect(log.complained('damaged')).toBe(true)
    const offsets = (await readAll(again)).map(one => one.offset)
    expect(offsets.length).toBe(49)
    expect(offsets[0]).toBe(0)
    expect(offsets.at(-1)).toBe(49)
  })

  it('reads on over a damaged end of an older segment', async () => {
    const journal = await openJournal({ segmentBytes: 400 })
    for (let n = 0; n < 40; n++) await journal.synced(journal.append(frame(n)))
    await journal.close()
    const [first] = (await readdir(folder)).sort()
    const path = join(folder, first ?? '')
    await truncate(path, (await stat(path)).size - 5)
    const again = await openJournal({ segmentBytes: 400 })
    const offsets = (await readAll(again)).map(one => one.offset)
    expect(offsets.length).toBe(39)
    expect(offsets.at(-1)).toBe(39)
  })

  it('lets go of whole segments only when all before an offset was released, and keeps what it should', async () => {
    const journal = await openJournal({ segmentBytes: 500, keepBytes: 1200 })
    for (let n = 0; n < 100; n++) await journal.synced(journal.append(frame(n)))
    const before = journal.condition
    journal.release(0)
    await journal.synced(journal.append(frame(100)))
    expect(journal.condition.segments).toBe(before.segments)
    journal.release(101)
    await expect.poll(() => journal.condition.segments).toBeLessThan(6)
    expect(journal.condition.bytes).toBeGreaterThanOrEqual(1200)
    expect(journal.start).toBeGreaterThan(0)
    expect((await readAll(journal))[0]?.offset).toBe(journal.start)
  })

  it('takes no frame beyond its budget and takes them again after a release', async () => {
    const journal = await openJournal({ segmentBytes: 2000, budgetBytes: 10_000 })
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 1000; n++) await journal.synced(journal.append(frame(n, 500)))
    }
    await expect(fill()).rejects.toMatchObject({ code: 'JOURNAL_FULL', retryable: true })
    expect(journal.condition.state).toBe('full')
    expect(journal.condition.advice).toContain('budget')
    const kept = await readAll(journal)
    expect(kept.length).toBe(journal.end)
    journal.release(journal.end)
    await expect.poll(() => journal.condition.state).toBe('normal')
    await journal.synced(journal.append(frame(1)))
  })

  it('shares one sync among frames that arrive together, and tells each waiter', async () => {
    const journal = await openJournal()
    const offsets = Array.from({ length: 5000 }, (_, n) => journal.append(frame(n)))
    await Promise.all(offsets.map(offset => journal.synced(offset)))
    expect(journal.end).toBe(5000)
  })

  it('wakes readers that wait for more', async () => {
    const journal = await openJournal()
    const stop = new AbortController()
    const more = journal.whenPast(0, stop.signal)
    await journal.synced(journal.append(frame(0)))
    await more
    const never = journal.whenPast(1, stop.signal)
    stop.abort()
    await never
  })

  it('refuses a folder that cannot be used, and says what to do', async () => {
    const path = join(folder, 'a-file')
    await writeFile(path, 'x')
    const journal = new FileJournal({ folder: join(path, 'journal'), segmentBytes: 1000, budgetBytes: 10_000, keepBytes: 0, log })
    await expect(journal.open()).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' })
  })

  it('takes nothing after it was closed', async () => {
    const journal = await openJournal()
    journal.append(frame(0))
    await journal.close()
    expect(journal.end).toBe(1)
    expect(() => journal.append(frame(1))).toThrow('stopping')
  })
})

async function readFileBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}
