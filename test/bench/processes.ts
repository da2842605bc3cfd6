import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Load, LoadResult } from './generator.ts'

/** Whatever takes frames in runs on the first core, all that drives it (generator, InfluxDB, this process) on the second. */
const TAKING_CORE = '0'
const DRIVING_CORE = '1'

/** Whether processes can be kept on cores of their own. */
export const pinned = cpus().length > 1 && canPin()

/** Pins this process, and with it what it starts. */
export function pinDriver(cores = DRIVING_CORE): void {
  if (pinned) execFileSync('taskset', ['-a', '-cp', cores, String(process.pid)], { stdio: 'ignore' })
}

/** Starts something that may use both cores, for it serves both sides. */
export async function onAllCores<T>(start: () => Promise<T>): Promise<T> {
  pinDriver(`${TAKING_CORE},${DRIVING_CORE}`)
  try {
    return await start()
  } finally {
    pinDriver()
  }
}

/** What stands in front of the command of a process that takes frames in. */
export const takingSide: readonly string[] = pinned ? ['taskset', '-c', TAKING_CORE] : []

function canPin(): boolean {
  try {
    execFileSync('taskset', ['-c', TAKING_CORE, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Processor time and memory of a process, with all its threads (proc(5)). */
export function usage(pid: number): { readonly cpuSeconds: number; readonly memoryBytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, memoryBytes: Number(resident) * 1024 }
}

/** A program that was started and has said its first line. */
export interface Started {
  readonly pid: number
  readonly firstLine: string
  /** Gives it a line on its standard input. */
  tell(line: string): void
  nextLine(): Promise<string>
  kill(): Promise<void>
}

/** Starts a program on the core of what takes frames in, and waits for its first line. */
export async function startTaking(command: readonly string[]): Promise<Started> {
  return start([...takingSide, ...command])
}

/** Starts a program beside this one, and waits for its first line. */
export async function startDriving(command: readonly string[]): Promise<Started> {
  return start(command)
}

/** Starts one that is silent. */
export function startSilent(command: readonly string[]): { readonly pid: number; kill(): Promise<void> } {
  const [program = '', ...words] = [...takingSide, ...command]
  const child = spawn(program, words, { stdio: 'ignore' })
  return { pid: child.pid ?? 0, kill: () => killed(child) }
}

async function start([program = '', ...words]: readonly string[]): Promise<Started> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${words.find(word => word.endsWith('.ts')) ?? program} ended too early`)
    return value
  }
  return { pid: child.pid ?? 0, firstLine: await nextLine(), tell: line => child.stdin.write(`${line}\n`), nextLine, kill: () => killed(child) }
}

/** One of the programs in this folder. */
export function script(name: string, ...words: readonly string[]): string[] {
  return [process.execPath, join(import.meta.dirname, name), ...words]
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Runs the generator; `measuring` is called when the measured time begins, and the answer comes when it ends. */
export async function generate(load: Load, measuring: () => void = () => undefined): Promise<LoadResult> {
  const generator = await start(script('generator.ts', JSON.stringify(load)))
  measuring()
  try {
    return JSON.parse(await generator.nextLine()) as LoadResult
  } finally {
    await generator.kill()
  }
}

/** Runs the generator beside other things: answers when its measured time has begun, with how to end it. */
export async function generateBeside(load: Load): Promise<() => Promise<void>> {
  const generator = await start(script('generator.ts', JSON.stringify(load)))
  return () => generator.kill()
}
