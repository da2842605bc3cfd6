import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Log } from '../../gateway/model/log.ts'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'

/** A log that keeps what it is told. */
export class KeptLog implements Log {
  readonly lines: { readonly level: string; readonly fields: object; readonly message: string }[] = []
  debug = (fields: object, message: string): void => this.#keep('debug', fields, message)
  info = (fields: object, message: string): void => this.#keep('info', fields, message)
  warn = (fields: object, message: string): void => this.#keep('warn', fields, message)
  error = (fields: object, message: string): void => this.#keep('error', fields, message)

  #keep(level: string, fields: object, message: string): void {
    this.lines.push({ level, fields, message })
  }
}

interface Workspace {
  readonly folder: () => string
  /** A registry in a file, or wherever else. */
  readonly open: (place: string | RegistryPlace, log?: Log, now?: () => number) => Promise<Registry>
}

/** Temporary folders and registries that are gone after each test. */
export function workspace(): Workspace {
  const folders: string[] = []
  const opened: Registry[] = []
  afterEach(async () => {
    for (const registry of opened.splice(0)) await registry.stop()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder: () => {
      const folder = mkdtempSync(join(tmpdir(), 'citygate-registry-'))
      folders.push(folder)
      return folder
    },
    open: async (place, log = new KeptLog(), now = Date.now) => {
      const registry = new Registry({ ...(typeof place === 'string' ? { file: place } : place), log, now })
      opened.push(registry)
      await registry.start()
      return registry
    },
  }
}

/** The two databases a registry runs on, for `describe.each`. */
export const databases = ['SQLite', 'PostgreSQL'] as const

/** New, empty places for registries; a server is started when the first test wants it. */
export function places(
  database: (typeof databases)[number],
  folder: () => string,
): { readonly place: () => Promise<RegistryPlace>; readonly server: () => Postgres } {
  let running: Postgres | undefined
  const server = (): Postgres => {
    if (running === undefined) throw new Error('there is no server with SQLite')
    return running
  }
  beforeAll(async () => {
    if (database === 'PostgreSQL') running = await startPostgres()
  })
  afterAll(() => running?.stop())
  return { server, place: async () => (database === 'SQLite' ? { file: join(folder(), 'registry.db') } : { postgres: await server().database() }) }
}
