import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Audit, AuditRecord } from '../../gateway/model/audit.ts'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import type { Registry } from '../../gateway/registry/registry.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const bus = { id: 'bus-0417', org: 'pudong-bus', model: 'citygate-bus-unit' }
const program = new URL('./add-from-another-process.ts', import.meta.url).pathname

/** SQL that makes an entry of the columns of another one. */
function inserted(values: string, seq: number): string {
  const columns = 'seq, at, actor_type, actor_name, address, action, subject, org, before, after, previous_hash, hash'
  return `insert into audit (${columns}) select ${values} from audit where seq = ${seq}`
}

async function all(audit: Audit): Promise<readonly AuditRecord[]> {
  const { entries } = await audit.search({ limit: 1_000_000 })
  return entries.toReversed()
}

/** What was done, without the entry that begins every audit. */
async function deeds(registry: Registry): Promise<readonly object[]> {
  return (await all(registry.audit)).slice(1).map(({ actor, action, subject, org, before, after }) => ({
    actor,
    action,
    subject,
    org,
    ...(before && { before }),
    ...(after && { after }),
  }))
}

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

  /** As whoever owns the database could: without what makes it refuse. */
  function tamper(kept: RegistryPlace, statement: string): void {
    const triggers = 'file' in kept ? ['audit_not_changed', 'audit_not_removed', 'audit_in_order'] : []
    const off = 'file' in kept ? triggers.map(name => `drop trigger if exists ${name};`).join(' ') : 'drop trigger if exists audit_stays on audit;'
    execute(kept, `${off} ${statement}`)
  }

  test('tells who did what to which, from where, before and after', async () => {
    const registry = await open(await place())
    const by = registry.as(tester)
    await by.addDevice({ ...bus, name: 'Line 21', group: 'North' })
    await by.changeDevices([{ ...bus, name: 'Line 22', stage: 'retired' }])
    await by.changeDevices([{ ...bus, name: 'Line 22', stage: 'retired' }])
    await by.rotateSecret(bus.id, { graceMs: 0 })
    await registry.as({ type: 'person', name: 'li', address: '10.0.0.9' }).removeDevice(bus.id)
    const { id } = await by.addToken({ org: 'pudong-bus', kind: 'bus' })
    await by.removeToken(id)
    const common = { actor: tester, org: 'pudong-bus' }
    const onBus = { ...common, subject: 'device:bus-0417' }
    expect(await deeds(registry)).toEqual([
      { ...common, action: 'organisation.add', subject: 'organisation:pudong-bus' },
      { ...onBus, action: 'device.add', after: { ...bus, name: 'Line 21', group: 'North' } },
      { ...onBus, action: 'device.change', before: { name: 'Line 21', group: 'North' }, after: { name: 'Line 22', stage: 'retired' } },
      { ...onBus, action: 'device.secret', after: { previousUntil: expect.any(String) } },
      { ...onBus, actor: { type: 'person', name: 'li', address: '10.0.0.9' }, action: 'device.remove', before: { ...bus, name: 'Line 22', stage: 'retired' } },
      { ...common, action: 'token.add', subject: `token:${id}`, after: { org: 'pudong-bus', kind: 'bus' } },
      { ...common, action: 'token.remove', subject: `token:${id}`, before: { org: 'pudong-bus', kind: 'bus' } },
    ])
    expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 8, head: { seq: 8 } })
  })

  test('what failed left no entry, and what can not be written down is not done', async () => {
    const kept = await place()
    const registry = await open(kept)
    await expect(registry.as(tester).addDevices([{ device: bus }, { device: bus }])).rejects.toMatchObject({ code: 'DEVICE_EXISTS' })
    await expect(registry.as(tester).removeToken('nobody')).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' })
    expect(await deeds(registry)).toEqual([])
    execute(kept, 'alter table audit rename to elsewhere')
    await expect(registry.as(tester).addDevice(bus)).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE' })
    execute(kept, 'alter table elsewhere rename to audit')
    expect(await open(kept).then(again => again.size)).toBe(0)
  })

  test.each([
    `update audit set actor_name = 'somebody else'`,
    'delete from audit',
    'delete from audit where seq = 1',
    ...(database === 'SQLite'
      ? [inserted(`seq, at, actor_type, 'x', address, action, subject, org, before, after, previous_hash, hash`, 2).replace('insert', 'insert or replace')]
      : ['truncate audit']),
  ])('the database refuses %s', async statement => {
    const kept = await place()
    const registry = await open(kept)
    await registry.as(tester).addDevice(bus)
    expect(() => execute(kept, statement)).toThrow('the audit is only added to')
    expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 3 })
  })

  test.each<[string, string, number, RegExp]>([
    ['a changed actor', `update audit set actor_name = 'somebody else' where seq = 5`, 5, /content has the hash/],
    ['a changed time', 'update audit set at = at + 1 where seq = 5', 5, /content has the hash/],
    ['a character of what was there', `update audit set after = replace(after, 'bus-2', 'bus-9') where seq = 5`, 5, /content has the hash/],
    ['an address taken away', 'update audit set address = null where seq = 5', 5, /content has the hash/],
    ['a hash made anew for a changed entry', `update audit set hash = '${'a'.repeat(64)}', actor_name = 'x' where seq = 5`, 5, /content has the hash/],
    ['an entry removed', 'delete from audit where seq = 5', 5, /is missing: the next one is 6/],
    ['the first one removed', 'delete from audit where seq = 1', 1, /is missing: the next one is 2/],
    ['all removed', 'delete from audit', 1, /no entry at all/],
    [
      'an entry removed and the gap closed',
      'delete from audit where seq = 5; update audit set seq = seq + 1000 where seq > 5; update audit set seq = seq - 1001 where seq > 1000',
      5,
      /one before it has/,
    ],
    [
      'two swapped',
      'update audit set seq = 100 where seq = 5; update audit set seq = 5 where seq = 6; update audit set seq = 6 where seq = 100',
      5,
      /follows an entry/,
    ],
    [
      'one added in between',
      `update audit set seq = seq + 1000 where seq > 4; update audit set seq = seq - 999 where seq > 1000;
      ${inserted(`5, at, actor_type, 'x', address, action, subject, org, before, after, hash, hash`, 4)}`,
      5,
      /content has the hash/,
    ],
    [
      'one added before the first',
      inserted('0, at, actor_type, actor_name, address, action, subject, org, before, after, previous_hash, hash', 1),
      0,
      /it was added/,
    ],
  ])('verify finds %s', async (_, statement, seq, problem) => {
    const kept = await place()
    const registry = await open(kept)
    for (let number = 0; number < 6; number++) await registry.as(tester).addDevice({ ...bus, id: `bus-${number}` })
    expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 8 })
    tamper(kept, statement)
    expect(await registry.audit.verify()).toMatchObject({ whole: false, entries: Math.max(0, seq - 1), seq, problem: expect.stringMatching(problem) })
  })

  test('an end that was cut off is found by the head that was kept, and only by that', async () => {
    const kept = await place()
    const registry = await open(kept)
    for (let number = 0; number < 6; number++) await registry.as(tester).addDevice({ ...bus, id: `bus-${number}` })
    const before = await registry.audit.verify()
    const head = before.whole ? before.head.hash : ''
    await registry.as(tester).removeDevice('bus-0')
    expect(await registry.audit.verify(undefined, head)).toMatchObject({ whole: true, entries: 9 })
    tamper(kept, 'delete from audit where seq > 6')
    expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 6 })
    expect(await registry.audit.verify(undefined, head)).toMatchObject({ whole: false, entries: 6, seq: 7, problem: expect.stringContaining(head) })
  })

  test('several processes that write at once leave one chain', { timeout: 120_000 }, async () => {
    const kept = await place()
    const registry = await open(kept)
    const others = ['a', 'b', 'c'].map(prefix => promisify(execFile)(process.execPath, [program, JSON.stringify(kept), prefix, '30']))
    const own = Array.from({ length: 30 }, (_, number) => registry.as(tester).addDevice({ ...bus, id: `own-${number}` }))
    await Promise.all([...others, ...own])
    const entries = await all(registry.audit)
    expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 1 + 1 + 4 * 30 })
    expect(entries.filter(({ action }) => action === 'device.add')).toHaveLength(120)
  })

  test('one that is killed in the middle of writing leaves the chain whole, with as many entries as devices', { timeout: 120_000 }, async () => {
    const kept = await place()
    const registry = await open(kept)
    const child = spawn(process.execPath, [program, JSON.stringify(kept), 'k', '100000', '500'], { stdio: 'ignore' })
    await expect.poll(() => registry.size, { timeout: 60_000, interval: 5 }).toBeGreaterThan(1_000)
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('close', resolve))
    await registry.as(tester).addDevice(bus)
    const { size } = await open(kept)
    expect(size % 500).toBe(1)
    expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 2 + size })
  })

  test('is searched by all that an entry has, a page at a time', async () => {
    const registry = await open(await place())
    const li = registry.as({ type: 'person', name: 'li', address: '10.0.0.9' })
    await registry
      .as(tester)
      .addDevices(Array.from({ length: 25 }, (_, n) => ({ device: { ...bus, id: `bus-${n}`, name: n === 7 ? '50%_Über!' : `Line ${n}` } })))
    await li.removeDevices(['bus-3', 'bus-4'])
    await li.addToken({ org: 'grid' })
    const { audit } = registry
    const found = async (query: object): Promise<readonly string[]> =>
      (await audit.search({ limit: 100, ...query })).entries.map(({ action, subject }) => `${action} ${subject.split(':')[1]?.slice(0, 6)}`)
    expect(await found({ actor: 'li', action: 'device' })).toEqual(['device.remove bus-4', 'device.remove bus-3'])
    expect(await found({ subject: 'device:bus-3' })).toEqual(['device.remove bus-3', 'device.add bus-3'])
    expect(await found({ subject: 'device:bus-3', action: 'device.add' })).toEqual(['device.add bus-3'])
    expect(await found({ org: 'grid', action: 'organisation' })).toEqual(['organisation.add grid'])
    // What patterns and SQL mean by these characters is not meant here.
    for (const text of ['50%_Über!', '%_Ü', 'r!"']) expect(await found({ text }), text).toEqual(['device.add bus-7'])
    expect(await found({ text: 'LINE 12' })).toEqual(['device.add bus-12'])
    expect(await found({ text: "' or '1'='1" })).toEqual([])
    expect(await found({ action: 'dev%' })).toEqual([])
    const at = (await audit.get(2))?.at ?? 0
    expect(await found({ until: at })).toEqual(['audit.begin undefined'])
    expect(await found({ since: Date.now() + 60_000 })).toEqual([])

    const pages: number[] = []
    let before: number | undefined
    do {
      const page = await audit.search({ action: 'device', limit: 10, ...(before !== undefined && { before }) })
      pages.push(page.entries.length)
      before = page.next
    } while (before !== undefined)
    expect(pages.slice(0, 3)).toEqual([10, 10, 7])
    expect(pages.slice(3).every(length => length === 0)).toBe(true)
  })

  test('holds no secret that went through a write', { timeout: 120_000 }, async () => {
    const kept = await place()
    const registry = await open(kept)
    const secrets: string[] = []
    let number = 0
    const given = fc.string({ minLength: 12, maxLength: 60, unit: 'grapheme' }).filter(text => text.trim() !== '' && !/^(.)\1*$/u.test(text))
    await fc.assert(
      fc.asyncProperty(given, given, async (first, second) => {
        const by = registry.as(tester)
        const id = `bus-${number++}`
        await by.addDevice({ ...bus, id }, first)
        await by.rotateSecret(id, { graceMs: 1_000, secret: second })
        const made = await by.rotateSecret(id, { graceMs: 0 })
        const { token } = await by.addToken({ org: bus.org })
        // Somebody pastes a token where a name belongs, and somebody else's code forgets what may not be kept.
        await by.changeDevices([{ ...bus, id, name: `see ${token}` }])
        await by.addDevice({ ...bus, id: `${id}-x`, name: token })
        await registry.audit.append({
          actor: { type: 'person', name: token, address: '::1' },
          action: 'person.change',
          subject: `person:${token}`,
          before: { password: first, secretHash: first, nested: [{ newPassword: second }] },
          after: { privateKey: second, key: Buffer.from(first), token, totpSecret: second, hasPassword: true },
        })
        await by.removeDevice(id)
        secrets.push(first, second, made.secret, token, token.split('_').slice(2).join('_'))
      }),
      { numRuns: 12 },
    )
    expect(secrets.length).toBeGreaterThanOrEqual(60)
    const kepts = (await all(registry.audit)).map(entry => JSON.stringify(entry)).join('\n')
    await registry.stop()
    const bytes = 'file' in kept ? tableText(kept.file) : server().sql(kept.postgres.url, `select row_to_json(audit)::text from audit`)
    for (const secret of secrets) {
      const inJson = JSON.stringify(secret).slice(1, -1)
      for (const form of [secret, inJson]) {
        expect(bytes.includes(form), `${form} in the table`).toBe(false)
        expect(kepts.includes(form), `${form} in an entry`).toBe(false)
      }
    }
    expect(kepts).toContain('"hasPassword":true')
    // What is looked for would be found if it were there.
    expect(bytes).toContain('see cgt_')
  })
})

