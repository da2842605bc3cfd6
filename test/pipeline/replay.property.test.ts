import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalledFrame, JournalOffset } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import { FrameAccount } from '../../gateway/pipeline/account-book.ts'
import { clockRules } from '../../gateway/pipeline/clock-rules.ts'
import { DecodingFacts } from '../../gateway/pipeline/decoding-facts.ts'
import { FrameDecoder } from '../../gateway/pipeline/frame-decoder.ts'
import type { Outcome } from '../../gateway/pipeline/outcome.ts'
import { ReadingLog } from '../../gateway/pipeline/reading-log.ts'
import { accountProblems } from '../support/account.ts'
import { catalogue, directoryOf } from './city.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')
const HOUR = 3_600_000
const ERA = 1024 * 7 * 24 * HOUR
/** Devices and the errors of their clocks. */
const clocks = { right: 0, ahead: 2 * HOUR, 'far-ahead': 90 * 24 * HOUR, behind: -3 * HOUR, rolled: -ERA } as const
const names = Object.keys(clocks) as (keyof typeof clocks)[]
const directory = directoryOf(names.map(id => ({ id, org: 'o', model: 'probe-1' })))

interface Item {
  readonly at: number
  readonly values: { readonly level: number }
}

/** A mock of the journal: frames in memory, read a few at a time. */
class Frames implements Pick<Journal, 'start' | 'end' | 'read'> {
  readonly list: JournalledFrame[] = []
  readonly start = 0

  get end(): JournalOffset {
    return this.list.length
  }

  async read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    return this.list.slice(from, from + 5)
  }

  add(device: string, items: readonly Item[]): void {
    // Frames come every twenty seconds, so that a clock is known after some.
    const payload = Buffer.from(JSON.stringify(items))
    this.list.push({ offset: this.end, device, channel: 'test', receivedAt: T0 + this.end * 20_000, payload })
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('live' as const), device: fc.constantFrom(...names), level: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('history' as const), device: fc.constantFrom(...names), hours: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('again' as const), back: fc.nat(200) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('take' as const), enough: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'look' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('flush' as const), whole: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ type: 'crash' as const }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let folder: string
let runs = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-replay-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** What a gateway is between the journal and its store, driven by hand. A crash drops all that is not in a file. */
class House {
  readonly journal = new Frames()
  readonly rows = new Map<string, string>()
  /** What each frame became when it was decoded first. */
  readonly #became = new Map<JournalOffset, string>()
  readonly #correct: 'off' | 'suspect'
  readonly #files: string
  #account: FrameAccount
  #facts: DecodingFacts
  #log: ReadingLog | undefined
  #next = 0
  #kept = 0
  #seen = 0
  crashes = 0
  /** Frames whose times were repaired by an estimate. */
  corrected = 0

  constructor(correct: 'off' | 'suspect') {
    this.#correct = correct
    this.#files = join(folder, String(runs++))
    this.#account = new FrameAccount(`${this.#files}.account.db`)
    this.#facts = new DecodingFacts({ path: `${this.#files}.decoding.db`, retentionDays: 400 })
  }

  get account(): FrameAccount {
    return this.#account
  }

