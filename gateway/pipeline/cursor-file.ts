import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { GatewayError } from '../model/errors.ts'
import type { JournalOffset } from '../model/frame.ts'

/**
 * Where a sink stands, kept over restarts. Replaced as a whole, so a crash leaves the old cursor or the new one. One that is lost or damaged only means taking frames twice;
 * the check keeps a damaged one from pointing too far, which would mean passing frames over.
 */
export class CursorFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** The offset kept, or undefined when there is none that can be trusted: the sink then begins at the oldest frame. */
  async read(): Promise<JournalOffset | undefined> {
    try {
      const kept: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      if (typeof kept !== 'object' || kept === null || !('next' in kept) || !('check' in kept)) return undefined
      const next = Number(kept.next)
      return Number.isSafeInteger(next) && next >= 0 && kept.check === checkOf(next) ? next : undefined
    } catch {
      // Absent on the first start, or torn by a crash of the machine.
      return undefined
    }
  }

  /** Keeps an offset. Throws a retryable `DATA_FOLDER_UNUSABLE`. */
  async write(next: JournalOffset): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true })
      const file = await open(`${this.#path}.new`, 'w')
      try {
        await file.writeFile(JSON.stringify({ next, check: checkOf(next) }))
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(`${this.#path}.new`, this.#path)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new GatewayError('DATA_FOLDER_UNUSABLE', `the cursor ${this.#path} cannot be kept (${reason}): free space on the disk of the data folder`, {
        retryable: true,
        cause: error,
      })
    }
  }
}

function checkOf(next: JournalOffset): number {
  return crc32(String(next))
}