/** Every column of every entry as it is stored. */
function tableText(file: string): string {
  const database = new DatabaseSync(file)
  const rows = database.prepare('select * from audit').all()
  database.close()
  return rows.map(row => Object.values(row).join('\n')).join('\n')
}

test('no file of the registry holds a secret, the write-ahead log among them', async () => {
  const file = join(folder(), 'registry.db')
  const registry = await open(file)
  const { secret } = await registry.as(tester).addDevice(bus, 'a secret that somebody made up')
  const { token } = await registry.as(tester).addToken({ org: bus.org })
  const files = readdirSync(dirname(file)).map(name => readFileSync(join(dirname(file), name)))
  expect(files.length).toBeGreaterThanOrEqual(2)
  expect(files.some(bytes => bytes.includes('device.add'))).toBe(true)
  for (const bytes of files) for (const text of [secret, token.split('_')[2] ?? token]) expect(bytes.includes(text)).toBe(false)
})

test('what strangers bring is bounded and holds nothing that a terminal obeys or a database can not keep', async () => {
  const registry = await open(join(folder(), 'registry.db'))
  const nasty = `\u0000\u001b[2J\ud800${'x'.repeat(70_000)}`
  await registry.audit.append({ actor: { type: 'person', name: nasty, address: nasty }, action: 'person.signIn', subject: `person:${nasty}`, after: { nasty } })
  const entry = await registry.audit.get(2)
  expect(JSON.stringify(entry).length).toBeLessThan(2_000)
  expect(entry?.actor.name).toMatch(/^\\x00\\x1b\[2J\ufffdx+…$/)
  expect(entry?.after).toEqual({ tooLong: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 2 })
})
