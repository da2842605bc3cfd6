import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import { fill, frame, readAll, Workspace } from './workspace.ts'

const work = new Workspace()

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
          await rm(work.folder, { recursive: true, force: true })
          const journal = await work.open({ segmentBytes: 8192 })
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
    const journal = await work.open()
    const offset = journal.append(frame(1))
    expect(journal.end).toBe(0)
    expect(await journal.read(0)).toEqual([])
    await journal.synced(offset)
    expect(journal.end).toBe(1)
  })

  it('goes on where it ended after it was closed', async () => {
    const first = await work.open({ segmentBytes: 500 })
    await fill(first, 0, 100)
    await first.close()
    const second = await work.open({ segmentBytes: 500 })
    expect(second.end).toBe(100)
    expect(second.append(frame(100))).toBe(100)
    await second.synced(100)
    expect((await readAll(second)).map(one => one.receivedAt)).toEqual(Array.from({ length: 101 }, (_, n) => 1_700_000_000_000 + n))
    expect((await readAll(second, 57))[0]?.offset).toBe(57)
  })

  it('lets go of whole segments only when all before an offset was released, and keeps what it should', async () => {
    const journal = await work.open({ segmentBytes: 500, keepBytes: 1200 })
    await fill(journal, 0, 100)
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
    const journal = await work.open({ segmentBytes: 2000, budgetBytes: 10_000 })
    await expect(fill(journal, 0, 1000, { size: 500 })).rejects.toMatchObject({ code: 'JOURNAL_FULL', retryable: true })
    expect(journal.condition.state).toBe('full')
    expect(journal.condition.advice).toContain('budget')
    const kept = await readAll(journal)
    expect(kept.length).toBe(journal.end)
    journal.release(journal.end)
    await expect.poll(() => journal.condition.state).toBe('normal')
    await journal.synced(journal.append(frame(1)))
  })

  it('shares one sync among frames that arrive together, and tells each waiter', async () => {
    const journal = await work.open()
    const offsets = Array.from({ length: 5000 }, (_, n) => journal.append(frame(n)))
    await Promise.all(offsets.map(offset => journal.synced(offset)))
    expect(journal.end).toBe(5000)
  })

  it('wakes readers that wait for more', async () => {
    const journal = await work.open()
    const stop = new AbortController()
    const more = journal.whenPast(0, stop.signal)
    await journal.synced(journal.append(frame(0)))
    await more
    const never = journal.whenPast(1, stop.signal)
    stop.abort()
    await never
  })

  it('refuses a folder that cannot be used, and says what to do', async () => {
    const path = join(work.folder, 'a-file')
    await writeFile(path, 'x')
    const journal = new FileJournal({ folder: join(path, 'journal'), segmentBytes: 1000, budgetBytes: 10_000, keepBytes: 0, log: work.log })
    await expect(journal.open()).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' })
  })

  it('takes nothing after it was closed', async () => {
    const journal = await work.open()
    journal.append(frame(0))
    await journal.close()
    expect(journal.end).toBe(1)
    expect(() => journal.append(frame(1))).toThrow('stopping')
  })
})
