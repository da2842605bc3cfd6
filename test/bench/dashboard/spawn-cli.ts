import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** A command of Citygate, or another script of it, that runs until it is stopped. */
export interface Running {
  /** The first line it prints. */
  readonly firstLine: Promise<string>
  stop(): Promise<void>
}

export function spawnCli(words: readonly string[]): Running {
  return spawnScript(['gateway/cli/citygate.ts', ...words])
}

/** `words`: the script, from the top of the tree, and its words. */
export function spawnScript(words: readonly string[]): Running {
  const child = spawn(process.execPath, [...words], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  // Its progress is nobody's concern here; the end of it says why it ended, where it did.
  let complaint = ''
  child.stderr.on('data', chunk => {
    complaint = `${complaint}${chunk}`.slice(-2_000)
  })
  const firstLine = new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', chunk => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
    child.once('exit', code => reject(new Error(`${words[0]} ended with ${code} before it said anything: ${complaint}`)))
  })
  firstLine.catch(() => undefined)
  return {
    firstLine,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
