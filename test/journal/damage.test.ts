import { cp, readFile, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordBytes, writeRecord } from '../../gateway/journal/record.ts'
import { readRepairs } from '../../gateway/journal/repairs.ts'
import { fill, frame, isTrue, lastSegment, offsets, readAll, segments, T0, Workspace } from './workspace.ts'

const work = new Workspace()
const RECORD = recordBytes(frame(0), 20)
const HEADER = 32
const FRAMES = 6

/** A small segment as a kill would leave it, with nothing known of how far the journal had come. */
async function smallSegment(together: boolean): Promise<{ path: string; bytes: Buffer }> {
  const journal = await work.open()
  await fill(journal, 0, FRAMES, { together })
  const path = await lastSegment(work.folder)
  const bytes = (await readFile(path)).subarray(0, HEADER + FRAMES * RECORD)
  await journal.close()
  return { path, bytes }
}

/** Opens a folder that holds this one file, appends a frame, and answers what can be read and what was reported. */
async function openWith(path: string, bytes: Buffer) {
  work.folder = await work.newFolder()
  work.log.lines.length = 0
  await writeFile(join(work.folder, basename(path)), bytes)
  const journal = await work.open()
  const end = journal.end
  const frames = await readAll(journal)
  const { lostFrames = 0 } = journal.condition
  await fill(journal, end, end + 1)
  const after = await readAll(journal)
  await journal.close()
  return { end, frames, after, lostFrames, repairs: await readRepairs(work.folder), warned: work.log.lines.filter(line => line.level !== 'info').length }
}

