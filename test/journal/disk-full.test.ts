import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isTrue, readAll, Workspace } from './workspace.ts'

const work = new Workspace()
const run = promisify(execFile)
const writer = join(import.meta.dirname, 'disk-full-writer.ts')

interface Line {
  readonly state: string
  readonly synced: number
  readonly advice?: string
  readonly rejected?: boolean
  readonly errors?: number
}

/** A process that fills a journal. */
function startWriter(folder: string) {
  const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: Line[] = []
  let seen = 0
  createInterface({ input: child.stdout }).on('line', line => lines.push(JSON.parse(line)))
  const ended = once(child, 'close')
  return {
    lines,
    child,
    /** The next line with this state: a small disk is full again before one can look. */
    until: async (state: string): Promise<Line | undefined> => {
      let found: Line | undefined
      await expect
        .poll(
          () => {
            while (!found && seen < lines.length) {
              const line = lines[seen++]
              if (line?.state === state) found = line
            }
            return found?.state
          },
          { timeout: 20_000 },
        )
        .toBe(state)
      return found
    },
    stop: async (): Promise<Line | undefined> => {
      child.kill('SIGTERM')
      await ended
      return lines.at(-1)
    },
  }
}

/** No file of a process grows beyond this: writing fails with EFBIG, part of it done. Needs no rights. */
async function limitFiles(pid: number | undefined, bytes: number | 'unlimited'): Promise<void> {
  await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}

/** A file system of one megabyte, where this user may mount one. */
async function mountSmall(folder: string): Promise<boolean> {
  return run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
}

describe('a disk that takes no more', () => {
  it('makes the journal failing; it goes on by itself, and nothing synced is lost', async () => {
    const process = startWriter(work.folder)
    try {
      await process.until('normal')
      for (let round = 0; round < 2; round++) {
        // In the middle of a segment, and not at the end of a record.
        await limitFiles(process.child.pid, 70_001 + round * 60_000)
        const failing = await process.until('failing')
        expect(failing?.advice).toMatch(/EFBIG.*free space or repair the disk/)
        await limitFiles(process.child.pid, 'unlimited')
        await process.until('normal')
      }
      await limitFiles(process.child.pid, 50_000)
      await process.until('failing')
    } finally {
      await process.stop()
    }
    const closed = process.lines.at(-1)
    // What could not be written is said to be lost, not passed over.
    expect(closed).toMatchObject({ state: 'closed', errors: 3 })
    await expectAll(closed?.synced ?? 0)
  }, 60_000)

  it('of a small file system: the last byte is used, and room is taken again', async () => {
    const mounted = await mountSmall(work.folder)
    const free = mounted ? (await statfs(work.folder)).bavail * (await statfs(work.folder)).bsize : 0
    const process = startWriter(work.folder)
    try {
      if (mounted) {
        await writeFile(join(work.folder, 'ballast'), Buffer.alloc(Math.floor(free / 2)))
        const failing = await process.until('failing')
        expect(failing?.advice).toContain('ENOSPC')
        // Space made ahead must not take the place of frames.
        expect((failing?.synced ?? 0) * 541).toBeGreaterThan(free / 2 - 100_000)
        await rm(join(work.folder, 'ballast'))
        await process.until('normal')
      } else {
        await limitFiles(process.child.pid, 90_000)
        await process.until('failing')
        await limitFiles(process.child.pid, 'unlimited')
        await process.until('normal')
      }
      const closed = await process.stop()
      await expectAll(closed?.synced ?? 0)
    } finally {
      process.child.kill('SIGKILL')
      for (const journal of work.opened.splice(0)) await journal.close()
      if (mounted) await run('umount', ['-l', work.folder])
    }
  }, 60_000)
})

/** Every frame that was synced, and each as it was. */
async function expectAll(synced: number): Promise<void> {
  expect(synced).toBeGreaterThan(50)
  const journal = await work.open()
  const frames = await readAll(journal)
  expect(frames.length).toBe(journal.end)
  expect(frames.length).toBeGreaterThanOrEqual(synced)
  expect(frames.every(one => isTrue(one, 500))).toBe(true)
  expect(journal.condition).toMatchObject({ damages: 0, lostFrames: 0 })
}
