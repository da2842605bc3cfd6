import { type FileHandle, open } from 'node:fs/promises'
import type { Segment } from './segment.ts'

/** Files held open for readers that stand in different segments. */
const KEPT_OPEN = 8

interface OpenFile {
  readonly handle: Promise<FileHandle>
  users: number
  /** Closed as soon as nobody reads it. */
  unwanted: boolean
}

/** Segments open for reading. None is closed under a reader. */
export class OpenFiles {
  readonly #files = new Map<Segment, OpenFile>()

  /** Hands the file to `work`. */
  async use<T>(segment: Segment, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = this.#open(segment)
    file.users++
    try {
      return await work(await file.handle)
    } finally {
      file.users--
      if (file.unwanted && file.users === 0) await close(file)
    }
  }

  /** Closes a segment's file, once nobody reads it: it will be deleted. */
  async forget(segment: Segment): Promise<void> {
    const file = this.#files.get(segment)
    if (!file) return
    this.#files.delete(segment)
    file.unwanted = true
    if (file.users === 0) await close(file)
  }

  async close(): Promise<void> {
    for (const segment of this.#files.keys()) await this.forget(segment)
  }

  #open(segment: Segment): OpenFile {
    const known = this.#files.get(segment)
    if (known) return known
    const file: OpenFile = { handle: open(segment.path, 'r'), users: 0, unwanted: false }
    this.#files.set(segment, file)
    file.handle.catch(() => this.#files.delete(segment))
    for (const other of this.#files.keys()) {
      if (this.#files.size <= KEPT_OPEN) break
      if (other !== segment) void this.forget(other)
    }
    return file
  }
}

async function close(file: OpenFile): Promise<void> {
  const handle = await file.handle.catch(() => undefined)
  await handle?.close()
}
