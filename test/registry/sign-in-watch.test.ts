import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AuditEntry } from '../../gateway/model/audit.ts'
import { SignInWatch } from '../../gateway/registry/audit/sign-in-watch.ts'
import { KeptLog, workspace } from './workspace.ts'

const { folder, open } = workspace()
const minute = 60_000

/** A watch with a clock of its own; whoever begins with `li` is known. */
function watching(append?: (entry: AuditEntry) => Promise<void>) {
  const entries: AuditEntry[] = []
  const log = new KeptLog()
  let at = Date.parse('2026-07-31T00:00:00Z')
  const watch = new SignInWatch({
    audit: { append: append ?? (async entry => void entries.push(entry)) },
    known: name => (name.startsWith('li') ? { subject: `person:${name}`, org: 'pudong' } : undefined),
    log,
    now: () => at,
  })
  return { watch, entries, log, pass: (ms: number) => (at += ms) }
}

test('tells the first of each subject and network at once, and how many came since after a quarter of an hour', async () => {
  const { watch, entries, pass } = watching()
  for (let turn = 0; turn < 1_000; turn++) watch.wrong('li.wei', '10.0.0.7')
  watch.locked('li.wei', '10.0.0.7', 'name')
  watch.wrong('li.wei', '2001:db8::1')
  watch.wrong('li.wei', '2001:db8::2')
  pass(15 * minute)
  watch.look()
  watch.wrong('li.wei', '10.0.0.7')
  await watch.stop()
  const [failed, locked] = ['sign-in.failed', 'sign-in.locked'].map(action => ({ action, subject: 'person:li.wei', org: 'pudong' }))
  const from = (address: string) => ({ actor: { type: 'gateway', name: 'sign-in', address } })
  const times = { since: '2026-07-31T00:00:00.000Z', until: '2026-07-31T00:15:00.000Z' }
  expect(entries).toEqual([
    { ...failed, ...from('10.0.0.7'), after: { attempts: 1 } },
    { ...locked, ...from('10.0.0.7'), after: { attempts: 1, by: 'name' } },
    { ...failed, ...from('2001:db8:0:0::/64'), after: { attempts: 1 } },
    { ...failed, ...from('10.0.0.7'), after: { attempts: 999, ...times } },
    { ...failed, ...from('2001:db8:0:0::/64'), after: { attempts: 1, ...times } },
    { ...failed, ...from('10.0.0.7'), after: { attempts: 1 } },
  ])
})

test('never tells a name that nobody has: it may be a password', async () => {
  const { watch, entries } = watching()
  for (const name of ['my secret passw0rd', 'a\u0000b\u202e', 'x'.repeat(65_536), '']) watch.wrong(name, '10.0.0.7')
  await watch.stop()
  expect(entries.map(({ subject, after }) => [subject, after?.['attempts']])).toEqual([
    ['gateway:sign-in', 1],
    ['gateway:sign-in', 3],
  ])
  expect(JSON.stringify(entries)).not.toMatch(/passw0rd|xxx/)
})

test('a day of attacks with all names from everywhere fills no audit, and hides nothing about names that somebody has', async () => {
  const { watch, entries, pass } = watching()
  let made = 0
  for (let turn = 0; turn < 24 * 60; turn++) {
    for (let one = 0; one < 100; one++) watch.wrong(`nobody-${made++}`, `10.${turn % 256}.${one}.${made % 256}`)
    if (turn === 720) watch.wrong('li.wei', '192.0.2.1')
    pass(minute)
    watch.look()
  }
  await watch.stop()
  // 50 at once, 25 an hour, each perhaps with its sum, and four sums of the others an hour.
  expect(entries.length).toBeLessThan(2 * (50 + 24 * 25) + 24 * 4 + 3)
  const counted = entries.reduce((sum, { after }) => {
    const others = after?.['others']
    const rest = typeof others === 'object' && others !== null && 'failed' in others ? Number(others.failed) : 0
    return sum + Number(after?.['attempts'] ?? 0) + rest
  }, 0)
  expect(counted).toBe(made + 1)
  expect(entries.filter(({ subject }) => subject === 'person:li.wei')).toHaveLength(1)
})

test('what can not be written into the audit stands in the log, and turns nobody away', async () => {
  const { watch, log } = watching(() => Promise.reject(new Error('the database is away')))
  watch.wrong('li.wei', '10.0.0.7')
  await watch.stop()
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { action: 'sign-in.failed', subject: 'person:li.wei', peer: '10.0.0.7' } }])
})

test('stands in the chain of the registry’s audit, which stays whole', async () => {
  const registry = await open(join(folder(), 'registry.db'))
  const watch = new SignInWatch({ audit: registry.audit, known: () => undefined, log: new KeptLog(), now: Date.now })
  for (let one = 0; one < 20; one++) watch.locked('?', `10.0.0.${one}`, 'address')
  await watch.stop()
  expect((await registry.audit.search({ action: 'sign-in', limit: 100 })).entries).toHaveLength(20)
  expect(await registry.audit.verify()).toMatchObject({ whole: true, entries: 21 })
})
