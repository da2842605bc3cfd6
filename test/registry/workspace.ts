import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Log } from '../../gateway/model/log.ts'
import { Registry } from '../../gateway/registry/registry.ts'

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

/** Temporary folders and registries that are gone after each test. */
export function workspace(): { readonly folder: () => string; readonly open: (file: string, log?: Log) => Promise<Registry> } {
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
    open: async (file, log = new KeptLog()) => {
      const registry = new Registry({ file, log, now: Date.now })
      opened.push(registry)
      await registry.start()
      return registry
    },
  }
}
