/**
 * `npm run bench`: the figures the gateway is measured by, each beside its reference, interleaved with it in the same run, as medians. `--quick`: two short rounds, to see that
 * it works. `--json`: all rounds as JSON. `--only acked`: lines whose id begins so. `--detail decode`: one of the `*.bench.ts` in this folder instead, which print what a part costs.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Line, type Result, type Round, summed, table } from './figures.ts'
import { memory } from './memory.ts'
import { pinDriver, pinned } from './processes.ts'
import { lateness, receipts } from './receipts.ts'
import { catchUp, storing } from './storing.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' }, detail: { type: 'string' } },
})
if (options.detail === undefined) await suite()
else detail(options.detail)

type Measure = () => Promise<readonly (readonly [Line, readonly Round[]])[]>

async function suite(): Promise<void> {
  const rounds = options.quick ? 2 : 5
  const effort = (seconds: number): { rounds: number; seconds: number } => ({ rounds, seconds: options.quick ? 1 : seconds })
  const rows = options.quick ? 50_000 : 150_000
  const measures: readonly (readonly [readonly string[], Measure])[] = [
    [['acked-20', 'acked-20-whole', 'acked-20-cpu'], () => receipts(20, effort(3))],
    [['acked-1', 'acked-1-whole', 'acked-1-cpu'], () => receipts(1, effort(3))],
    [['p99', 'p99-embedded'], () => lateness(effort(4))],
    [['influx', 'rows-aedes', 'rows-mosquitto', 'row-cpu'], () => storing({ rounds, rows })],
    [['catch-up'], () => catchUp({ rounds, rows: rows * 2 })],
    [['memory'], () => memory({ rounds, connections: options.quick ? 2_000 : 10_000 })],
  ]
  pinDriver()
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, pinned, node: process.version, rounds }
  if (!options.json)
    console.log(`${machine.processor}, ${machine.cores} cores${pinned ? ', pinned' : ', not pinned'}, Node ${machine.node}, medians of ${rounds} rounds\n`)
  const results: Result[] = []
  for (const [ids, measure] of measures) {
    if (!ids.some(id => id.startsWith(options.only ?? ''))) continue
    for (const [line, figures] of await measure()) results.push(summed(line, figures))
    if (!options.json && process.stderr.isTTY) process.stderr.write(`${ids.join(', ')} done\n`)
  }
  console.log(options.json ? JSON.stringify({ machine, results }, undefined, 2) : table(results))
  if (options.json || options.only !== undefined) return
  // What a city takes, how soon it is on the map, and what the protocols cost.
  for (const name of ['city', 'start', 'sign-in', 'import', 'decode', 'models', 'bus', 'jt808', 'hj212']) detail(name)
}

function detail(wanted: string): void {
  const names = readdirSync(import.meta.dirname).filter(name => name.endsWith('.bench.ts') && name.startsWith(wanted))
  if (names.length === 0) throw new Error(`no benchmark begins with "${wanted}"`)
  for (const name of names) {
    console.log(`== ${name.replace('.bench.ts', '')}`)
    const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name)], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}
