import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { FileJournal, type FileJournalOptions } from '../../gateway/journal/file-journal.ts'
import type { JournalledFrame } from '../../gateway/model/frame.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { MemoryLog } from '../support/log.ts'
import { frame, T0 } from './workspace-frames.ts'

export { frame, T0 }

/** A folder for each test, and journals that are closed behind it. */
export class Workspace {
  folder = ''
  log = new MemoryLog()
  readonly opened: FileJournal[] = []
  readonly #folders: string[] = []

  constructor() {
    beforeEach(async () => {
      this.folder = await this.newFolder()
      this.log = new MemoryLog()
    })
    afterEach(async () => {
      for (const journal of this.opened.splice(0)) await journal.close()
      for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true, force: true })
    })
  }

  async newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'citygate-journal-'))
    this.#folders.push(folder)
    return folder
  }

  async open(options: Partial<FileJournalOptions> = {}): Promise<FileJournal> {
    const journal = new FileJournal({ folder: this.folder, segmentBytes: 1 << 20, budgetBytes: 1 << 30, keepBytes: 0, log: this.log, ...options })
    await journal.open()
    this.opened.push(journal)
    return journal
  }

  /** The folder as a `kill -9` would leave it now, in another place. */
  async killedCopy(): Promise<string> {
    const copy = await this.newFolder()
    for (const name of await readdir(this.folder)) {
      // What is replaced at that moment was there or was not: both are what a kill may leave. Not copyFile: it never returns when a file gets shorter under it.
      const bytes = await readFile(join(this.folder, name)).catch(() => undefined)
      if (bytes) await writeFile(join(copy, name), bytes)
    }
    return copy
  }
}

/** Appends frames `from` to before `to`; each is synced by itself, unless together. */
export async function fill(journal: Journal, from: number, to: number, options: { readonly size?: number; readonly together?: boolean } = {}): Promise<void> {
  let last = -1
  for (let n = from; n < to; n++) {
    last = journal.append(frame(n, options.size))
    if (!options.together) await journal.synced(last)
  }
  if (last >= 0) await journal.synced(last)
}

/** Everything that can be read from an offset on. */
export async function readAll(journal: Journal, from = 0): Promise<JournalledFrame[]> {
  const frames: JournalledFrame[] = []
  for (let next = from; next < journal.end; ) {
    const some = await journal.read(next)
    const last = some.at(-1)
    if (!last) break
    frames.push(...some)
    next = last.offset + 1
  }
  return frames
}

export function offsets(frames: readonly JournalledFrame[]): number[] {
  return frames.map(one => one.offset)
}

/** Whether a frame is, byte for byte, the one that {@link frame} makes for its offset. */
export function isTrue(one: JournalledFrame, size = 20): boolean {
  const made = frame(one.offset, size)
  return one.device === made.device && one.channel === made.channel && one.receivedAt === made.receivedAt && Buffer.from(made.payload).equals(one.payload)
}

/** The segments' paths, oldest first. */
export async function segments(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter(name => name.endsWith('.seg'))
    .sort()
    .map(name => join(folder, name))
}

export async function lastSegment(folder: string): Promise<string> {
  return (await segments(folder)).at(-1) ?? ''
}
