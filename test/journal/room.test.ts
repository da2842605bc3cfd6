import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pressure } from '../../gateway/journal/pressure.ts'
import { Segment, segmentName } from '../../gateway/journal/segment.ts'
import { fill, frame, offsets, readAll, segments, T0, Workspace } from './workspace.ts'

const work = new Workspace()
const HOUR = 3_600_000

describe('the budget', () => {
  it('goes normal, pressed, full, and back only with room to spare', () => {
    const pressure = new Pressure(1000)
    const steps: [number, string][] = [
      [799, 'normal'],
      [800, 'pressed'],
      [760, 'pressed'],
      [749, 'normal'],
      [900, 'pressed'],
      [1001, 'full'],
      [950, 'full'],
      [899, 'pressed'],
      [980, 'pressed'],
      [700, 'normal'],
      [2000, 'full'],
      [100, 'normal'],
    ]
    for (const [used, state] of steps) {
      pressure.update(used)
      expect(pressure.state, `${used} bytes`).toBe(state)
    }
    expect(pressure.admits(1000)).toBe(true)
    expect(pressure.admits(1001)).toBe(false)
    expect(pressure.admits(950)).toBe(false)
    pressure.update(890)
    expect(pressure.admits(950)).toBe(true)
  })

  it('never takes more than fits, and never stays full with room', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1500), { maxLength: 50 }), sizes => {
        const pressure = new Pressure(1000)
        for (const used of sizes) {
          pressure.update(used)
          expect(pressure.state === 'full').toBe(used > 1000 || (used >= 900 && pressure.state === 'full'))
          if (used < 750) expect(pressure.state).toBe('normal')
          if (pressure.admits(used)) expect(used).toBeLessThanOrEqual(1000)
        }
      }),
    )
  })

  it('is told while it presses and while it is spent, and takes frames again by itself', async () => {
    const journal = await work.open({ segmentBytes: 1000, budgetBytes: 20_000 })
    const states = new Set<string>()
    let taken = 0
    const send = async (): Promise<void> => {
      for (;;) {
        await journal.synced(journal.append(frame(taken, 500)))
        taken++
        states.add(journal.condition.state)
      }
    }
    await expect(send()).rejects.toMatchObject({ code: 'JOURNAL_FULL', retryable: true })
    expect([...states]).toEqual(['normal', 'pressed'])
    expect(journal.condition).toMatchObject({ state: 'full', advice: expect.stringContaining('budget') })
    expect(work.log.complained('% of its budget')).toBe(true)
    expect(work.log.complained('has used its budget')).toBe(true)
    // A little room is not enough: it would be full again at once.
    journal.release(2)
    await expect.poll(() => journal.condition.bytes).toBeLessThan(19_500)
    expect(journal.condition.state).toBe('full')
    expect(() => journal.append(frame(0, 500))).toThrow('budget')
    journal.release(taken)
    await expect.poll(() => journal.condition.state).toBe('normal')
    await expect(send()).rejects.toMatchObject({ code: 'JOURNAL_FULL' })
    const frames = await readAll(journal)
    expect(offsets(frames)).toEqual(Array.from({ length: taken - journal.start }, (_, n) => journal.start + n))
  })

  it('is never spent by one burst that could not be let go of again', async () => {
    const journal = await work.open({ segmentBytes: 4000, budgetBytes: 40_000 })
    for (let round = 0; round < 20; round++) {
      let last = -1
      try {
        for (let n = 0; n < 1000; n++) last = journal.append(frame(n, 200))
      } catch (error) {
        expect(error).toMatchObject({ code: 'JOURNAL_FULL', retryable: true })
      }
      if (last >= 0) await journal.synced(last)
      journal.release(journal.end)
      await expect.poll(() => journal.condition.state).toBe('normal')
    }
  })

  it('lets history go before it presses', async () => {
    const journal = await work.open({ segmentBytes: 1000, budgetBytes: 20_000, keepBytes: 18_000 })
    for (let n = 0; n < 400; n++) {
      await fill(journal, n, n + 1)
      journal.release(journal.end)
    }
    await expect.poll(() => journal.condition).toMatchObject({ state: 'normal' })
    expect(journal.condition.bytes).toBeLessThan(16_000)
    expect(journal.condition.bytes).toBeGreaterThan(12_000)
  })
})

