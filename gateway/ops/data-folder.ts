import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../model/errors.ts'

/**
 * The folder that holds all a gateway keeps. One gateway at a time may use it: the claim is a lock of the operating system on a small file, which ends
 * with the process, however it ends.
 */
export class DataFolder {
  readonly path: string
  #lock: DatabaseSync | undefined
  #claimed = false

  constructor(path: string) {
    this.path = path
  }

  /** A path inside. */
  file(...parts: string[]): string {
    return join(this.path, ...parts)
  }

  /** Makes the folder and claims it. Throws `DATA_FOLDER_UNUSABLE` or `DATA_FOLDER_IN_USE`. */
  claim(): void {
    if (existsSync(this.path) && !statSync(this.path).isDirectory()) {
      throw new GatewayError('DATA_FOLDER_UNUSABLE', `${this.path} is a file, and a data folder is wanted: choose another with --data`)
    }
    try {
      makeFolder(this.path)
      this.#lock = new DatabaseSync(this.file('gateway.lock'))
      this.#lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (by INTEGER)')
      this.#claimed = true
    } catch (error) {
      this.release()
      const reason = error instanceof Error ? error.message : String(error)
      if (/locked|busy/i.test(reason)) {
        throw new GatewayError(
          'DATA_FOLDER_IN_USE',
          `another gateway is running on the data folder ${this.path}: stop it, or choose another folder with --data`,
          { cause: error },
        )
      }
      throw new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        `the data folder ${this.path} cannot be used (${reason}): make it writable for this user, or choose another with --data`,
        { cause: error },
      )
    }
  }

  /** Leaves a note for commands on this folder: where its gateway is to be reached. Only a hint, for a killed gateway leaves it behind. */
  announce(addresses: GatewayAddresses): void {
    writeFileSync(this.file(NOTE), `${JSON.stringify(addresses)}\n`)
  }

  /** The note of the gateway that runs on this folder, or ran on it. */
  announced(): GatewayAddresses | undefined {
    try {
      const note: unknown = JSON.parse(readFileSync(this.file(NOTE), 'utf8'))
      if (typeof note !== 'object' || note === null || !('http' in note) || !('mqtt' in note)) return undefined
      return { http: String(note.http), mqtt: String(note.mqtt) }
    } catch {
      return undefined
    }
  }

  release(): void {
    if (this.#claimed) rmSync(this.file(NOTE), { force: true })
    this.#claimed = false
    this.#lock?.close()
    this.#lock = undefined
  }
}

/** Where a gateway is to be reached. */
export interface GatewayAddresses {
  readonly http: string
  readonly mqtt: string
}

const NOTE = 'gateway.json'

/** Level by level: Node's recursive `mkdir` never returns where a file system answers ENOENT although the parent is there, as procfs does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o750 })
}
