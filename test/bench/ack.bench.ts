/**
 * Receipts a second and rows a second, beside Aedes as it comes, in the same run. Prints figures and ratios, asserts nothing. The load generator is a process
 * of its own; broker and generator share the machine, so only the ratios mean something elsewhere.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Registry } from '../../gateway/registry/registry.ts'
import { dataFolder, startGateway } from '../support/gateway.ts'
import { MemoryLog } from '../support/log.ts'
import type { LoadOptions, LoadResult } from './load.ts'

const CONNECTIONS = Number(process.argv[2] ?? 200)
const IN_FLIGHT = Number(process.argv[3] ?? 20)
const SECONDS = Number(process.argv[4] ?? 8)
const ROUNDS = Number(process.argv[5] ?? 3)
const SECRET = 'a-secret-for-the-benchmark'
async function load(options: Omit<LoadOptions, 'connections' | 'inFlight' | 'seconds' | 'prefix'>): Promise<LoadResult> {
  const all: LoadOptions = { connections: CONNECTIONS, inFlight: IN_FLIGHT, seconds: SECONDS, prefix: 'bench-', ...options }
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'load.ts'), JSON.stringify(all)], { maxBuffer: 1 << 20 })
  return JSON.parse(stdout) as LoadResult
}

async function rawAedes(): Promise<number> {
  const broker = spawn(process.execPath, [join(import.meta.dirname, 'aedes-raw.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(broker.stdout, 'data')) as [Buffer]
  const result = await load({ port: Number(line.toString()), from: Date.now() - 3_600_000 })
  broker.kill()
  return print('Aedes 1.2 as it comes', result)
}

interface GatewayFigures {
  readonly acknowledged: number
  readonly rows: number
}

async function citygate(): Promise<GatewayFigures> {
  const data = await dataFolder()
  const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
  await registry.start()
  await registry.addDevices(
    Array.from({ length: CONNECTIONS }, (_, n) => ({ device: { id: `bench-${n}`, org: 'bench', model: 'citygate-bus-unit' }, secret: SECRET })),
  )
  await registry.stop()
  const gateway = await startGateway({ data, args: ['--log-level', 'warn'] })
  const from = performance.now()
  const result = await load({ port: gateway.mqttPort, secret: SECRET, from: Date.now() - 3_600_000 })
  let account = await gateway.get<{ pending: number; stored: number; duplicate: number; received: number }>('/account')
  while (account.pending > 0) {
    await new Promise(resolve => setTimeout(resolve, 50))
    account = await gateway.get('/account')
  }
  const seconds = (performance.now() - from) / 1000
  await gateway.stop()
  await rm(data, { recursive: true, force: true })
  const acknowledged = print('Citygate, receipt = on disk', result)
  const rows = account.stored / seconds
  console.log(`    all decoded and in the SQLite store after ${seconds.toFixed(1)} s: ${Math.round(rows)} rows/s (${account.duplicate} duplicates)`)
  return { acknowledged, rows }
}

function print(name: string, result: LoadResult): number {
  const rate = result.acknowledged / result.seconds
  console.log(`  ${name}: ${Math.round(rate)} acknowledged/s, p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms`)
  return rate
}

console.log(`Receipts: ${CONNECTIONS} connections, ${IN_FLIGHT} in flight each, ${SECONDS} s a round, ${ROUNDS} rounds`)
const ratios: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  console.log(`round ${round + 1}`)
  const raw = await rawAedes()
  const ours = await citygate()
  ratios.push(ours.acknowledged / raw)
  console.log(`    ratio Citygate / Aedes: ${(ours.acknowledged / raw).toFixed(2)}`)
}
ratios.sort((a, b) => a - b)
console.log(`median ratio: ${(ratios[Math.floor(ratios.length / 2)] ?? 0).toFixed(2)}`)
