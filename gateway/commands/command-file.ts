import { DatabaseSync } from 'node:sqlite'
import type { CommandRecord } from '../model/command.ts'
import { GatewayError } from '../model/errors.ts'
import type { DeviceId } from '../model/ids.ts'

/** Orders kept in all, and of one device. */
const MOST = 100_000
const MOST_OF_DEVICE = 1000

/** The orders that were given, in a file: who looks for what became of one finds it also after a restart. */
export class CommandFile {
  readonly #path: string
  #database: DatabaseSync | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Throws DATA_FOLDER_UNUSABLE. */
  open(): void {
    try {
      const database = new DatabaseSync(this.#path)
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS command (id INTEGER PRIMARY KEY, device TEXT NOT NULL, record TEXT NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS command_device ON command (device, id)`)
      this.#database = database
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new GatewayError('DATA_FOLDER_UNUSABLE', `${this.#path} can not be opened: ${why}`, { cause })
    }
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  get lastId(): number {
    return Number(this.#database?.prepare('SELECT coalesce(max(id), 0) AS id FROM command').get()?.id ?? 0)
  }

  keep(record: CommandRecord): void {
    const { id, device } = record
    this.#database
      ?.prepare('INSERT INTO command VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record')
      .run(id, device, JSON.stringify(record))
  }

  /** Lets the oldest go. */
  trim(device: DeviceId, newest: number): void {
    this.#database?.prepare('DELETE FROM command WHERE id <= ?').run(newest - MOST)
    this.#database
      ?.prepare('DELETE FROM command WHERE device = ?1 AND id <= (SELECT id FROM command WHERE device = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)')
      .run(device, MOST_OF_DEVICE)
  }

  get(id: number): CommandRecord | undefined {
    return read(this.#database?.prepare('SELECT record FROM command WHERE id = ?').get(id))
  }

  of(device: DeviceId, limit: number): readonly CommandRecord[] {
    const rows = this.#database?.prepare('SELECT record FROM command WHERE device = ? ORDER BY id DESC LIMIT ?').all(device, limit) ?? []
    return rows.flatMap(row => read(row) ?? [])
  }

  /** Those whose state is not final. */
  unsettled(): readonly CommandRecord[] {
    const rows = this.#database?.prepare("SELECT record FROM command WHERE record ->> 'state' IN ('pending', 'sent')").all() ?? []
    return rows.flatMap(row => read(row) ?? [])
  }
}

/** Only this class writes the file: what it wrote it can read. */
function read(row: Record<string, unknown> | undefined): CommandRecord | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row.record)) as CommandRecord)
}
