/**
 * `npm run bench:dashboard`: what the operators' page costs, in Chromium: what it consists of, how soon marks move on a slow machine, frames and long tasks with 10,000 buses at 1 Hz, memory,
 * the chart of a day, and what 100 viewers cost the gateway. `--minutes N` (10 unless given): how long memory is watched. `--buses N`. `--only bundle,load,city,chart,viewers`.
 * Prints figures beside the aims, asserts nothing. Without a graphics card WebGL is drawn by the processor, and then everything is slower by that.
 */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildDashboard } from '../dashboard/built-dashboard.ts'
import { launchBrowser } from '../dashboard/dashboard-page.ts'
import { bundle, kilobytes } from './dashboard/bundle.ts'
import { coldLoad } from './dashboard/cold-load.ts'
import { PageMeter, type PageRound } from './dashboard/page-meter.ts'
import { spawnScript } from './dashboard/spawn-cli.ts'
import { viewers } from './dashboard/viewers.ts'

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, buses: { type: 'string', default: '10000' }, only: { type: 'string' } },
})
const wanted = (part: string): boolean => options.only === undefined || options.only.split(',').includes(part)
const ROUND_MS = 20_000
/** An aim of the design, for a machine without a graphics card. */
const AIMS = { framesPerSecond: 15, longestMs: 100, bytesPerSecond: 150_000, script: 350_000, viewers: 0.05 }

const { folder } = await buildDashboard()
const browser = await launchBrowser()
console.log(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Chromium ${browser.version()}, WebGL by the processor`)
if (wanted('bundle')) console.log(['\nJavaScript, by file', ...(await bundle(folder))].join('\n'))
const city = spawnScript(['test/bench/dashboard-city.ts', folder, options.buses])
const url = await city.firstLine
if (wanted('load')) await load()
if (wanted('city')) await watch()
await city.stop()
await browser.close()
if (wanted('chart')) {
  console.log('')
  spawnSync(process.execPath, [join(import.meta.dirname, 'device-chart.bench.ts')], { stdio: 'inherit' })
}
if (wanted('viewers')) await serve()

async function load(): Promise<void> {
  for (const slowed of [1, 4]) {
    const { script, scriptBeforeMap, all, legendMs, movingMs } = await coldLoad(browser, url, slowed)
    console.log(`\nCold load, processor slowed ${slowed} ×`)
    console.log(
      `  JavaScript on the wire ${kilobytes(script)}, of it before the map ${kilobytes(scriptBeforeMap)} (aim: ${kilobytes(AIMS.script)}); everything ${kilobytes(all)}`,
    )
    console.log(`  legend after ${(legendMs / 1_000).toFixed(1)} s, marks move after ${(movingMs / 1_000).toFixed(1)} s`)
  }
}

async function watch(): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(`${url}/?at=31.2,121.47,10`)
  await page.locator('.cg-legend-row').first().waitFor({ timeout: 60_000 })
  await page.waitForTimeout(10_000)
  const meter = await PageMeter.of(page)
  console.log(`\n${options.buses} buses at 1 Hz, the city in view`)
  print('nobody touches it', await meter.during(() => page.waitForTimeout(ROUND_MS)))
  print(
    'dragged all the time',
    await meter.during(async () => {
      const end = performance.now() + ROUND_MS
      await page.mouse.move(760, 400)
      await page.mouse.down()
      for (let step = 0; performance.now() < end; step += 1) await page.mouse.move(760 + Math.sin(step / 8) * 120, 400 + Math.cos(step / 8) * 80)
      await page.mouse.up()
    }),
  )
  const minutes = Number(options.minutes)
  const before = await meter.during(() => page.waitForTimeout(1_000))
  const after = await meter.during(() => page.waitForTimeout(minutes * 60_000))
  console.log(`  memory ${(before.heap / 1e6).toFixed(1)} MB, after ${minutes} minutes ${(after.heap / 1e6).toFixed(1)} MB`)
  print(`over ${minutes} minutes`, after)
  await context.close()
}

async function serve(): Promise<void> {
  const { buses, viewers: count, without, withThem, bytesEach } = await viewers({ buses: 1_000, viewers: 100, seconds: 20 })
  console.log(`\n${count} viewers of the whole city, ${buses} buses at 1 Hz, a real gateway`)
  console.log(
    `  without them ${percent(without)} of a core, with them ${percent(withThem)}: ${percent(withThem - without)} for all (aim: ${percent(AIMS.viewers)}); each got ${kilobytes(bytesEach)}/s`,
  )
}

function print(what: string, round: PageRound): void {
  console.log(
    `  ${what.padEnd(22)} ${round.framesPerSecond.toFixed(1)} frames/s (aim: ${AIMS.framesPerSecond}), ${round.longTasks} long tasks, longest ${round.longestMs.toFixed(0)} ms (aim: ${AIMS.longestMs}), main thread ${percent(round.mainThread)}, ${kilobytes(round.bytesPerSecond)}/s (aim: ${kilobytes(AIMS.bytesPerSecond)}), heap ${(round.heap / 1e6).toFixed(1)} MB`,
  )
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`
}
