/** Checks that imports go one way, as a list of allowed edges between rooms. Fails when it reads no files: a check that sees nothing proves nothing. */
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'

const root = join(import.meta.dirname, '..', '..')

/** What each room may import, beside itself and packages. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'gateway/model': [],
  'gateway/config': ['gateway/model'],
  'gateway/broker': ['gateway/model', 'devices'],
  'gateway/links': ['gateway/model', 'devices'],
  'gateway/journal': ['gateway/model'],
  'gateway/pipeline': ['gateway/model', 'devices'],
  'gateway/series': ['gateway/model'],
  'gateway/live': ['gateway/model'],
  'gateway/hours': ['gateway/model'],
  'gateway/feeds': ['gateway/model'],
  'gateway/registry': ['gateway/model'],
  'gateway/commands': ['gateway/model'],
  'gateway/oidc': ['gateway/model'],
  'gateway/api': ['gateway/model'],
  'gateway/ops': ['gateway/model'],
  'gateway/transport': ['gateway/model'],
  'gateway/main': ['gateway', 'devices'],
  'gateway/cli': ['gateway', 'devices'],
  'devices/protocols': ['gateway/model'],
  devices: ['gateway/model', 'devices'],
  dashboard: [],
}
/** Packages and built-in modules that do I/O: nothing below `devices/protocols` may reach them. */
const IO = /^(node:)?(fs|net|tls|http|https|dgram|child_process|worker_threads)(\/|$)|^(mqtt|ws|undici|modbus-serial|express)$/
const FEWEST_FILES = 60

const { output } = await cruise(['gateway', 'devices', 'dashboard'], {
  baseDir: root,
  exclude: { path: ['node_modules', 'dashboard/dist'] },
  parser: 'swc',
  tsPreCompilationDeps: true,
  enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'] },
})
const { modules } = output as ICruiseResult
const wrong: string[] = []
let edges = 0
for (const module of modules) {
  const from = roomOf(module.source)
  if (from === undefined) continue
  for (const dependency of module.dependencies) {
    edges++
    const to = roomOf(dependency.resolved)
    if (dependency.circular) wrong.push(`${module.source} → ${dependency.resolved}: a cycle`)
    if (to === undefined) {
      if (from === 'devices/protocols' && IO.test(dependency.module)) wrong.push(`${module.source} → ${dependency.module}: protocols do no I/O`)
      continue
    }
    const protocol = protocolOf(module.source)
    const other = protocolOf(dependency.resolved)
    if (protocol && other && protocol !== other) wrong.push(`${module.source} → ${dependency.resolved}: a protocol never imports another`)
    if (to !== from && !(ALLOWED[from] ?? []).some(allowed => to === allowed || to.startsWith(`${allowed}/`)))
      wrong.push(`${module.source} → ${dependency.resolved}: ${from} may not import ${to}`)
  }
}

const files = modules.filter(module => roomOf(module.source) !== undefined).length
if (files < FEWEST_FILES || edges < FEWEST_FILES) wrong.push(`only ${files} files and ${edges} imports were read: the checker itself is broken`)
for (const line of wrong) console.error(line)
console.log(`layers: ${files} files, ${edges} imports, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0

/** The room a file stands in, by the longest name that fits; undefined for packages. */
function roomOf(path: string): string | undefined {
  if (path.includes('node_modules')) return undefined
  if (/^gateway\/[^/]+\.ts$/.test(path)) return 'gateway/main'
  return Object.keys(ALLOWED)
    .filter(room => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function protocolOf(path: string): string | undefined {
  return /^devices\/protocols\/([^/]+)\/.+/.exec(path)?.[1]
}
