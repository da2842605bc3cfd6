import { describe, expect, test } from 'vitest'
import { commandLine } from '../cli/run-citygate.ts'
import { tester } from '../support/tester.ts'
import { KeptLog, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const { run } = commandLine()
const { place, server } = places('PostgreSQL', folder)
const bus = { id: 'bus-0417', org: 'pudong-bus', model: 'citygate-bus-unit' }

async function database() {
  const kept = await place()
  if (!('postgres' in kept)) throw new TypeError('expected PostgreSQL')
  return { ...kept.postgres, password: kept.postgres.password ?? '' }
}

describe('a server that is away', () => {
  test('costs currency, not service: devices go on signing in, changes arrive when it is back', async () => {
    const postgres = await database()
    const log = new KeptLog()
    const registry = await open({ postgres }, log)
    const { secret } = await registry.as(tester).addDevice(bus)
    await server().end()
    await expect
      .poll(() => log.lines.map(line => line.message), { timeout: 10_000 })
      .toContain('changes to the registry can not be read; devices stay as they were')
    expect(registry.device(bus.id, secret)).toBeDefined()
    await expect(registry.as(tester).addDevice({ ...bus, id: 'bus-2' })).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE', retryable: true })
    await expect(open({ postgres })).rejects.toMatchObject({
      code: 'REGISTRY_UNUSABLE',
      retryable: true,
      message: expect.stringContaining('Check that PostgreSQL runs'),
    })
    await server().restart()
    const other = await open({ postgres })
    await other.as(tester).addDevice({ ...bus, id: 'bus-2' })
    await expect.poll(() => registry.get('bus-2')?.id, { timeout: 10_000 }).toBe('bus-2')
    expect(log.lines.map(line => line.message)).toContain('the registry can be read again')
    expect(log.lines.filter(line => line.level === 'error')).toHaveLength(1)
    expect(JSON.stringify(log.lines)).not.toContain(postgres.password)
  })

  test('that hangs holds up nobody who signs in', async () => {
    const postgres = await database()
    const registry = await open({ postgres })
    const { secret } = await registry.as(tester).addDevice(bus)
    server().freeze()
    try {
      const writing = registry.as(tester).addDevice({ ...bus, id: 'bus-2' })
      for (let turn = 0; turn < 1_000; turn++) expect(registry.device(bus.id, secret)).toBeDefined()
      await expect(open({ postgres })).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE', retryable: true })
      server().thaw()
      await writing
    } finally {
      server().thaw()
    }
    expect(registry.get('bus-2')).toBeDefined()
  })
})

describe('a server that refuses says what to do, and never the password', () => {
  test.each([
    ['a wrong password', { password: 'not-the-secret' }, /password authentication failed.*Check registry\.username and registry\.password/],
    ['no password', { password: '' }, /Set registry\.password/],
    ['a user that is not there', { username: 'nobody-at-all' }, /Check registry\.username/],
  ])('%s', async (_, change, expected) => {
    const postgres = { ...(await database()), ...change }
    const refused = await open({ postgres }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'REGISTRY_UNUSABLE', retryable: false, message: expect.stringMatching(expected) })
    expect(String(refused)).not.toContain('not-the-secret')
  })

  test('a database that is not there, one of someone else, and a port where nobody listens', async () => {
    const mine = await database()
    const missing = { ...mine, url: mine.url.replace(/[^/]*$/, 'nowhere') }
    await expect(open({ postgres: missing })).rejects.toMatchObject({ retryable: false, message: expect.stringContaining('Make the database: createdb') })
    const { username, password } = await database()
    await expect(open({ postgres: { url: mine.url, username, password } })).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('must own the database'),
    })
    await expect(open({ postgres: { ...mine, url: 'postgres://127.0.0.1:1/city' } })).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('the registry postgres://127.0.0.1:1/city can not be used'),
    })
  })
})

describe('several writers', () => {
  test('gateways that start together on an empty database make it once', async () => {
    const postgres = await database()
    const registries = await Promise.all([1, 2, 3, 4].map(() => open({ postgres })))
    await Promise.all(registries.map((registry, number) => registry.as(tester).addDevice({ ...bus, id: `bus-${number}` })))
    for (const registry of registries) await expect.poll(() => registry.size).toBe(4)
  })

  test('a change whose number was drawn first and whose commit came last is not missed', async () => {
    const postgres = await database()
    const reader = await open({ postgres })
    const writers = await Promise.all([1, 2, 3].map(() => open({ postgres })))
    await Promise.all(writers.flatMap((writer, w) => Array.from({ length: 20 }, (_, n) => writer.as(tester).addDevice({ ...bus, id: `bus-${w}-${n}` }))))
    await expect.poll(() => reader.size, { timeout: 1_000 }).toBe(60)
    for (const writer of writers) await expect.poll(() => writer.size).toBe(60)
  })

  test('commands find the server by settings, and a running registry hears of it within a second', async () => {
    const postgres = await database()
    const running = await open({ postgres })
    const env = { CITYGATE_REGISTRY_URL: postgres.url, CITYGATE_REGISTRY_USERNAME: postgres.username, CITYGATE_REGISTRY_PASSWORD: postgres.password }
    const added = await run(['device', 'add', '--id', bus.id, '--org', bus.org, '--model', bus.model], { env })
    expect(added).toMatchObject({ code: 0, stderr: '' })
    await expect.poll(() => running.get(bus.id), { timeout: 1_000 }).toEqual(bus)
    expect((await run(['device', 'list'], { env })).stdout).toContain(bus.id)
    const shown = await run(['config'], { env })
    expect(shown.stdout).toContain(postgres.url)
    expect(added.stdout + shown.stdout + shown.stderr).not.toContain(postgres.password)
    const refused = await run(['device', 'list'], { env: { ...env, CITYGATE_REGISTRY_URL: 'postgres://owner:hidden-one@127.0.0.1/city' } })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('CONFIG_INVALID') })
    expect(refused.stderr).not.toContain('hidden-one')
  })
})
