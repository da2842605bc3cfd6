import type { CDPSession, Page } from 'playwright-core'

/** What a page did over some seconds. */
export interface PageRound {
  readonly framesPerSecond: number
  /** Tasks of the main thread over 50 ms, by the Long Tasks API, and the longest of them, milliseconds. */
  readonly longTasks: number
  readonly longestMs: number
  /** Part of the time in which the main thread worked, 0 to 1. */
  readonly mainThread: number
  /** Received over its WebSocket, bytes a second. */
  readonly bytesPerSecond: number
  /** After garbage was collected, bytes. */
  readonly heap: number
}

/** Measures one page from outside, through the browser's own instruments, and from inside by its frames and long tasks. */
export class PageMeter {
  readonly #page: Page
  readonly #cdp: CDPSession
  #received = 0

  private constructor(page: Page, cdp: CDPSession) {
    this.#page = page
    this.#cdp = cdp
  }

  static async of(page: Page): Promise<PageMeter> {
    const cdp = await page.context().newCDPSession(page)
    const meter = new PageMeter(page, cdp)
    await cdp.send('Performance.enable')
    await cdp.send('Network.enable')
    cdp.on('Network.webSocketFrameReceived', ({ response }) => {
      // Binary frames come in base64.
      meter.#received += response.opcode === 2 ? (response.payloadData.length * 3) / 4 : response.payloadData.length
    })
    await page.evaluate(() => {
      const seen = { frames: 0, tasks: [] as number[] }
      Object.assign(window, { benchSeen: seen })
      new PerformanceObserver(list => seen.tasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' })
      const frame = () => {
        seen.frames += 1
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    return meter
  }

  /** Measures while something is done to the page. */
  async during(work: () => Promise<void>): Promise<PageRound> {
    await this.#page.evaluate('Object.assign(benchSeen, { frames: 0, tasks: [] })')
    this.#received = 0
    const busyBefore = await this.#busySeconds()
    const start = performance.now()
    await work()
    const seconds = (performance.now() - start) / 1_000
    const busy = (await this.#busySeconds()) - busyBefore
    const bytes = this.#received
    const { frames, tasks } = await this.#page.evaluate<{ frames: number; tasks: number[] }>('({ frames: benchSeen.frames, tasks: benchSeen.tasks })')
    await this.#cdp.send('HeapProfiler.collectGarbage')
    return {
      framesPerSecond: frames / seconds,
      longTasks: tasks.length,
      longestMs: Math.max(0, ...tasks),
      mainThread: busy / seconds,
      bytesPerSecond: bytes / seconds,
      heap: await this.#metric('JSHeapUsedSize'),
    }
  }

  async #busySeconds(): Promise<number> {
    return this.#metric('TaskDuration')
  }

  async #metric(wanted: string): Promise<number> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
  }
}
