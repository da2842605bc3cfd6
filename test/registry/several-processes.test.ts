import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const program = new URL('./add-from-another-process.ts', import.meta.url).pathname

async function addElsewhere(place: RegistryPlace, prefix: string, count: number): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(place), prefix, String(count)])
  return stdout.trim().split('\n')
}

describe.each(databases)('several processes on %s', database => {
  const { place } = places(database, folder)

  test('a device that another process adds can sign in here, and listeners hear of it', async () => {
    const kept = await place()
    const registry = await open(kept)
    const before = registry.version
    let heard = 0
    registry.onChange(() => heard++)
    const [secret = ''] = await addElsewhere(kept, 'bus', 1)
    // The other process has ended: from its commit on, the clock of the promise runs.
    await expect.poll(() => registry.device('bus-0', secret), { timeout: 1_000 }).toEqual({ type: 'device', device: 'bus-0' })
    expect(heard).toBe(1)
    expect(registry.version).toBe(before + 1)
  })

  test('that start and write at once wait for each other: nothing fails and nothing is lost', async () => {
    const kept = await place()
    const writers = await Promise.all(['a', 'b', 'c', 'd'].map(prefix => addElsewhere(kept, prefix, 25)))
    expect(writers.flat()).toHaveLength(100)
    const registry = await open(kept)
    expect(registry.size).toBe(100)
    writers.forEach((secrets, writer) => {
      secrets.forEach((secret, number) => {
        expect(registry.device(`${'abcd'[writer]}-${number}`, secret)).toBeDefined()
      })
    })
  })
})

describe('several processes', () => {
  test('a reader that fell behind the kept list of changes reads everything', async () => {
    const file = join(folder(), 'registry.db')
    const reader = await open(file)
    const writer = await open(file)
    await writer.as(tester).addDevice({ id: 'first', org: 'o', model: 'm' })
    const second = new DatabaseSync(file)
    second.exec(`BEGIN; INSERT INTO device (id, org, model, created_at) VALUES ('quiet', 'o', 'm', 0);
      INSERT INTO change (subject, id) VALUES ('device', 'first'), ('device', 'first'); DELETE FROM change WHERE seq < (SELECT max(seq) FROM change); COMMIT`)
    second.close()
    await expect.poll(() => reader.get('quiet')?.id).toBe('quiet')
    expect(reader.get('first')).toBeDefined()
  })
})

describe('a registry that can not be used says why and what to do', () => {
  test('a folder that is a file', async () => {
    const place = join(folder(), 'data')
    writeFileSync(place, '')
    await expect(open(join(place, 'registry.db'))).rejects.toMatchObject({
      code: 'REGISTRY_UNUSABLE',
      message: expect.stringContaining('Check that the data folder'),
    })
  })

  test('a folder where nothing can be made', async () => {
    await expect(open('/proc/citygate/registry.db')).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE' })
  })

  test('a folder in the place of the file', async () => {
    const file = join(folder(), 'registry.db')
    mkdirSync(file)
    await expect(open(file)).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE' })
  })

  test('a file that is no database', async () => {
    const file = join(folder(), 'registry.db')
    writeFileSync(file, 'not a database, although it is long enough to hold the header of one. '.repeat(20))
    await expect(open(file)).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE', message: expect.stringContaining('put back a backup') })
  })

  test('a file that was cut short', async () => {
    const file = join(folder(), 'registry.db')
    const registry = await open(file)
    await registry.as(tester).addDevices(Array.from({ length: 500 }, (_, number) => ({ device: { id: `bus-${number}`, org: 'o', model: 'm' } })))
    await registry.stop()
    expect(existsSync(`${file}-wal`)).toBe(false)
    truncateSync(file, 12_288)
    await expect(open(file)).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE', message: expect.stringContaining('put back a backup') })
  })

  test('one that was stopped', async () => {
    const registry = await open(join(folder(), 'registry.db'))
    await registry.as(tester).addDevice({ id: 'bus-1', org: 'o', model: 'm' })
    await registry.stop()
    await expect(registry.as(tester).addDevice({ id: 'bus-2', org: 'o', model: 'm' })).rejects.toMatchObject({ code: 'STOPPED' })
    expect(registry.get('bus-1')).toBeDefined()
  })
})
