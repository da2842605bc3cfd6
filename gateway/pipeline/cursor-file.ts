import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { JournalOffset } from '../model/frame.ts'

/** Where a sink stands, kept over restarts. Replaced as a whole, so a crash leaves the old cursor or the new one; a lost cursor only means taking frames twice. */
export class CursorFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** The offset kept, or undefined when there is none to be read. */
  async read(): Promise<JournalOffset | undefined> {
    try {
      const kept: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      if (typeof kept === 'object' && kept !== null && 'next' in kept && Number.isSafeInteger(kept.next)) return Number(kept.next)
    } catch {
      // Absent on the first start, or torn by a crash of the machine: the sink begins at the oldest frame, and taking twice leaves one copy.
    }
    return undefined
  }

  /** Keeps an offset. */
  async write(next: JournalOffset): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true })
    const file = await open(`${this.#path}.new`, 'w')
    try {
      await file.writeFile(JSON.stringify({ next }))
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(`${this.#path}.new`, this.#path)
  }
}
