import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()

describe.each(databases)('migrations on %s', database => {
  const { place, server } = places(database, folder)

  /** SQL in the database, as its owner. */
  function execute(kept: RegistryPlace, statement: string): void {
    if ('file' in kept) {
      const file = new DatabaseSync(kept.file)
      file.exec(statement)
      file.close()
    } else {
      server().sql(kept.postgres.url, `set role ${kept.postgres.username}; ${statement}`)
    }
  }

  test('one that fails half-way leaves nothing behind, and works once the cause is gone', async () => {
    const kept = await place()
    // The last table of the first step: everything before it has been made when it fails.
    execute(kept, 'create table change (something integer)')
    await expect(open(kept)).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE', retryable: false, message: expect.stringContaining('change') })
    execute(kept, 'create table device (mine integer); drop table device; drop table change')
    const registry = await open(kept)
    await registry.as(tester).addDevice({ id: 'bus-1', org: 'o', model: 'm' })
    expect(registry.size).toBe(1)
  })

  test('a registry of a newer program is left alone', async () => {
    const kept = await place()
    await open(kept).then(registry => registry.stop())
    execute(kept, 'file' in kept ? 'PRAGMA user_version = 99' : 'update citygate_schema set version = 99')
    await expect(open(kept)).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE', retryable: false, message: expect.stringContaining('newer Citygate') })
  })
})
