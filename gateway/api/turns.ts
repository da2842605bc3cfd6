import { setImmediate as turn } from 'node:timers/promises'

/** Hands on items one by one and lets the event loop turn every so many: a walk over all devices holds nobody's receipt. */
export async function* inTurns<T>(items: Iterable<T>, atATime = 500): AsyncGenerator<T> {
  let count = 0
  for (const item of items) {
    yield item
    if (++count % atATime === 0) await turn()
  }
}
