import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RejectReason } from '../../gateway/model/decoded.ts'
import type { JournalledFrame, JournalOffset } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { FrameAccount } from '../../gateway/pipeline/account-book.ts'
import type { Outcome } from '../../gateway/pipeline/outcome.ts'
import { accountProblems } from '../support/account.ts'

let folder: string
let book: FrameAccount

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-account-'))
  book = new FrameAccount(join(folder, 'account.db'))
})

afterEach(async () => {
  await book.close()
  await rm(folder, { recursive: true, force: true })
})

/** A mock of the journal: frames in memory, some of which may be damaged or gone. */
function journalOf(frames: readonly JournalledFrame[], end: JournalOffset, start = 0): Journal {
  return { start, end, read: async (from: JournalOffset) => frames.filter(frame => frame.offset >= Math.max(from, start)).slice(0, 7) } as unknown as Journal
}

function frame(offset: number, device = `d${offset % 3}`): JournalledFrame {
  return { offset, device, channel: 'test', receivedAt: 1_000 + offset, payload: new Uint8Array(3) }
}

function outcome(offset: number, verdict: Outcome['verdict'] = 'stored', reason: RejectReason = 'MALFORMED'): Outcome {
  const { device, channel, receivedAt, payload } = frame(offset)
  const refusal = verdict === 'rejected' && { refusal: { offset, device, channel, receivedAt, payload, reason, detail: 'for a test' } }
  return { offset, device, receivedAt, verdict, readings: [], ...refusal }
}

function receive(from: number, to: number): void {
  for (let offset = from; offset < to; offset++) book.received(frame(offset), offset)
}

const devices = ['d0', 'd1', 'd2']
const problems = (journalEnd: number, base = 0): string[] =>
  accountProblems({ total: book.total(), devices: devices.map(device => book.of(device)), journalEnd, base })

describe('the account', () => {
  it('writes frames off that damage took before they were decided, once nothing else is pending', async () => {
    await book.open(journalOf([], 0))
    receive(0, 30)
    book.taken([outcome(0), outcome(1)], 2)
    // 2 to 6 can not be read; the sink went on with 7.
    book.taken([outcome(7), outcome(8, 'duplicate'), outcome(9, 'rejected')], 10)
    expect(book.total()).toMatchObject({ received: 30, pending: 25, lost: 5 })
    receive(30, 33)
    book.taken(
      Array.from({ length: 23 }, (_, n) => outcome(n + 10)),
      33,
    )
    expect(book.total()).toMatchObject({ received: 28, pending: 0, lost: 5 })
    expect(problems(33)).toEqual([])
    await book.flush()
    await book.close()
    book = new FrameAccount(join(folder, 'account.db'))
    await book.open(
      journalOf(
        [33, 34].map(offset => frame(offset)),
        35,
      ),
    )
    expect(book.total()).toMatchObject({ received: 30, pending: 2, lost: 5 })
    expect(problems(35)).toEqual([])
  })

  it('begun anew beside an old journal knows of what is left of that', async () => {
    await book.open(journalOf([frame(100), frame(101)], 102, 100))
    expect(book.base).toBe(100)
    expect(book.total()).toMatchObject({ received: 2, pending: 2 })
    expect(book.total().lost).toBeUndefined()
    book.taken([outcome(100), outcome(101)], 102)
    await book.flush()
    expect(problems(102, 100)).toEqual([])
  })

  it('decides every frame once, whatever it is handed again', async () => {
    await book.open(journalOf([], 0))
    receive(0, 10)
    const all = Array.from({ length: 10 }, (_, n) => outcome(n, n % 2 === 0 ? 'stored' : 'rejected'))
    book.taken(all.slice(0, 6), 6)
    book.taken(all.slice(2), 10)
    book.taken(all, 10)
    expect(book.total()).toMatchObject({ received: 10, stored: 5, rejected: 5, rejectedBy: { MALFORMED: 5 } })
    expect(problems(10)).toEqual([])
  })

  it('counts a frame that nobody counted', async () => {
    await book.open(journalOf([], 0))
    book.taken([outcome(0), outcome(1)], 2)
    expect(book.total()).toMatchObject({ received: 2, stored: 2, pending: 0 })
    expect(problems(2)).toEqual([])
  })

  it('keeps the newest rejected frames of each device, before and after they are on disk', async () => {
    await book.open(journalOf([], 0))
    // One device that is noisy, another with a single one before the noise.
    book.taken([outcome(1, 'rejected', 'EMPTY')], 2)
    for (let offset = 3; offset < 60_000; offset += 3) book.taken([outcome(offset, 'rejected')], offset + 1)
    for (const _ of [1, 2]) {
      expect(book.rejectedFrames({ device: 'd1', limit: 5 }).map(one => [one.offset, one.reason])).toEqual([[1, 'EMPTY']])
      const noisy = book.rejectedFrames({ device: 'd0', limit: 100 })
      expect(noisy).toHaveLength(100)
      expect(noisy[0]?.offset).toBe(59_997)
      expect(book.rejectedFrames({ device: 'd0', limit: 2, before: 59_997 }).map(one => one.offset)).toEqual([59_994, 59_991])
      await book.flush()
    }
  })

  it('sums without looking at each device', async () => {
    await book.open(journalOf([], 0))
    for (let offset = 0; offset < 100_000; offset++) book.received(frame(offset, `device-${offset}`), offset)
    book.taken(
      Array.from({ length: 100_000 }, (_, offset) => ({ ...outcome(offset), device: `device-${offset}` })),
      100_000,
    )
    const began = performance.now()
    for (let n = 0; n < 1_000; n++) expect(book.total().stored).toBe(100_000)
    // A look at each of them would take seconds.
    expect(performance.now() - began).toBeLessThan(500)
  })
})