describe('history', () => {
  it('is kept while it is within both, size and age', async () => {
    let now = T0
    const options = { segmentBytes: 1000, keepForMs: 7 * HOUR, now: () => now }
    const journal = await work.open({ ...options, keepBytes: 1 << 20 })
    for (let hour = 0; hour < 24; hour++) {
      now = T0 + hour * HOUR
      await fill(journal, hour * 30, hour * 30 + 30)
    }
    const all = journal.condition.segments
    journal.release(0)
    expect(journal.condition.segments).toBe(all)
    journal.release(journal.end)
    await expect.poll(() => journal.start).toBeGreaterThan(15 * 30)
    // Nothing younger than seven hours is gone.
    expect(journal.start).toBeLessThanOrEqual(17 * 30)
    await journal.close()

    const smaller = await work.open({ ...options, keepBytes: 3000 })
    smaller.release(smaller.end)
    await expect.poll(() => smaller.condition.bytes).toBeLessThan(5000)
    expect(smaller.condition.bytes).toBeGreaterThanOrEqual(3000)
  })

  it('of a quiet gateway goes by age too', async () => {
    let now = T0
    const journal = await work.open({ keepForMs: 7 * HOUR, keepBytes: 1 << 20, now: () => now })
    for (let hour = 0; hour < 30; hour += 2) {
      now = T0 + hour * HOUR
      await fill(journal, hour / 2, hour / 2 + 1)
    }
    journal.release(journal.end)
    await expect.poll(() => journal.start).toBeGreaterThan(8)
  })
})

describe('readers', () => {
  it('read on while the segments before and under them are let go', async () => {
    const journal = await work.open({ segmentBytes: 3000 })
    await fill(journal, 0, 5000, { together: true, size: 10 })
    for (let n = 5000; n < 5600; n += 20) await fill(journal, n, n + 20, { together: true })
    const stop = new AbortController()
    const failures: unknown[] = []
    const readers = Array.from({ length: 6 }, async (_, reader) => {
      let next = 0
      try {
        while (next < 8000) {
          await journal.whenPast(next, stop.signal)
          const frames = await journal.read(next)
          const [first] = frames
          if (!first) continue
          if (first.offset < next) throw new Error(`reader ${reader} asked for ${next} and got ${first.offset}`)
          for (const [index, one] of frames.entries()) if (one.offset !== first.offset + index) throw new Error('frames are missing')
          // Some readers are slow, and are overtaken by what is let go.
          next = first.offset + (reader % 2 === 0 ? frames.length : 1)
          if (reader === 5) await new Promise(resolve => setTimeout(resolve, 1))
        }
      } catch (error) {
        failures.push(error)
      }
    })
    for (let n = 5600; n < 8000; n += 20) {
      await fill(journal, n, n + 20, { together: true })
      journal.release(n - 100)
    }
    await Promise.all(readers)
    expect(failures).toEqual([])
    expect(journal.start).toBeGreaterThan(7000)
    expect(journal.condition.damages).toBe(0)
    expect((await segments(work.folder)).length).toBe(journal.condition.segments)
  }, 60_000)

  it('that ask from beyond the end get nothing, and wait', async () => {
    const journal = await work.open()
    await fill(journal, 0, 3)
    expect(await journal.read(500)).toEqual([])
    await expect(journal.synced(500)).rejects.toMatchObject({ code: 'JOURNAL_READ_FAILED' })
    const stop = new AbortController()
    let woken = false
    const waiting = journal.whenPast(500, stop.signal).then(() => {
      woken = true
    })
    await fill(journal, 3, 6)
    expect(woken).toBe(false)
    stop.abort()
    await waiting
  })

  it('find a place by an index that grows with the bytes and not with the frames', () => {
    const segment = new Segment({ path: '', first: 0, format: 2, begin: 32, createdAt: 0, bytes: 0 })
    const record = 40
    for (let n = 0; n < 3_000_000; n++) segment.mark(n, 32 + n * record)
    expect(segment.marks).toBeLessThanOrEqual((3_000_000 * record) / 65_536 + 1)
    for (const wanted of [0, 1, 1638, 1639, 777_777, 2_999_999]) {
      const { offset, position } = segment.placeBefore(wanted)
      expect(position).toBe(32 + offset * record)
      expect((wanted - offset) * record).toBeLessThanOrEqual(65_536 + record)
    }
  })

  it('find any frame among a million small ones', async () => {
    const journal = await work.open({ segmentBytes: 64 << 20, budgetBytes: 4e9 })
    const frames = 1_200_000
    const source = { device: 'b', channel: 't' }
    const payload = Buffer.from([1, 2, 3, 4])
    for (let n = 0; n < frames; n++) {
      journal.appendBytes(source, T0 + n, payload, 0, 4)
      if (n % 5000 === 4999) await journal.synced(n)
    }
    await journal.close()
    const again = await work.open({ segmentBytes: 64 << 20, budgetBytes: 4e9 })
    for (let n = 0; n < 200; n++) {
      const at = (n * 7_919_317) % frames
      const [first] = await again.read(at)
      expect(first).toMatchObject({ offset: at, receivedAt: T0 + at })
    }
  }, 60_000)

  it('leave alone what is no segment', async () => {
    await writeFile(join(work.folder, `${segmentName(5)}.bak`), 'x')
    await writeFile(join(work.folder, 'notes.txt'), 'x')
    const journal = await work.open()
    await fill(journal, 0, 2)
    expect(journal.condition.segments).toBe(1)
  })
})
