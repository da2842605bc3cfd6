import { setTimeout } from 'node:timers/promises'

/** Resolves when the time is over or the program is told to end. Told twice, it ends at once. */
export function ending(seconds: number | undefined): Promise<void> {
  return new Promise(resolve => {
    const over = new AbortController()
    // An aborted wait rejects: the signal has resolved by then.
    if (seconds !== undefined) setTimeout(1000 * seconds, undefined, { signal: over.signal }).then(resolve, () => undefined)
    let signals = 0
    const onSignal = (): void => {
      if (++signals > 1) process.exit(1)
      over.abort()
      resolve()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}

/** A latency as it is printed; NaN before there is one. */
export function shownMs(ms: number): string {
  return Number.isNaN(ms) ? '–' : `${ms} ms`
}
