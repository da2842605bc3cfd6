import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { type Random, seededRandom } from '../../devices/simulators/random.ts'

/** `npm run test:chaos` runs the long form; within `npm test` everything is shorter. */
export const long = process.env.CITYGATE_CHAOS === 'long'

/** How often or how much, in the short form and in the long one. */
export function much(short: number, inLong: number): number {
  return long ? inLong : short
}

/** Chance that can be had again: the seed is printed, and `CITYGATE_SEED` sets it. */
export function chance(name: string): Random {
  const seed = process.env.CITYGATE_SEED ?? String(Date.now() % 1_000_000)
  say(`${name}: seed ${seed} (CITYGATE_SEED=${seed} runs it again)`)
  return seededRandom(`${seed} ${name}`)
}

/** A line of the report. Written past the test runner, which would put a heading over each. */
export function say(line: string): void {
  process.stdout.write(`chaos  ${line}\n`)
}

/** The most memory a process has had so far, in MB, and what it has now. */
export function memoryOf(pid: number): { readonly peakMb: number; readonly nowMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (field: string): number => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
  return { peakMb: mb('VmHWM'), nowMb: mb('VmRSS') }
}

/** A port that was free a moment ago: a gateway that is started again listens where its devices look for it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(closed => server.close(closed))
  return typeof address === 'object' && address !== null ? address.port : 0
}