describe('a damaged journal', () => {
  for (const together of [false, true]) {
    it(`never gives a wrong frame and always reports, whichever byte is flipped (${together ? 'one group' : 'a group a frame'})`, async () => {
      const { path, bytes } = await smallSegment(together)
      for (let at = 0; at < bytes.length; at++) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
        const { end, frames, after, lostFrames, repairs, warned } = await openWith(path, flipped)
        const hit = at < HEADER ? -1 : Math.floor((at - HEADER) / RECORD)
        const expected = Array.from({ length: FRAMES }, (_, n) => n).filter(n => n !== hit)
        expect(offsets(frames), `byte ${at}`).toEqual(expected)
        expect(frames.every(one => isTrue(one))).toBe(true)
        expect(offsets(after)).toEqual([...expected, end])
        expect(end).toBe(hit === FRAMES - 1 ? FRAMES - 1 : FRAMES)
        // What is missing is told, so that an account can be made: every offset below the end is a frame or a lost one.
        expect(frames.length + lostFrames).toBe(end)
        expect(warned).toBeGreaterThan(0)
        const last = hit === FRAMES - 1
        expect(repairs).toMatchObject([
          {
            kind: last || (together && hit >= 0) ? 'torn' : 'damaged',
            action: last ? 'cut off' : 'passed over',
            to: last ? hit : hit < 0 ? 0 : hit + 1,
            from: Math.max(hit, 0),
          },
        ])
        if (hit >= 0) expect(repairs[0]).toMatchObject({ position: HEADER + hit * RECORD, bytes: RECORD })
      }
    }, 120_000)

    it(`keeps all before a cut at any byte, and takes frames again (${together ? 'one group' : 'a group a frame'})`, async () => {
      const { path, bytes } = await smallSegment(together)
      for (let cut = 0; cut < bytes.length; cut++) {
        const { end, frames, after, lostFrames, repairs } = await openWith(path, bytes.subarray(0, cut))
        const whole = Math.max(0, Math.floor((cut - HEADER) / RECORD))
        expect(offsets(frames), `cut at ${cut}`).toEqual(Array.from({ length: whole }, (_, n) => n))
        expect(offsets(after)).toEqual(Array.from({ length: whole + 1 }, (_, n) => n))
        expect({ end, lostFrames }).toEqual({ end: whole, lostFrames: 0 })
        const torn = cut < HEADER ? cut > 0 : (cut - HEADER) % RECORD > 0
        expect(repairs.map(one => one.kind)).toEqual(torn ? ['torn'] : [])
      }
    }, 60_000)
  }

  it('tells damage of frames that were synced from a torn group, when it knows how far it had come', async () => {
    const journal = await work.open()
    await fill(journal, 0, 20)
    await journal.close()
    const path = await lastSegment(work.folder)
    await truncate(path, HEADER + 15 * RECORD + 9)
    const again = await work.open()
    // The offsets of lost frames are not given to others.
    expect(again.end).toBe(20)
    expect(again.condition).toMatchObject({ damages: 1, lostFrames: 5, state: 'normal' })
    expect(again.condition.damageAdvice).toContain('5 frames lost')
    await fill(again, 20, 30)
    expect(offsets(await readAll(again))).toEqual([...Array.from({ length: 15 }, (_, n) => n), ...Array.from({ length: 10 }, (_, n) => n + 20)])
    expect(offsets(await again.read(17))[0]).toBe(20)
    await again.close()
    // Known damage is not counted again by the next run.
    const third = await work.open()
    expect((await readAll(third)).length).toBe(25)
    expect(third.condition).toMatchObject({ damages: 1, lostFrames: 5 })
    await third.close()
    expect(await readRepairs(work.folder)).toHaveLength(1)
  })

  it('finds damage in older segments while it reads, once, whoever reads', async () => {
    const journal = await work.open({ segmentBytes: 1000 })
    await fill(journal, 0, 200)
    const files = await segments(work.folder)
    const second = files[1] ?? ''
    const bytes = await readFile(second)
    bytes.fill(0xaa, 200, 400)
    await writeFile(second, bytes)
    await truncate(files[3] ?? '', 500)
    const [one, two] = await Promise.all([readAll(journal), readAll(journal, 3)])
    expect(one.every(each => isTrue(each))).toBe(true)
    const { damages = 0, lostFrames = 0 } = journal.condition
    expect(damages).toBe(2)
    expect(one.length).toBe(200 - lostFrames)
    expect(two.length).toBe(one.length - 3)
    await journal.close()
    const again = await work.open({ segmentBytes: 1000 })
    expect((await readAll(again)).length).toBe(200 - lostFrames)
    expect(again.condition).toMatchObject({ damages: 2, lostFrames })
  })

  it('reads on behind a segment that is gone', async () => {
    const journal = await work.open({ segmentBytes: 1000 })
    await fill(journal, 0, 100)
    await journal.close()
    const files = await segments(work.folder)
    const gone = files[2] ?? ''
    work.folder = await work.newFolder()
    for (const path of files) if (path !== gone) await cp(path, join(work.folder, basename(path)))
    const again = await work.open({ segmentBytes: 1000 })
    const frames = await readAll(again)
    expect(again.condition).toMatchObject({ damages: 1, lostFrames: 100 - frames.length })
    expect(frames.length).toBeLessThan(100)
    expect((await readRepairs(work.folder))[0]).toMatchObject({ kind: 'missing', bytes: 0 })
  })

  it('takes nothing a device sent for a record, even where the record around it is damaged', async () => {
    const journal = await work.open()
    const forged = Buffer.alloc(4 * 52)
    for (const [at, offset] of [0, 3, 5, 900].entries()) writeRecord(forged, at * 52, frame(6), T0, Buffer.from('forged'), 0, 6, offset, 0)
    await fill(journal, 0, 3)
    await journal.synced(journal.append({ ...frame(3), payload: forged }))
    await fill(journal, 4, 8)
    const path = await lastSegment(work.folder)
    await journal.close()
    const bytes = await readFile(path)
    const carrier = HEADER + 3 * RECORD
    for (let at = carrier; at < carrier + 32; at++) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ 0x04
      const { frames } = await openWith(path, flipped)
      expect(
        frames.filter(one => Buffer.from(one.payload).includes('forged') && one.offset !== 3 && one.offset !== 5),
        `byte ${at}`,
      ).toEqual([])
      expect(offsets(frames).filter(offset => offset > 7)).toEqual([])
    }
  })

  it('does not take space that was made ahead for damage, and tells what it finds in it', async () => {
    const journal = await work.open()
    await fill(journal, 0, 5)
    work.folder = await work.killedCopy()
    const killed = await work.open()
    expect(killed.end).toBe(5)
    await killed.close()
    expect(await readRepairs(work.folder)).toEqual([])

    work.folder = await work.newFolder()
    const first = await work.open()
    await fill(first, 0, 5)
    work.folder = await work.killedCopy()
    const path = await lastSegment(work.folder)
    const bytes = await readFile(path)
    // A group of three whose first and last sectors never reached the disk.
    for (let n = 5; n < 8; n++) writeRecord(bytes, HEADER + n * RECORD, frame(n), T0 + n, frame(n).payload, 0, 20, n, n - 5)
    bytes.fill(0, HEADER + 5 * RECORD, HEADER + 6 * RECORD)
    bytes.fill(0, HEADER + 7 * RECORD + 40)
    await writeFile(path, bytes)
    const torn = await work.open()
    expect(torn.end).toBe(7)
    expect(offsets(await readAll(torn))).toEqual([0, 1, 2, 3, 4, 6])
    expect(torn.condition).toMatchObject({ damages: 0, lostFrames: 1 })
    await torn.close()
    expect((await readRepairs(work.folder)).map(({ kind, action, from, to }) => ({ kind, action, from, to }))).toEqual([
      { kind: 'torn', action: 'passed over', from: 5, to: 6 },
      { kind: 'torn', action: 'cut off', from: 7, to: 7 },
    ])
  })

  it('lives with a torn file of repairs and a torn note of how far it came', async () => {
    const journal = await work.open()
    await fill(journal, 0, 5)
    await journal.close()
    await writeFile(join(work.folder, 'reached.json'), '{"next":500000,"check":1}')
    await writeFile(join(work.folder, 'repairs.jsonl'), '{"foundAt":1,"kind":"dam')
    const again = await work.open()
    expect(again.end).toBe(5)
    expect(again.condition).toMatchObject({ damages: 0, lostFrames: 0 })
  })
})
