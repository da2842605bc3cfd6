import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalOffset } from '../model/frame.ts'
import { crc32c } from './crc32c.ts'

const FILE = 'reached.json'

/**
 * How far the journal is known to have been synced: written from time to time and at the end, always after the frames themselves. So when the segments hold less,
 * synced frames are missing, and not only a group that was being written. Never needed for anything else; a torn one counts as none.
 */
export class ReachedFile {
  readonly #folder: string
  #writing: Promise<void> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The end that was once reached; 0 when nothing is known. */
  async read(): Promise<JournalOffset> {
    try {
      const kept: unknown = JSON.parse(await readFile(join(this.#folder, FILE), 'utf8'))
      if (typeof kept !== 'object' || kept === null || !('next' in kept) || !('check' in kept)) return 0
      return typeof kept.next === 'number' && Number.isSafeInteger(kept.next) && kept.check === checkOf(kept.next) ? kept.next : 0
    } catch {
      return 0
    }
  }

  /** Keeps an end that is synced. While one is being kept, another is passed over. Never rejects: without it, only a diagnosis is missing. */
  async keep(next: JournalOffset): Promise<void> {
    this.#writing ??= this.#replace(next)
      .catch(() => undefined)
      .finally(() => {
        this.#writing = undefined
      })
    await this.#writing
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing
  }

  async #replace(next: JournalOffset): Promise<void> {
    const path = join(this.#folder, FILE)
    const file = await open(`${path}.new`, 'w')
    try {
      await file.writeFile(JSON.stringify({ next, check: checkOf(next) }))
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
  }
}

/** A flipped digit must not move the journal's end by millions. */
function checkOf(next: JournalOffset): number {
  return crc32c(Buffer.from(String(next)))
}
