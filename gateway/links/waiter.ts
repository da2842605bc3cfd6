/** A pause that ends early when there is something to do. One at a time. */
export class Waiter {
  #end: (() => void) | undefined

  /** Resolves after so long, on `wake`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.#end = undefined
        resolve()
      }
      // Longer waits than this overflow Node's timers; whoever waits looks again.
      const timer = setTimeout(end, Math.max(0, Math.min(ms, 3_600_000)))
      signal.addEventListener('abort', end, { once: true })
      this.#end = end
      if (signal.aborted) end()
    })
  }

  wake(): void {
    this.#end?.()
  }
}
