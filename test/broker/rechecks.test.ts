import { setTimeout } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { Rechecks } from '../../gateway/broker/rechecks.ts'

afterEach(() => vi.restoreAllMocks())

/** Each look at somebody takes a millisecond by this clock, so that three fit into a turn. */
function slowly<T>(everybody: Set<T>): { readonly rechecks: Rechecks<T>; readonly seen: T[] } {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const seen: T[] = []
  const check = (one: T): void => {
    seen.push(one)
    now++
  }
  return { rechecks: new Rechecks({ everybody, check }), seen }
}

async function turn(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}

test('everybody is looked at, a few a turn; who left is not, who came meanwhile is', async () => {
  const everybody = new Set([1, 2, 3, 4, 5, 6, 7, 8])
  const { rechecks, seen } = slowly(everybody)
  rechecks.begin()
  expect(seen).toEqual([1, 2, 3])
  everybody.delete(5)
  everybody.add(9)
  await turn()
  expect(seen).toEqual([1, 2, 3, 4, 6, 7])
  await turn()
  expect(seen).toEqual([1, 2, 3, 4, 6, 7, 8, 9])
  await turn()
  expect(seen).toHaveLength(8)
})

test('a change while it is under way begins one more round, however many changes they were', async () => {
  const { rechecks, seen } = slowly(new Set([1, 2, 3, 4]))
  rechecks.begin()
  rechecks.begin()
  rechecks.begin()
  for (let turns = 0; turns < 8; turns++) await turn()
  expect(seen).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
})

test('many changes in a row are one round; after the stop none', async () => {
  const { rechecks, seen } = slowly(new Set([1]))
  for (let change = 0; change < 100; change++) rechecks.soon()
  await expect.poll(() => seen).toEqual([1])
  rechecks.soon()
  rechecks.stop()
  await setTimeout(120)
  expect(seen).toEqual([1])
})
