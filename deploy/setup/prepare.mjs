// Makes a fresh clone ready: packages, the dashboard's files and, for tests, Debian's programs. Plain JavaScript without dependencies, because it runs on the
// machine's own Node (20.20 or later) before the pinned one is installed. Each step is skipped when its result is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const wants = new Set(process.argv.slice(2))

/** Programs that the tests run for real, by the Debian package that brings them. */
const DEBIAN = {
  influxd: 'influxdb',
  influx: 'influxdb-client',
  mosquitto_pub: 'mosquitto-clients',
  openssl: 'openssl',
  socat: 'socat',
  chromium: 'chromium',
  mbpoll: 'mbpoll',
  protoc: 'protobuf-compiler',
}
/** Packages without a program of their own, by a file they bring. */
const DEBIAN_FILES = {
  '/usr/lib/postgresql': 'postgresql',
  '/usr/lib/python3/dist-packages/pymodbus': 'python3-pymodbus',
  '/usr/include/modbus/modbus.h': 'libmodbus-dev',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': 'fonts-noto-cjk',
}

installPackages()
if (wants.has('--tests')) installPrograms()
if (wants.has('--dashboard')) buildDashboard()

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.citygate-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  // A work tree whose packages npm installed itself needs no second installation.
  if (existsSync(join(root, 'node_modules', '.package-lock.json')) && run('npm', ['ls', '--all', '--silent'], { quiet: true })) {
    writeFileSync(stamp, lock)
    return
  }
  say('Installing packages (about a minute, once) …')
  must(
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']),
    'npm ci failed: check the network and the npm registry, then run the command again.',
  )
  writeFileSync(stamp, lock)
}

function installPrograms() {
  const missing = [
    ...Object.entries(DEBIAN)
      .filter(([program]) => !onPath(program))
      .map(([, name]) => name),
    ...Object.entries(DEBIAN_FILES)
      .filter(([file]) => !existsSync(file))
      .map(([, name]) => name),
  ]
  if (missing.length === 0) return
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !onPath('apt-get'))
    fail(`The tests run real programs that are missing here. Install them, then run the command again:\n  sudo sh -c '${byHand}'`)
  say(`Installing ${missing.join(', ')} for the tests (once) …`)
  must(run('apt-get', ['update', '-qq']), 'apt-get update failed: check the network.')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  must(run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env }), `apt-get could not install ${missing.join(', ')}.`)
}

function buildDashboard() {
  const built = join(root, 'dashboard', 'dist', 'index.html')
  const sources = ['dashboard', 'proto'].map(folder => newest(join(root, folder)))
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return
  say('Building the dashboard …')
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`
  must(
    run('npm', ['run', '--silent', 'build:dashboard', '--', '--logLevel', 'warn'], { env: { ...process.env, PATH: path } }),
    'The dashboard could not be built.',
  )
}

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

function onPath(program) {
  return (process.env.PATH ?? '').split(':').some(folder => folder !== '' && existsSync(join(folder, program)))
}

function run(command, args, { quiet = false, env = process.env } = {}) {
  return spawnSync(command, args, { cwd: root, env, stdio: quiet ? 'ignore' : ['ignore', 2, 2] }).status === 0
}

function must(ok, message) {
  if (!ok) fail(message)
}

function say(message) {
  process.stderr.write(`${message}\n`)
}

function fail(message) {
  say(message)
  process.exit(1)
}
