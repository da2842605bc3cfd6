import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const bus = { id: 'bus-0417', org: 'pudong-bus', model: 'citygate-bus-unit' }

describe.each(databases)('the audit on %s', database => {
  const { place, server } = places(database, folder)

  /** SQL in the database, as its owner; throws what the database says. */
  function execute(kept: RegistryPlace, statement: string): void {
    if ('file' in kept) {
      const file = new DatabaseSync(kept.file)
      try {
        file.exec(statement)
      } finally {
        file.close()
      }
    } else {
      server().sql(kept.postgres.url, `set role ${kept.postgres.username}; ${statement}`)
    }
  }

  test.each([
    `update audit set actor_name = 'somebody else'`,
    'delete from audit',
    'delete from audit where seq = 1',
    ...(database === 'SQLite'
      ? [`insert or replace into audit select seq, at, actor_type, 'x', address, action, subject, org, before, after, previous_hash, hash from audit`]
      : ['truncate audit']),
  ])('the database refuses %s', async statement => {
    const kept = await place()
    const registry = await open(kept)
    await registry.as(tester).addDevice(bus)
    expect(() => execute(kept, statement)).toThrow('the audit is only added to')
  })
})