  async open(): Promise<void> {
    this.#account = new FrameAccount(`${this.#files}.account.db`)
    this.#facts = new DecodingFacts({ path: `${this.#files}.decoding.db`, retentionDays: 400 })
    this.#facts.open()
    const journal = this.journal as unknown as Journal
    await this.#account.open(journal)
    const { twins, clocks: known } = this.#facts
    const fresh = (): FrameDecoder => new FrameDecoder({ directory, catalogue, clock: clockRules(400, this.#correct), twins, clocks: known })
    this.#log = new ReadingLog(journal, fresh(), 0, { keep: () => this.#facts.keepTwins() })
    this.#next = this.#kept
  }

  receive(device: string, items: readonly Item[]): void {
    this.journal.add(device, items)
    const frame = this.journal.list.at(-1)
    if (frame) this.#account.received(frame, frame.offset)
  }

  async take(enough: number): Promise<void> {
    const { outcomes, next } = (await this.#log?.from(this.#next, enough)) ?? { outcomes: [], next: this.#next }
    this.#compare(outcomes)
    for (const outcome of outcomes) for (const reading of outcome.readings) this.#store(reading)
    this.#facts.clocks.learn(outcomes, this.#account.cursor)
    this.#account.taken(outcomes, next)
    this.#next = next
  }

  /** Another sink, which is ahead of the store and whose cursor is kept. */
  async look(): Promise<void> {
    const { outcomes, next } = (await this.#log?.from(this.#seen, Number.POSITIVE_INFINITY)) ?? { outcomes: [], next: this.#seen }
    this.#compare(outcomes)
    this.#seen = next
  }

  #compare(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const became = JSON.stringify([outcome.verdict, outcome.readings, outcome.refusal?.reason])
      expect(this.#became.get(outcome.offset) ?? became, `frame ${outcome.offset} was decoded to something else before`).toBe(became)
      this.#became.set(outcome.offset, became)
      if (became.includes('clockCorrected')) this.corrected++
    }
  }

  /** Not whole: the power goes between the account and the cursor of the sink. */
  async flush(whole: boolean): Promise<void> {
    this.#facts.keepClocks(this.journal.end)
    await this.#account.flush()
    if (whole) this.#kept = this.#next
  }

  async crash(): Promise<void> {
    this.crashes++
    await this.close()
    await this.open()
  }

  async close(): Promise<void> {
    await this.#account.close()
    this.#facts.close()
  }

  #store({ device, at, sub, values, flags, receivedAt, origin }: Reading): void {
    this.rows.set(`${device} ${at} ${sub}`, JSON.stringify({ values, flags, receivedAt, origin }))
  }
}

async function live(steps: readonly Step[], correct: 'off' | 'suspect'): Promise<House> {
  const house = new House(correct)
  await house.open()
  for (const one of steps) {
    const now = T0 + house.journal.end * 20_000
    if (one.type === 'live') house.receive(one.device, [{ at: now + clocks[one.device] - 500, values: { level: one.level } }])
    else if (one.type === 'history') house.receive(one.device, history(now + clocks[one.device] - one.hours * HOUR))
    else if (one.type === 'again') resend(house, one.back)
    else if (one.type === 'take') await house.take(one.enough)
    else if (one.type === 'look') await house.look()
    else if (one.type === 'flush') await house.flush(one.whole)
    else await house.crash()
    expect(accountProblems({ total: house.account.total(), devices: names.map(name => house.account.of(name)), journalEnd: house.journal.end })).toEqual([])
  }
  await house.take(Number.POSITIVE_INFINITY)
  await house.flush(true)
  return house
}

/** Newest first, one reading twice in it. */
function history(newest: number): Item[] {
  const items = Array.from({ length: 4 }, (_, n) => ({ at: newest - n * 60_000, values: { level: n } }))
  return [...items, ...items.slice(1, 2)]
}

function resend(house: House, back: number): void {
  const frame = house.journal.list.at(-1 - (back % (house.journal.end || 1)))
  if (frame) house.receive(frame.device, JSON.parse(Buffer.from(frame.payload).toString()))
}

/** Every different thing a device said. */
function different(house: House): Set<string> {
  return new Set(
    house.journal.list.flatMap(({ device, payload }) =>
      (JSON.parse(Buffer.from(payload).toString()) as Item[]).map(({ at, values }) => `${device} ${at} ${values.level}`),
    ),
  )
}

describe('whatever is sent again, decoded again or cut short by a crash', () => {
  it.each(['off', 'suspect'] as const)(
    'leaves each different reading in one row, the same one each time, and an account that balances (clock.correct: %s)',
    async correct => {
      let crashes = 0
      let corrected = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 300, size: 'max' }), async steps => {
          const house = await live(steps, correct)
          crashes += house.crashes
          corrected += house.corrected
          try {
            const said = different(house)
            // Without correction what is far ahead or an era behind is refused, always.
            const refused = correct === 'off' ? [...said].filter(one => /^(far-ahead|rolled) /.test(one)) : []
            expect(house.rows.size).toBe(said.size - refused.length)
            const total = house.account.total()
            expect(total.pending).toBe(0)
            expect(total.received).toBe(house.journal.end)
            if (correct === 'suspect') expect(total.rejectedBy).toEqual({})
          } finally {
            await house.close()
          }
        }),
        { numRuns: 40 },
      )
      expect(crashes).toBeGreaterThan(100)
      if (correct === 'suspect') expect(corrected).toBeGreaterThan(1_000)
    },
    60_000,
  )

  it('leaves the same points whatever the order in which frames come', async () => {
    const frame = fc.tuple(fc.constantFrom('right' as const, 'ahead' as const), fc.nat(20), fc.nat(3))
    await fc.assert(
      fc.asyncProperty(
        fc.array(frame, { maxLength: 40 }).chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }))),
        async ([list, shuffled]) => {
          const points = async (frames: typeof list): Promise<string[]> => {
            const house = new House('off')
            await house.open()
            for (const [device, minute, level] of frames) house.receive(device, [{ at: T0 + minute * 60_000, values: { level } }])
            await house.take(Number.POSITIVE_INFINITY)
            await house.close()
            return [...house.rows.keys()].sort()
          }
          expect(await points(shuffled)).toEqual(await points(list))
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)
})
