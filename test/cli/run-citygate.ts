import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const program = new URL('../../gateway/cli/citygate.ts', import.meta.url).pathname

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `citygate` as its own process in a folder of its own, without the variables of whoever runs the tests. */
export function commandLine() {
  const folders: string[] = []
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'citygate-cli-'))
    folders.push(made)
    return made
  }
  const start = (args: readonly string[], options: RunOptions & { readonly cwd?: string } = {}): ChildProcess => {
    const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', ...options.env }
    const child = spawn(process.execPath, [program, ...args], { cwd: options.cwd ?? folder(), env, stdio: 'pipe' })
    children.push(child)
    child.stdin?.end(options.input ?? '')
    return child
  }
  const run = async (args: readonly string[], options: RunOptions & { readonly cwd?: string } = {}): Promise<Outcome> => {
    const child = start(args, options)
    const [stdout, stderr] = [collected(child, 'stdout'), collected(child, 'stderr')]
    const code = await new Promise<number | null>(resolve => child.once('close', resolve))
    return { code, stdout: stdout(), stderr: stderr() }
  }
  return { folder, start, run }
}

/** Gathers what a process prints; answers how to read it so far. */
export function collected(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = ''
  child[stream]?.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  return () => text
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has an address with a port')
  return address.port
}
