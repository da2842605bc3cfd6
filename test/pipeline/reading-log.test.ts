import { describe, expect, it } from 'vitest'
import type { JournalledFrame, JournalOffset } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { clockRules } from '../../gateway/pipeline/clock-rules.ts'
import type { Reader } from '../../gateway/pipeline/company.ts'
import { FrameDecoder } from '../../gateway/pipeline/frame-decoder.ts'
import { ReadingLog } from '../../gateway/pipeline/reading-log.ts'
import { catalogue, directoryOf } from './city.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')
const FRAMES = 120_000
const DEVICES = 20
const directory = directoryOf(Array.from({ length: DEVICES }, (_, n) => ({ id: `p${n}`, org: 'o', model: 'probe-1' })))

/** Every seventh frame says what the same device said some time before. */
function frameAt(offset: number): JournalledFrame {
  const said = offset % 7 === 3 ? Math.max(offset % DEVICES, offset - DEVICES * 40) : offset
  const payload = Buffer.from(`[{"at":${T0 + said},"values":{"level":${said % 100}}}]`)
  return { offset, device: `p${said % DEVICES}`, channel: 'test', receivedAt: T0 + offset, payload }
}

/** A mock of the journal that makes its frames as they are read, and counts them. */
class MadeUp implements Pick<Journal, 'start' | 'end' | 'read'> {
  readonly start = 0
  end = FRAMES
  frames = 0

  async read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    const list = Array.from({ length: Math.min(1_000, this.end - from) }, (_, n) => frameAt(from + n))
    this.frames += list.length
    return list
  }
}

async function verdicts(log: ReadingLog, from: JournalOffset, to: JournalOffset, enough: number): Promise<string> {
  const all: string[] = []
  for (let next = from; next < to; ) {
    const taken = await log.from(next, enough)
    for (const outcome of taken.outcomes) all.push(outcome.verdict[0] ?? '')
    next = taken.next
  }
  return all.slice(0, to - from).join('')
}

describe('the journal, decoded', () => {
  it('says the same of every frame to a sink that is far behind, whatever the size of its batches, and decodes it not much more than once', async () => {
    const journal = new MadeUp()
    const made = (): FrameDecoder => new FrameDecoder({ directory, catalogue, clock: clockRules(400) })
    const log = new ReadingLog(journal as unknown as Journal, made(), 0, { freshDecoder: made, rememberedFrames: 10_000 })
    const head = await verdicts(log, 0, FRAMES, 5_000)
    expect(head.match(/d/g)?.length).toBeGreaterThan(FRAMES / 8)
    const before = journal.frames
    const behind = await Promise.all([verdicts(log, 0, 12_000, 5_000), verdicts(log, 5_000, 12_000, 333), verdicts(log, 2_500, 12_000, 50)])
    expect(behind[0]).toBe(head.slice(0, 12_000))
    expect(behind[1]).toBe(head.slice(5_000, 12_000))
    expect(behind[2]).toBe(head.slice(2_500, 12_000))
    expect(journal.frames - before).toBeLessThan(3 * 12_000 + 3 * 10_000)
    // What comes next is judged as if nobody had looked back.
    journal.end += 2_000
    expect((await verdicts(log, FRAMES, FRAMES + 2_000, 5_000)).match(/d/g)?.length).toBe([...Array(2_000).keys()].filter(n => (FRAMES + n) % 7 === 3).length)
  })

  it('decodes once for a reader that comes a little later in each round, and once more for one that stays away', async () => {
    const journal = new MadeUp()
    const made = (): FrameDecoder => new FrameDecoder({ directory, catalogue, clock: clockRules(400) })
    const log = new ReadingLog(journal as unknown as Journal, made(), 0, { freshDecoder: made, rememberedFrames: 10_000 })
    const ahead: Reader = {}
    const behind: Reader = {}
    const walk = async (reader: Reader, to: number, pause: () => Promise<void>): Promise<void> => {
      for (let next = 0; next < to; ) {
        next = (await log.from(next, 5_000, reader)).next
        await pause()
      }
    }
    // The one ahead has nothing to do with what it takes; the other one gives way to everybody between two batches.
    await Promise.all([
      walk(ahead, 100_000, () => Promise.resolve()),
      walk(behind, 100_000, async () => {
        for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
      }),
    ])
    expect(journal.frames).toBeLessThan(100_000 + 30_000)
    // A reader that takes its first batch and never comes back does not hold the other.
    await log.from(100_000, 1_000, behind)
    await walk(ahead, FRAMES, () => Promise.resolve())
    expect(journal.frames).toBeGreaterThanOrEqual(FRAMES)
  })
})
