import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs a program to its end, feeding it bytes; throws with what it said when it fails. */
export async function run(program: string, args: readonly string[], input: string | Uint8Array = ''): Promise<Buffer> {
  const child = spawn(program, args)
  const out: Buffer[] = []
  const said: Buffer[] = []
  child.stdout.on('data', chunk => out.push(chunk))
  child.stderr.on('data', chunk => said.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${Buffer.concat(said).toString()}${Buffer.concat(out).toString()}`)
  return Buffer.concat(out)
}

/** A program that goes on, and the lines it has printed. */
export interface RunningProgram {
  readonly lines: string[]
  readonly child: ChildProcessWithoutNullStreams
  stop(): Promise<void>
}

/** Starts a program and gathers its lines. */
export function runOn(program: string, args: readonly string[]): RunningProgram {
  const child = spawn(program, args)
  const lines: string[] = []
  let rest = ''
  const take = (chunk: Buffer): void => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  return {
    lines,
    child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
