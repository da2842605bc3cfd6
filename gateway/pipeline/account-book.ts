import type { Account, AccountBook, RejectedFrame } from '../model/account.ts'
import type { Frame, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Journal } from '../model/journal.ts'
import type { Pace } from '../model/pace.ts'
import type { Reading } from '../model/reading.ts'
import { AccountFile } from './account-file.ts'
import type { Outcome } from './outcome.ts'
import { RejectedLog } from './rejected-log.ts'
import type { Follower } from './sink-runner.ts'
import { accountOf, addRejected, addTally, copyOf, decided, emptyTally, type Tally } from './tally.ts'

/**
 * The book of frames. Two hands write it: whoever takes frames in counts them as received, and the series sink says what became of them. What is received and not
 * yet decided is pending, so the sum holds at any moment; over a restart the received ones are counted again from the journal. Every frame is decided once, however
 * often it is decoded: what is decided is kept together with the offset up to which it is.
 */
export class FrameAccount implements AccountBook, Follower {
  readonly #file: AccountFile
  readonly #fresh = new RejectedLog()
  readonly #changed = new Set<DeviceId>()
  #tallies = new Map<DeviceId, Tally>()
  /** The sum of all tallies, kept up as they change. */
  readonly #sum = emptyTally()
  #next: JournalOffset = 0
  /** One past the last frame that was counted as received. */
  #receivedTo: JournalOffset = 0
  #base: JournalOffset = 0
  #lost = 0

  constructor(path: string, pace?: Pace) {
    this.#file = new AccountFile(path, pace)
  }

  /** Opens the book and counts the frames of the journal that it has not decided yet. */
  async open(journal: Journal): Promise<void> {
    const kept = await this.#file.open()
    this.#tallies = kept.tallies
    for (const tally of this.#tallies.values()) addTally(this.#sum, tally)
    // A book that is new knows nothing of frames that have left the journal.
    this.#base = kept.base ?? journal.start
    this.#lost = kept.lost
    this.#next = Math.min(Math.max(kept.next ?? 0, this.#base), journal.end)
    this.#receivedTo = this.#next
    for (let next = this.#next; next < journal.end; ) {
      const frames = await journal.read(next)
      for (const frame of frames) if (frame.offset >= next) this.received(frame, frame.offset)
      const last = frames.at(-1)
      next = last ? last.offset + 1 : journal.end
    }
    this.#receivedTo = Math.max(this.#receivedTo, journal.end)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** Where the book stands in the journal: frames before it are decided. */
  get cursor(): JournalOffset {
    return this.#next
  }

  /** The first frame that the book knows of. */
  get base(): JournalOffset {
    return this.#base
  }

  /** Counts a frame that was taken in. */
  received(frame: Pick<Frame, 'device' | 'receivedAt'>, offset: JournalOffset = this.#receivedTo): void {
    const tally = this.#tallyOf(frame.device)
    tally.received++
    this.#sum.received++
    tally.lastReceivedAt = frame.receivedAt
    if (frame.receivedAt > this.#sum.lastReceivedAt) this.#sum.lastReceivedAt = frame.receivedAt
    if (offset >= this.#receivedTo) this.#receivedTo = offset + 1
  }

  taken(outcomes: readonly Outcome[], next: JournalOffset): void {
    if (next <= this.#next) return
    let count = 0
    // After a crash the series sink may be handed frames that the book has decided already.
    for (const outcome of outcomes) {
      if (outcome.offset < this.#next) continue
      this.#decide(outcome)
      count++
    }
    this.#lost += next - this.#next - count
    this.#next = next
    if (next >= this.#receivedTo && decided(this.#sum) !== this.#sum.received) this.#writeOff()
  }

  /** Keeps what has changed, safe when it resolves. One call at a time; what changes meanwhile is for the next. */
  async flush(): Promise<void> {
    // As they are now: the cursor belongs to these.
    const tallies = Array.from(this.#changed, (device): [DeviceId, Tally] => [device, copyOf(this.#tallyOf(device))])
    const rejected = this.#fresh.inOrder()
    const change = { next: this.#next, base: this.#base, lost: this.#lost, tallies, rejected }
    this.#changed.clear()
    try {
      await this.#file.keep(change)
    } catch (error) {
      for (const [device] of tallies) this.#changed.add(device)
      throw error
    }
    this.#fresh.forget(change.next)
  }

  of(device: DeviceId): Account {
    return accountOf(this.#tallies.get(device) ?? emptyTally())
  }

  total(): Account {
    return { ...accountOf(this.#sum), ...(this.#lost > 0 && { lost: this.#lost }) }
  }

  rejectedFrames(query: { readonly device?: DeviceId; readonly before?: JournalOffset; readonly limit: number }): readonly RejectedFrame[] {
    const before = query.before ?? Number.MAX_SAFE_INTEGER
    const fresh = this.#fresh.newest({ ...query, before })
    if (fresh.length >= query.limit) return fresh
    return [...fresh, ...this.#file.rejected(query.device, fresh.at(-1)?.offset ?? before, query.limit - fresh.length)]
  }

  #decide({ device, verdict, readings, refusal, receivedAt }: Outcome): void {
    const tally = this.#tallyOf(device)
    for (const to of [tally, this.#sum]) {
      if (verdict === 'rejected' && refusal) addRejected(to, refusal.reason, 1)
      else if (verdict === 'duplicate') to.duplicate++
      else {
        to.stored++
        if (readings.some(isFlagged)) to.flagged++
      }
    }
    // A frame that came into the journal past whoever counts is counted now.
    const uncounted = decided(tally) - tally.received
    if (uncounted > 0) {
      tally.received += uncounted
      this.#sum.received += uncounted
      tally.lastReceivedAt = Math.max(tally.lastReceivedAt, receivedAt)
    }
    if (refusal) this.#fresh.add(refusal)
    this.#changed.add(device)
  }

  /** Frames that were counted and then lost to damage: nothing is left to decide, so nothing may stay pending. They are in `lost`. */
  #writeOff(): void {
    for (const tally of this.#tallies.values()) {
      const gone = tally.received - decided(tally)
      tally.received -= gone
      this.#sum.received -= gone
    }
  }

  #tallyOf(device: DeviceId): Tally {
    const known = this.#tallies.get(device)
    if (known) return known
    const tally = emptyTally()
    this.#tallies.set(device, tally)
    return tally
  }
}

function isFlagged({ flags }: Reading): boolean {
  return flags.outOfRange !== undefined || flags.clockSuspect === true || flags.historical === true || flags.quality !== undefined
}
