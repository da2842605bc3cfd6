/**
 * How soon the chart of a day is drawn: a bus that reported every second for 24 hours (86,400 readings in InfluxDB), a gateway, and Chromium. From the click to the frame after the chart
 * was drawn with what the store answered, by the page's own clock; nothing of the day was asked for before. Beside it what that cost in processor time, which a busy machine does not
 * stretch: of the page's main thread, the gateway and InfluxDB. `--rounds N`, seven unless given. Prints figures, asserts nothing.
 */
import { execFileSync } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { kinds } from '../../devices/kinds/index.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { launchBrowser } from '../dashboard/dashboard-page.ts'
import { citygate, dataFolder, startGateway } from '../support/gateway.ts'
import { startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'

/** What it took in a round, by the clock and by the processor. */
interface Drawn {
  readonly wallMs: number
  readonly pageMs: number
  readonly gatewayMs: number
  readonly influxMs: number
}

const DAY_SECONDS = 86_400
const BATCH = 5_000
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rounds = Number(options.rounds)

const root = new URL('../../', import.meta.url).pathname
await build({ configFile: `${root}dashboard/vite.config.ts`, mode: 'production', logLevel: 'error' })
const influx = await startInfluxd()
const data = await dataFolder()
await citygate(['device', 'add', '--id', 'bus-1', '--model', 'citygate-bus-unit', '--org', 'pudong-bus', '--data', data])
await fill()
const gateway = await startGateway({ data, env: { CITYGATE_SERIES: 'influx', CITYGATE_INFLUX_URL: influx.url } })
const browser = await launchBrowser()

const influxPid = Number(execFileSync('pgrep', ['-P', String(process.pid), 'influxd'], { encoding: 'utf8' }))
const chosen: Drawn[] = []
const opened: Drawn[] = []
const asked: number[] = []
for (let round = 0; round < rounds; round++) {
  asked.push(await apiMs())
  chosen.push(await fresh('/devices/bus-1/details?series=bus-1:speed&period=1h', page => page.getByText('24 h', { exact: true }), true))
  opened.push(await fresh('/devices/bus-1', page => page.getByRole('link', { name: 'All about this device' }), false))
}
console.log(`${DAY_SECONDS.toLocaleString('en')} readings of a day in InfluxDB; medians of ${rounds}, least to most in brackets`)
print('API: mean, minimum and maximum by 2 minutes', asked)
printDrawn('click on “24 h” until the day is drawn', chosen)
printDrawn('click on the link to the page until the day is drawn, code of the page fetched', opened)

await browser.close()
await gateway.stop()
await influx.stop()
await rm(data, { recursive: true, force: true })

async function apiMs(): Promise<number> {
  const from = performance.now()
  await gateway.get('/devices/bus-1/readings?from=-1d&every=120s&fn=mean,min,max&fields=speed')
  return performance.now() - from
}

/** In a browser window of its own: nothing is kept from the round before. */
async function fresh(path: string, target: (page: Page) => ReturnType<Page['locator']>, chartIsThere: boolean): Promise<Drawn> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  const page = await context.newPage()
  try {
    await page.goto(gateway.http + path)
    if (chartIsThere) await page.locator('.cg-compare-plot[data-drawn]').waitFor()
    if (chartIsThere) await page.locator('.cg-place-map canvas').waitFor()
    const place = target(page)
    await place.waitFor()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    const devtools = await context.newCDPSession(page)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const pageMs = async (): Promise<number> => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
    }
    const before = [await pageMs(), await cpuMs(gateway.pid), await cpuMs(influxPid)] as const
    const wallMs = await place.evaluate(element => {
      const drawn = Promise.withResolvers<number>()
      let start = 0
      const look = (): void => {
        const plot = document.querySelector<HTMLElement>('.cg-history-plot[data-pending="false"] .cg-compare-plot[data-drawn]')
        const [from = 0, to = 0] = (plot?.dataset.drawn ?? '').split('-').map(Number)
        const columns = Number(plot?.dataset.columns)
        // The day itself: its length, and a bucket of the store about every pixel.
        if (Math.abs(to - from - 86_400_000) > 1_000 || columns < 250 || columns > 2_000) return
        watch.disconnect()
        // The next frame shows it.
        requestAnimationFrame(() => requestAnimationFrame(() => drawn.resolve(performance.now() - start)))
      }
      const watch = new MutationObserver(look)
      watch.observe(document.body, { subtree: true, childList: true, attributes: true })
      start = performance.now()
      if (element instanceof HTMLElement) element.click()
      return drawn.promise
    })
    return {
      wallMs,
      pageMs: (await pageMs()) - before[0],
      gatewayMs: (await cpuMs(gateway.pid)) - before[1],
      influxMs: (await cpuMs(influxPid)) - before[2],
    }
  } finally {
    await context.close()
  }
}

/** What a process has used of the processors, all its threads together: user and system time in hundredths of a second (proc(5), stat, fields 14 and 15). */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

async function fill(): Promise<void> {
  const series = new InfluxSeries({ url: influx.url, database: 'citygate', retentionDays: 0, kinds, log: new MemoryLog() })
  await series.start()
  const end = Math.floor(Date.now() / 1_000) * 1_000
  for (let from = DAY_SECONDS; from > 0; from -= BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, from) }, (_, index): Reading => reading(end - (from - index) * 1_000, from - index))
    await series.write(batch, AbortSignal.timeout(60_000))
  }
  await series.stop()
}

function reading(at: number, second: number): Reading {
  const speed = 30 + 20 * Math.sin(second / 600) + (second % 97) / 10
  const position = { lat: 31.2 + 0.03 * Math.sin(second / 2_000), lon: 121.4 + 0.05 * Math.cos(second / 2_700) }
  const values = { speed, heading: second % 360, occupancy: second % 80, odometer: 12_000 - second / 100, doorOpen: second % 60 < 15 }
  return {
    device: 'bus-1',
    org: 'pudong-bus',
    kind: 'bus',
    model: 'citygate-bus-unit',
    at,
    sub: 0,
    receivedAt: at + 200,
    values,
    position,
    flags: {},
    origin: 0,
  }
}

function printDrawn(what: string, rounds: readonly Drawn[]): void {
  print(
    what,
    rounds.map(({ wallMs }) => wallMs),
  )
  print(
    '  of the processor: main thread of the page',
    rounds.map(({ pageMs }) => pageMs),
  )
  print(
    '  gateway',
    rounds.map(({ gatewayMs }) => gatewayMs),
  )
  print(
    '  InfluxDB',
    rounds.map(({ influxMs }) => influxMs),
  )
}

function print(what: string, figures: readonly number[]): void {
  const sorted = figures.toSorted((a, b) => a - b)
  const round = (value: number | undefined): string => (value ?? Number.NaN).toFixed(0)
  console.log(`${what}: ${round(sorted[Math.floor(sorted.length / 2)])} ms (${round(sorted[0])} – ${round(sorted.at(-1))})`)
}
