import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..')
const cli = join(root, 'gateway', 'cli', 'citygate.ts')
const READY_MS = 30_000

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A gateway in a process of its own, as `citygate serve` starts it. */
export interface GatewayProcess {
  readonly pid: number
  readonly data: string
  readonly http: string
  readonly mqttPort: number
  /** All it has printed so far. */
  output(): string
  /** `citygate …` on the same data folder. */
  citygate(...args: string[]): Promise<CommandResult>
  /** The API's JSON answer to a path below `/api/v1`. */
  get<T = unknown>(path: string): Promise<T>
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** Ends it and removes its data folder. */
  stop(): Promise<void>
}

/** Makes a data folder that outlives the gateways that are started on it. */
export async function dataFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'citygate-e2e-'))
}

/** Runs `citygate` with these words. */
export async function citygate(args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {}): Promise<CommandResult> {
  const running = promisify(execFile)(process.execPath, [cli, ...args], { cwd: tmpdir(), env: cleanEnv(options.env), maxBuffer: 64 << 20 })
  running.child.stdin?.end(options.input ?? '')
  try {
    return { code: 0, ...(await running) }
  } catch (error) {
    const failed = error as { code?: number; stdout?: string; stderr?: string }
    return { code: typeof failed.code === 'number' ? failed.code : 1, stdout: failed.stdout ?? '', stderr: failed.stderr ?? '' }
  }
}

/** Starts `citygate serve` on free ports and waits until it says that it is ready. */
export async function startGateway(
  options: {
    readonly data?: string
    readonly args?: readonly string[]
    readonly env?: NodeJS.ProcessEnv
    readonly command?: readonly string[]
    /** A program that becomes it, such as `taskset -c 0`. */
    readonly through?: readonly string[]
  } = {},
): Promise<GatewayProcess> {
  const data = options.data ?? (await dataFolder())
  const words = [...(options.command ?? ['serve', '--http', '0', '--mqtt', '0']), '--data', data, ...(options.args ?? [])]
  const before = [...(options.through ?? []), process.execPath]
  const program = before.shift() ?? process.execPath
  const child = spawn(program, [...before, cli, ...words], { cwd: tmpdir(), env: cleanEnv(options.env), stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  child.stderr.on('data', chunk => (text += chunk))
  await ready(child, () => text)
  const http = /https?:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''
  const mqttPort = Number(/mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1])
  const kill: GatewayProcess['kill'] = async signal => {
    const ended = once(child, 'exit')
    child.kill(signal)
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended
  }
  return {
    pid: child.pid ?? 0,
    data,
    http,
    mqttPort,
    output: () => text,
    citygate: (...args) => citygate([...args, '--data', data]),
    get: async <T>(path: string): Promise<T> => {
      const answer = await fetch(`${http}/api/v1${path}`)
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    },
    kill,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await kill('SIGTERM')
      if (!options.data) await rm(data, { recursive: true, force: true })
    },
  }
}

async function ready(child: ChildProcess, text: () => string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = (): void => {
    if (/https?:\/\/127\.0\.0\.1:\d+/.test(text()) && /mqtt:\/\/127\.0\.0\.1:\d+/.test(text())) resolve()
  }
  const timer = setTimeout(() => reject(new Error(`the gateway did not start in ${READY_MS} ms:\n${text()}`)), READY_MS)
  child.stdout?.on('data', look)
  child.stderr?.on('data', look)
  child.once('exit', code => reject(new Error(`the gateway ended with ${code}:\n${text()}`)))
  try {
    await promise
  } finally {
    clearTimeout(timer)
  }
}

/** The tests' own environment without settings of a gateway. */
function cleanEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CITYGATE_') && name !== 'NODE_OPTIONS')
  return { ...Object.fromEntries(own), ...more }
}
