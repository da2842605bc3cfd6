/** Memory and processor time of the gateway under 1,000 simulated buses at 1 Hz, each with its own connection. Prints figures, asserts nothing. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startGateway } from '../support/gateway.ts'

const BUSES = Number(process.argv[2] ?? 1000)
const SECONDS = Number(process.argv[3] ?? 60)

/** Resident memory in MB and processor seconds of a process (proc(5)). */
async function usage(pid: number): Promise<{ readonly megabytes: number; readonly cpuSeconds: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')
  return { megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 }
}

/** The process whose command line names this data folder. */
async function processOf(data: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(data) && command.includes('serve')) return Number(name)
  }
  throw new Error('the gateway is not running')
}

const gateway = await startGateway({ args: ['--log-level', 'warn'] })
const pid = await processOf(gateway.data)
const before = await usage(pid)
const words = [
  'simulate',
  '--mqtt',
  `127.0.0.1:${gateway.mqttPort}`,
  '--data',
  gateway.data,
  '--buses',
  String(BUSES),
  '--meters',
  '0',
  '--worksites',
  '0',
  '--rate',
  '1',
  '--seed',
  '1',
  '--duration',
  String(SECONDS),
]
const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, '..', '..', 'gateway', 'cli', 'citygate.ts'), ...words], {
  maxBuffer: 1 << 24,
})
await new Promise(resolve => setTimeout(resolve, (SECONDS * 1000) / 2))
const half = await usage(pid)
await new Promise(resolve => setTimeout(resolve, (SECONDS * 1000) / 2 - 3000))
const late = await usage(pid)
const account = await gateway.get<{ received: number; stored: number; pending: number }>('/account')
const { stdout } = await running
const between = SECONDS / 2 - 3
console.log(`${BUSES} simulated buses at 1 Hz for ${SECONDS} s:`)
console.log(`  gateway: ${Math.round(before.megabytes)} MB before, ${Math.round(half.megabytes)} MB half way, ${Math.round(late.megabytes)} MB at the end`)
console.log(
  `  gateway: ${(((late.cpuSeconds - half.cpuSeconds) / between) * 100).toFixed(0)} % of one core, ${account.received} frames received, ${account.pending} pending`,
)
console.log(`  simulator: ${stdout.trim()}`)
await gateway.stop()
