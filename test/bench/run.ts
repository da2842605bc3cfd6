/** `npm run bench`: every benchmark in turn, each in a process of its own. Prints figures, asserts nothing. `npm run bench -- ack` runs those whose name begins so. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

const wanted = process.argv[2] ?? ''
const names = readdirSync(import.meta.dirname).filter(name => name.endsWith('.bench.ts') && name.startsWith(wanted))
if (names.length === 0) console.error(`no benchmark begins with "${wanted}"`)
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`)
for (const name of names) {
  console.log(`\n== ${name.replace('.bench.ts', '')}`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name), ...process.argv.slice(3)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
