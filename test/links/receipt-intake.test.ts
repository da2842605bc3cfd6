import { afterEach, describe, expect, it } from 'vitest'
import { type Depositor, ReceiptIntake } from '../../gateway/links/receipt-intake.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { Frame, JournalOffset } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { MemoryLog } from '../support/log.ts'

const frame: Frame = { device: 'a', channel: 'jt808', receivedAt: 0, payload: new Uint8Array([1]) }

/** A journal whose syncs the test settles, and which may be full. */
class HeldJournal {
  readonly syncs: { offset: number; resolve: () => void; reject: (error: Error) => void }[] = []
  full = false
  end = 0
  #next = 0

  append(): JournalOffset {
    if (this.full) throw new GatewayError('JOURNAL_FULL', 'full', { retryable: true })
    return this.#next++
  }

  synced(offset: JournalOffset): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.syncs.push({ offset, resolve, reject })
    return promise
  }
}

let intake: ReceiptIntake

function open(limit: number): HeldJournal {
  const journal = new HeldJournal()
  intake = new ReceiptIntake({ journal: journal as unknown as Journal, log: new MemoryLog(), limit })
  return journal
}

afterEach(() => intake.stop())

function noting(told: string[], name: string): Depositor {
  return { kept: () => void told.push(`${name} kept`), lost: () => void told.push(`${name} lost`) }
}

describe('receipts of devices that dial in', () => {
  it('wait for the disk, one sync for what came in one turn, in order', async () => {
    const journal = open(10)
    const told: string[] = []
    for (const name of ['a', 'b', 'c']) expect(intake.take(frame, noting(told, name))).toBe(true)
    await expect.poll(() => journal.syncs.map(({ offset }) => offset)).toEqual([2])
    expect(told).toEqual([])
    journal.syncs[0]?.resolve()
    await expect.poll(() => told).toEqual(['a kept', 'b kept', 'c kept'])
    expect(intake.unsynced).toBe(0)
  })

  it('are not given for what the disk could not keep', async () => {
    const journal = open(10)
    const told: string[] = []
    intake.take(frame, noting(told, 'a'))
    intake.take(frame, noting(told, 'b'))
    await expect.poll(() => journal.syncs.length).toBe(1)
    journal.end = 1
    journal.syncs[0]?.reject(new Error('EIO'))
    await expect.poll(() => told).toEqual(['a kept', 'b lost'])
  })

  it('no more wait than may; who is not let in is woken when there is room', async () => {
    const journal = open(1)
    const told: string[] = []
    expect(intake.take(frame, noting(told, 'a'))).toBe(true)
    expect(intake.take(frame, noting(told, 'b'))).toBe(false)
    intake.whenFree(() => told.push('woken'))
    await expect.poll(() => journal.syncs.length).toBe(1)
    journal.syncs[0]?.resolve()
    await expect.poll(() => told).toEqual(['a kept', 'woken'])
  })

  it('a full journal lets nobody in until it has room again', async () => {
    const journal = open(10)
    const told: string[] = []
    journal.full = true
    expect(intake.take(frame, noting(told, 'a'))).toBe(false)
    intake.whenFree(() => {
      if (intake.take(frame, noting(told, 'a'))) told.push('in')
      else intake.whenFree(() => told.push('again'))
    })
    journal.full = false
    await expect.poll(() => told).toEqual(['in'])
  })
})
