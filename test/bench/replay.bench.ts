import type { Page } from 'playwright-core'
import { buildDashboard } from '../dashboard/built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard/dashboard-page.ts'
import { busHour } from './bus-hour.ts'

/**
 * How the dashboard plays an hour of 1,000 buses, in Chromium with WebGL in software: `node test/bench/replay.bench.ts`. Printed, not asserted. Server, store and browser share
 * this machine.
 */
const BUSES = 1_000
const SECONDS = 10

const { folder } = await buildDashboard()
const browser = await launchBrowser()
try {
  for (const everyS of [10, 1]) {
    const hour = await busHour({ store: 'sqlite', buses: BUSES, everyS, dashboardFolder: folder })
    try {
      const period = `from=${new Date(hour.from).toISOString()}&to=${new Date(hour.to).toISOString()}`
      const url = `http://127.0.0.1:${hour.city.server.port}/replay?at=31.2,121.47,10.5&area=120.9,30.8,122.1,31.7&${period}&speed=60`
      const dashboard = await DashboardPage.open(browser, 'about:blank', { viewport: { width: 1440, height: 900 } })
      try {
        await measure(`${BUSES} buses, a fix each ${everyS} s`, dashboard.page, url)
      } finally {
        await dashboard.close()
      }
    } finally {
      await hour.stop()
    }
  }
} finally {
  await browser.close()
}

async function measure(what: string, page: Page, url: string): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = []
    Object.assign(window, { longTasks: tasks })
    new PerformanceObserver(list => tasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' })
  })
  const began = performance.now()
  await page.goto(url)
  await page.locator('.cg-replay-list').waitFor({ timeout: 120_000 })
  const firstMs = performance.now() - began
  await page.locator('.cg-replay-files').waitFor({ timeout: 120_000 })
  const allMs = performance.now() - began
  const bytes = await page.evaluate(
    () =>
      performance
        .getEntriesByType('resource')
        .find(entry => entry.name.includes('/api/v1/tracks'))
        ?.toJSON() as { encodedBodySize: number; decodedBodySize: number },
  )
  print(
    `${what}: load`,
    `first tracks ${firstMs.toFixed(0)} ms, all ${allMs.toFixed(0)} ms; ${mega(bytes.encodedBodySize)} of ${mega(bytes.decodedBodySize)}; ${await longTasks(page)}`,
  )
  for (const more of ['', ', a line shown']) {
    if (more !== '') await page.locator('.cg-replay-row').first().click()
    await page.waitForTimeout(1_500)
    await longTasks(page)
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    const { frames, slowest } = await framesOf(page, SECONDS * 1000)
    const tasks = await longTasks(page)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    print(`${what}: playing at 60 ×${more}`, `${(frames / SECONDS).toFixed(1)} frames/s, slowest frame ${slowest.toFixed(0)} ms; ${tasks}`)
  }
  const heap = await page.evaluate(() => (performance as Performance & { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0)
  print(`${what}: memory of scripts`, mega(heap))
}

async function framesOf(page: Page, ms: number): Promise<{ readonly frames: number; readonly slowest: number }> {
  return page.evaluate(
    async forMs =>
      new Promise<{ frames: number; slowest: number }>(resolve => {
        const began = performance.now()
        let frames = 0
        let last = began
        let slowest = 0
        requestAnimationFrame(function look(now) {
          frames += 1
          slowest = Math.max(slowest, now - last)
          last = now
          if (now - began < forMs) requestAnimationFrame(look)
          else resolve({ frames, slowest })
        })
      }),
    ms,
  )
}

/** The long tasks (over 50 ms) since the last call. */
async function longTasks(page: Page): Promise<string> {
  const tasks = await page.evaluate(() => (window as Window & { longTasks?: number[] }).longTasks?.splice(0) ?? [])
  return tasks.length === 0 ? 'no task over 50 ms' : `${tasks.length} tasks over 50 ms, longest ${Math.max(...tasks).toFixed(0)} ms`
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(56)} ${figure}`)
}
