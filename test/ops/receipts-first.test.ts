import { expect, test } from 'vitest'
import { ReceiptsFirst } from '../../gateway/ops/receipts-first.ts'

/** A thread in which time passes only by work: each turn of its event loop, sockets take a while, then whoever rests. */
class Thread {
  now = 0
  socketsMs = 0
  #turns: (() => void)[] = []
  readonly pace = new ReceiptsFirst({ clock: () => this.now, nextTurn: turn => this.#turns.push(turn) })

  /** Works in steps until the pace says that others have their turn; answers how long that took. */
  work(stepMs: number): number {
    const from = this.now
    while (!this.pace.spent) this.now += stepMs
    return this.now - from
  }

  async turn(): Promise<void> {
    this.now += this.socketsMs
    const turns = this.#turns
    this.#turns = []
    for (const turn of turns) turn()
    await Promise.resolve()
    await Promise.resolve()
  }
}

async function share(thread: Thread, turns: number): Promise<number> {
  let worked = 0
  const from = thread.now
  for (let turn = 0; turn < turns; turn++) {
    const rested = thread.pace.rest()
    await thread.turn()
    await rested
    worked += thread.work(0.01)
  }
  return worked / (thread.now - from)
}

test('a quiet thread belongs to the pipeline, in slices of half a millisecond', async () => {
  const thread = new Thread()
  thread.socketsMs = 0.02
  expect(await share(thread, 100)).toBeGreaterThan(0.9)
  const rested = thread.pace.rest()
  await thread.turn()
  await rested
  expect(thread.work(0.01)).toBeCloseTo(0.5, 1)
})

test.each([1, 4, 20, 100])('of a thread that sockets keep busy for %i ms a turn the pipeline gets its least share, and no more', async socketsMs => {
  const thread = new Thread()
  thread.socketsMs = socketsMs
  const got = await share(thread, 200)
  expect(got).toBeGreaterThan(0.09)
  expect(got).toBeLessThan(0.25)
})

test('workers take turns: one a turn of the event loop, in the order in which they came to rest', async () => {
  const thread = new Thread()
  const order: string[] = []
  const worker = async (name: string): Promise<void> => {
    for (let step = 0; step < 3; step++) {
      await thread.pace.rest()
      order.push(name)
    }
  }
  const all = Promise.all([worker('a'), worker('b'), worker('c')])
  for (let turn = 0; turn < 12; turn++) await thread.turn()
  await all
  expect(order.join('')).toBe('abcabcabc')
})
