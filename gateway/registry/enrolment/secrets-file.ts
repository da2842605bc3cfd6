import { type FileHandle, open, readFile } from 'node:fs/promises'
import { GatewayError } from '../../model/errors.ts'
import type { DeviceId } from '../../model/ids.ts'
import { csvLine, withoutApostrophe } from './csv-line.ts'
import { csvRows } from './csv-rows.ts'
import type { SecretsKeeper } from './import-devices.ts'

/**
 * Where the secrets of an import go: a CSV file that only its owner may read. A secret is synced to it before its device is registered, so that an interruption leaves no
 * device whose secret nobody knows; one that goes on takes the secrets that stand there.
 */
export class SecretsFile implements SecretsKeeper {
  readonly #file: FileHandle
  readonly #known: ReadonlyMap<DeviceId, string>

  private constructor(file: FileHandle, known: ReadonlyMap<DeviceId, string>) {
    this.#file = file
    this.#known = known
  }

  /**
   * Makes the file, or opens it again to go on.
   *
   * @throws GatewayError IMPORT_INVALID when it is there and was not to be, or can not be written.
   */
  static async open(path: string, resume: boolean): Promise<SecretsFile> {
    try {
      const file = await open(path, resume ? 'a+' : 'wx', 0o600)
      const text = resume ? await readFile(path, 'utf8') : ''
      // The last line may have been written in part: its device was not registered.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      await file.truncate(Buffer.byteLength(whole))
      if (whole === '') await file.appendFile(csvLine(['id', 'secret']))
      const known = new Map([...csvRows(whole)].slice(1).map(({ cells: [id = '', secret = ''] }) => [withoutApostrophe(id), secret]))
      return new SecretsFile(file, known)
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause
      const there = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      const why = there
        ? 'is there already: name another, or --resume to go on with it'
        : `can not be written: ${cause instanceof Error ? cause.message : String(cause)}`
      throw new GatewayError('IMPORT_INVALID', `secrets: the file ${path} ${why}`, { cause })
    }
  }

  /** The secret that an earlier run wrote down for a device. */
  secretOf(id: DeviceId): string | undefined {
    return this.#known.get(id)
  }

  /** Resolves once the secrets are on disk. */
  async write(secrets: readonly { readonly id: DeviceId; readonly secret: string }[]): Promise<void> {
    const fresh = secrets.filter(({ id }) => !this.#known.has(id))
    if (fresh.length === 0) return
    await this.#file.appendFile(fresh.map(({ id, secret }) => csvLine([id, secret])).join(''))
    await this.#file.datasync()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}
