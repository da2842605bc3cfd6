import { open, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordBytes } from '../../gateway/journal/record.ts'
import { readRepairs } from '../../gateway/journal/repairs.ts'
import { segmentFirst } from '../../gateway/journal/segment.ts'
import { fill, frame, isTrue, lastSegment, readAll, segments, Workspace } from './workspace.ts'

const work = new Workspace()
const HEADER = 32
const SIZE = 90
const RECORD = recordBytes(frame(0), SIZE)
const SECTOR = 512

/** What a disk may hold behind the last byte that it promised to have: a loss for each, none of them a lie. */
const losses: Readonly<Record<string, (unsynced: Buffer, random: () => number) => Buffer>> = {
  nothing: () => Buffer.alloc(0),
  zeros: unsynced => Buffer.alloc(unsynced.length),
  'a part': (unsynced, random) => unsynced.subarray(0, Math.floor(random() * unsynced.length)),
  'some sectors and not others': (unsynced, random) => {
    const kept = Buffer.from(unsynced)
    for (let at = 0; at < kept.length; at += SECTOR) if (random() < 0.5) kept.fill(0, at, Math.min(kept.length, at + SECTOR))
    return kept
  },
  garbage: (unsynced, random) => Buffer.from(Uint8Array.from({ length: Math.min(unsynced.length, 5000) }, () => Math.floor(random() * 256))),
}

/** Applies a loss to every byte behind the frames before `synced`, space made ahead included. Only the last segment can have any: the one behind another is begun after its last sync. */
async function lose(folder: string, synced: number, loss: (typeof losses)[string], random: () => number): Promise<void> {
  const path = await lastSegment(folder)
  const first = segmentFirst(basename(path)) ?? 0
  const bytes = await readFile(path)
  // The header is synced before the first record is written.
  const kept = Math.min(bytes.length, HEADER + Math.max(0, synced - first) * RECORD)
  await writeFile(path, Buffer.concat([bytes.subarray(0, kept), loss(bytes.subarray(kept), random)]))
}

/** Mulberry32: the same numbers in each run. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('a power cut', () => {
  for (const [name, loss] of Object.entries(losses)) {
    it(`that leaves ${name} of what was not synced loses no synced frame and invents none`, async () => {
      const random = randomOf(name.length)
      const options = { segmentBytes: 20_000 }
      for (let round = 0; round < 12; round++) {
        const journal = await work.open(options)
        const begun = journal.end
        let synced = begun
        // Groups of any size, and a cut in the middle of one.
        for (let group = 0; group < 10; group++) {
          const next = synced + 1 + Math.floor(random() * 60)
          await fill(journal, synced, next, { size: SIZE, together: true })
          synced = next
        }
        for (let n = synced; n < synced + 40; n++) journal.append(frame(n, SIZE))
        const cut = await work.killedCopy()
        await journal.close()
        await lose(cut, synced, loss, random)
        work.folder = cut
        const again = await work.open(options)
        const frames = await readAll(again)
        expect(frames.every(one => isTrue(one, SIZE))).toBe(true)
        const { lostFrames = 0, damages } = again.condition
        expect(damages).toBe(0)
        expect(frames.filter(one => one.offset < synced).length + lostFrames).toBeGreaterThanOrEqual(synced)
        for (const [index, one] of frames.entries()) if (index < synced - lostFrames && lostFrames === 0) expect(one.offset).toBe(index)
        expect(frames.length + lostFrames).toBe(again.end)
        expect(again.end).toBeGreaterThanOrEqual(synced)
        expect((await readRepairs(cut)).every(repair => repair.kind === 'torn')).toBe(true)
        await again.close()
      }
    }, 60_000)
  }

  it('after the disk had promised more than it kept is told as damage', async () => {
    const journal = await work.open()
    await fill(journal, 0, 50, { size: SIZE })
    await journal.close()
    const [path = ''] = await segments(work.folder)
    const file = await open(path, 'r+')
    await file.truncate(HEADER + 40 * RECORD)
    await file.close()
    const again = await work.open()
    expect(again.condition).toMatchObject({ damages: 1, lostFrames: 10 })
    expect(again.end).toBe(50)
    expect((await readRepairs(work.folder))[0]).toMatchObject({ kind: 'missing', from: 40, to: 50 })
  })
})
