import type { Account, AccountBook, RejectedFrame } from '../model/account.ts'
import type { EpochMs, Frame, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Journal } from '../model/journal.ts'
import type { Reading } from '../model/reading.ts'
import { AccountFile, type Tally } from './account-file.ts'
import type { Outcome } from './outcome.ts'
import type { Follower } from './sink-runner.ts'

/** Rejected frames between two flushes; beyond it the oldest of them are counted only. */
const UNFLUSHED_REJECTED = 20_000

/**
 * The book of frames. Two hands write it: whoever takes frames in counts them as received, and the series sink says what became of them. What is received and not
 * yet decided is pending, so the sum holds at any moment; over a restart the received ones are counted again from the journal.
 */
export class FrameAccount implements AccountBook, Follower {
  readonly #file: AccountFile
  readonly #log: { readonly rejected: RejectedFrame[]; readonly changed: Set<DeviceId> } = { rejected: [], changed: new Set() }
  #tallies = new Map<DeviceId, Tally>()
  readonly #received = new Map<DeviceId, { frames: number; lastAt: EpochMs }>()
  #next: JournalOffset = 0

  constructor(path: string) {
    this.#file = new AccountFile(path)
  }

  /** Opens the book and counts the frames of the journal that it has not decided yet. */
  async open(journal: Journal): Promise<void> {
    const kept = this.#file.open()
    this.#tallies = kept.tallies
    this.#next = Math.min(kept.next, journal.end)
    for (const [device, tally] of this.#tallies) this.#received.set(device, { frames: decided(tally), lastAt: tally.lastReceivedAt })
    for (let next = this.#next; next < journal.end; ) {
      const frames = await journal.read(next)
      for (const frame of frames) if (frame.offset >= next) this.received(frame)
      const last = frames.at(-1)
      next = last ? last.offset + 1 : journal.end
    }
  }

  close(): void {
    this.#file.close()
  }

  /** Where the book stands in the journal: frames before it are decided. */
  get cursor(): JournalOffset {
    return this.#next
  }

  /** Counts a frame that was taken in. */
  received(frame: Frame): void {
    const known = this.#received.get(frame.device)
    if (!known) this.#received.set(frame.device, { frames: 1, lastAt: frame.receivedAt })
    else {
      known.frames++
      known.lastAt = frame.receivedAt
    }
  }

  taken(outcomes: readonly Outcome[], next: JournalOffset): void {
    // After a crash the series sink may be handed frames that the book has decided already.
    for (const outcome of outcomes) if (outcome.offset >= this.#next) this.#decide(outcome)
    this.#next = Math.max(this.#next, next)
  }

  flush(): void {
    const changed = [...this.#log.changed].flatMap(device => {
      const tally = this.#tallies.get(device)
      return tally ? [[device, tally] as const] : []
    })
    this.#file.keep(this.#next, changed, this.#log.rejected)
    this.#log.rejected.length = 0
    this.#log.changed.clear()
  }

  of(device: DeviceId): Account {
    const received = this.#received.get(device)
    return account(received?.frames ?? 0, this.#tallies.get(device), received?.lastAt)
  }

  total(): Account {
    const sum = emptyTally()
    for (const tally of this.#tallies.values()) {
      sum.stored += tally.stored
      sum.duplicate += tally.duplicate
      sum.flagged += tally.flagged
      for (const [reason, count] of reasons(tally)) sum.rejectedBy[reason] = (sum.rejectedBy[reason] ?? 0) + count
    }
    let frames = 0
    let lastAt = 0
    for (const received of this.#received.values()) {
      frames += received.frames
      if (received.lastAt > lastAt) lastAt = received.lastAt
    }
    return account(frames, sum, lastAt || undefined)
  }

  rejectedFrames(query: { readonly device?: DeviceId; readonly before?: JournalOffset; readonly limit: number }): readonly RejectedFrame[] {
    const before = query.before ?? Number.MAX_SAFE_INTEGER
    const fresh = this.#log.rejected.filter(one => one.offset < before && (query.device === undefined || one.device === query.device)).reverse()
    if (fresh.length >= query.limit) return fresh.slice(0, query.limit)
    return [...fresh, ...this.#file.rejected(query.device, fresh.at(-1)?.offset ?? before, query.limit - fresh.length)]
  }

  #decide(outcome: Outcome): void {
    const tally = this.#tallies.get(outcome.device) ?? emptyTally()
    this.#tallies.set(outcome.device, tally)
    const refusal = outcome.refusal
    if (outcome.verdict === 'rejected' && refusal) tally.rejectedBy[refusal.reason] = (tally.rejectedBy[refusal.reason] ?? 0) + 1
    else if (outcome.verdict === 'duplicate') tally.duplicate++
    else {
      tally.stored++
      if (outcome.readings.some(isFlagged)) tally.flagged++
    }
    tally.lastReceivedAt = Math.max(tally.lastReceivedAt, outcome.receivedAt)
    if (refusal) {
      this.#log.rejected.push(refusal)
      if (this.#log.rejected.length > UNFLUSHED_REJECTED) this.#log.rejected.splice(0, UNFLUSHED_REJECTED / 2)
    }
    this.#log.changed.add(outcome.device)
  }
}

function isFlagged(reading: Reading): boolean {
  return reading.flags.outOfRange !== undefined || reading.flags.clockSuspect === true || reading.flags.historical === true
}

function emptyTally(): Tally {
  return { stored: 0, duplicate: 0, flagged: 0, rejectedBy: {}, lastReceivedAt: 0 }
}

function reasons(tally: Tally): [keyof Tally['rejectedBy'], number][] {
  return Object.entries(tally.rejectedBy) as [keyof Tally['rejectedBy'], number][]
}

function rejectedOf(tally: Tally): number {
  return reasons(tally).reduce((sum, [, count]) => sum + count, 0)
}

function decided(tally: Tally): number {
  return tally.stored + tally.duplicate + rejectedOf(tally)
}

function account(received: number, tally: Tally | undefined, lastReceivedAt: EpochMs | undefined): Account {
  const of = tally ?? emptyTally()
  return {
    received,
    stored: of.stored,
    duplicate: of.duplicate,
    rejected: rejectedOf(of),
    rejectedBy: { ...of.rejectedBy },
    pending: received - decided(of),
    flagged: of.flagged,
    ...(lastReceivedAt !== undefined && { lastReceivedAt }),
  }
}
