import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const START_MS = 30_000

/** A real InfluxDB of its own folder and ports. */
export interface Influxd {
  /** `http://127.0.0.1:PORT`, without credentials. */
  readonly url: string
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>
  /** `kill -9`; its folder stays. */
  kill(): Promise<void>
  /** Starts it again on the same port and folder, killed before if it still runs. */
  restart(): Promise<void>
}

/** Starts Debian's `influxd`. With an administrator, signing in is required and that user exists. */
export async function startInfluxd(
  options: {
    readonly administrator?: { readonly username: string; readonly password: string }
    /** Where its folder is made: a disk of its own. */
    readonly under?: string
  } = {},
): Promise<Influxd> {
  const folder = await mkdtemp(join(options.under ?? tmpdir(), 'citygate-influxd-'))
  const [http, rpc] = await freePorts()
  const url = `http://127.0.0.1:${http}`
  await writeFile(join(folder, 'influxd.conf'), configuration(folder, http, rpc, options.administrator !== undefined))
  let child: ChildProcess | undefined
  const killNow = (): void => {
    child?.kill('SIGKILL')
  }
  process.on('exit', killNow)

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }
  const start = async (): Promise<void> => {
    await end('SIGKILL')
    child = await launched(folder, url)
  }
  const server: Influxd = {
    url,
    kill: () => end('SIGKILL'),
    restart: start,
    stop: async () => {
      await end('SIGTERM')
      process.off('exit', killNow)
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await start()
    if (options.administrator) await addAdministrator(url, options.administrator)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function launched(folder: string, url: string): Promise<ChildProcess> {
  const child = spawn('influxd', ['run', '-config', join(folder, 'influxd.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  let failure: Error | undefined
  child.on('error', error => {
    failure = error
  })
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    if (failure) throw new Error('influxd cannot be started; install it: apt-get install influxdb', { cause: failure })
    if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}: ${said}`)
    if (await answers(url)) return child
    await pause(25)
  }
  child.kill('SIGKILL')
  throw new Error(`influxd did not answer within ${START_MS / 1000} s: ${said}`)
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ping`)).status === 204
  } catch {
    return false
  }
}

async function addAdministrator(url: string, { username, password }: { readonly username: string; readonly password: string }): Promise<void> {
  const q = `CREATE USER "${username}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q }) })
  const text = await answer.text()
  if (!answer.ok || text.includes('"error"')) throw new Error(`influxd took no administrator: ${text}`)
}

async function freePorts(): Promise<[number, number]> {
  // Both are held at once, so they differ.
  const servers = [createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(async server => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    }),
  )
  await Promise.all(servers.map(server => new Promise(closed => server.close(closed))))
  return [ports[0] ?? 0, ports[1] ?? 0]
}

function configuration(folder: string, http: number, rpc: number, signingIn: boolean): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
  logging-enabled = false
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  auth-enabled = ${signingIn}
  log-enabled = false
[logging]
  level = "error"
  suppress-logo = true
`
}
