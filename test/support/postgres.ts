import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresPlace } from '../../gateway/registry/database.ts'

const START_MS = 60_000
const FOLDER = '/usr/lib/postgresql'
const administrator = { username: 'administrator', password: 'only-for-this-test' }

/** A real PostgreSQL of its own folder and port, that asks for a password. */
export interface Postgres {
  /** A new, empty database and who owns it. */
  database(): Promise<Required<PostgresPlace>>
  /** Runs SQL in a database; answers what `psql` printed, a row a line, columns separated by |. */
  sql(url: string, statement: string): string
  /** Stops the process where it stands, as a machine that hangs does. */
  freeze(): void
  thaw(): void
  /** Ends it at once, clients or not. */
  end(): Promise<void>
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

/** Starts Debian's PostgreSQL, as its own user where the tests run as root: it refuses to run as root. */
export async function startPostgres(): Promise<Postgres> {
  const user: { readonly uid?: number; readonly gid?: number } = process.getuid?.() === 0 ? idsOf('postgres') : {}
  const folder = mkdtempSync(join(tmpdir(), 'citygate-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const port = await freePort()
  const address = (database: string): string => `postgres://127.0.0.1:${port}/${database}`
  const psql = (url: string, statement: string): string => {
    const env = { ...process.env, PGPASSWORD: administrator.password }
    const { hostname, pathname } = new URL(url)
    const args = ['-h', hostname, '-p', String(port), '-U', administrator.username, '-d', pathname.slice(1), '-v', 'ON_ERROR_STOP=1', '-qAtc', statement]
    return execFileSync(program('psql'), args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  }
  // `initdb` reads the password from a file only; the shell gives it one that is never written.
  const init = `exec "$1" -D "$2" -U ${administrator.username} --auth=scram-sha-256 --pwfile=<(printf %s "$3") --no-sync --encoding=UTF8 --locale=C`
  execFileSync('bash', ['-c', init, 'init', program('initdb'), join(folder, 'data'), administrator.password], { ...user, cwd: folder, stdio: 'pipe' })

  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }
  const start = async (): Promise<void> => {
    const args = ['-D', join(folder, 'data'), '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off']
    child = spawn(program('postgres'), args, { ...user, cwd: folder, stdio: 'ignore' })
    await answering(child, () => psql(address('postgres'), 'select 1'))
  }
  const killNow = (): void => {
    child?.kill('SIGQUIT')
  }
  process.on('exit', killNow)
  await start()
  let made = 0
  return {
    database: () => {
      made += 1
      const owner = { username: `owner_${made}`, password: `secret-of-${made}` }
      psql(address('postgres'), `create role ${owner.username} login password '${owner.password}'`)
      psql(address('postgres'), `create database city_${made} owner ${owner.username}`)
      return Promise.resolve({ url: address(`city_${made}`), ...owner })
    },
    sql: psql,
    freeze: () => everyProcess(folder, 'SIGSTOP'),
    thaw: () => everyProcess(folder, 'SIGCONT'),
    // Immediate shutdown (PostgreSQL 15 manual, 19.5): the children end with it, as they do not when it is killed.
    end: () => end('SIGQUIT'),
    restart: start,
    stop: async () => {
      await end('SIGQUIT')
      process.off('exit', killNow)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The server and its children, one per connection: those whose working folder is the server's. */
function everyProcess(folder: string, signal: NodeJS.Signals): void {
  for (const pid of readdirSync('/proc').filter(name => /^[0-9]+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) === join(folder, 'data')) process.kill(Number(pid), signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}

async function answering(child: ChildProcess, ask: () => unknown): Promise<void> {
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`)
    try {
      ask()
      return
    } catch {
      await pause(50)
    }
  }
  child.kill('SIGQUIT')
  throw new Error(`postgres did not answer within ${START_MS / 1000} s`)
}

/** Debian keeps the server's programs in a folder for each version, outside PATH. */
function program(name: string): string {
  const newest = readdirSync(FOLDER)
    .map(Number)
    .filter(version => version > 0)
    .sort((a, b) => b - a)[0]
  if (newest === undefined) throw new Error('PostgreSQL is missing; install it: apt-get install postgresql')
  return join(FOLDER, String(newest), 'bin', name)
}

function idsOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(closed => server.close(closed))
  return typeof address === 'object' && address !== null ? address.port : 0
}
