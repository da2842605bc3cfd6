import { setImmediate as turn } from 'node:timers/promises'

/** Those that pass. A step of an asynchronous generator for each item would cost more than most tests. */
export async function filterInTurns<T>(items: Iterable<T>, passes: (item: T) => boolean, atATime: number): Promise<T[]> {
  const found: T[] = []
  let count = 0
  for (const item of items) {
    if (passes(item)) found.push(item)
    if (++count % atATime === 0) await turn()
  }
  return found
}

/** Hands on items one by one and lets the event loop turn every so many: a walk over all devices holds nobody's receipt. */
export async function* inTurns<T>(items: Iterable<T>, atATime = 500): AsyncGenerator<T> {
  let count = 0
  for (const item of items) {
    yield item
    if (++count % atATime === 0) await turn()
  }
}
