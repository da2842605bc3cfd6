import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()

test('citygate audit shows, exports and checks who did what', { timeout: 120_000 }, async () => {
  const data = folder()
  const env = { CITYGATE_DATA: data }
  const added = await run(['device', 'add', '--id', 'bus-1', '--model', 'citygate-bus-unit', '--org', 'pudong-bus', '--json'], { env })
  expect(added.code).toBe(0)
  const who = { type: 'cli', name: userInfo().username, address: hostname() }
  const listed = await run(['audit', 'list', '--action', 'device', '--actor', who.name, '--since', '1h', '--json'], { env })
  expect(JSON.parse(listed.stdout)).toMatchObject([{ seq: 3, actor: who, action: 'device.add', subject: 'device:bus-1', org: 'pudong-bus' }])
  expect((await run(['audit', 'list', '--limit', '2'], { env })).stdout).toMatch(
    /^entry +at.*\n3 .*device\.add +device:bus-1.*\n2 .*organisation\.add[^\n]*\n$/,
  )
  expect((await run(['audit', 'show', '3'], { env })).stdout).toContain('"model":"citygate-bus-unit"')
  expect(await run(['audit', 'show', '99'], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^AUDIT_ENTRY_UNKNOWN: the audit has no entry 99/),
  })

  const out = join(data, 'audit.jsonl')
  expect(await run(['audit', 'export', '--out', out], { env })).toMatchObject({ code: 0, stdout: `3 entries written to ${out}\n` })
  expect(statSync(out).mode & 0o777).toBe(0o600)
  expect(await run(['audit', 'export', '--out', out], { env })).toMatchObject({ code: 1, stderr: expect.stringMatching(/^EXPORT_FAILED/) })
  expect(hashesOf(out)).toBe(3)

  const whole = await run(['audit', 'verify'], { env })
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/^all 3 entries are as they were written\nhead: entry 3, [0-9a-f]{64}\n$/) })
  const head = whole.stdout.trim().slice(-64)
  expect(await run(['audit', 'verify', '--expect-head', head, '--json'], { env })).toMatchObject({ code: 0, stdout: expect.stringContaining('"whole":true') })
  const file = new DatabaseSync(join(data, 'registry.db'))
  file.exec(`drop trigger audit_not_removed; delete from audit where seq = 3`)
  expect(await run(['audit', 'verify', '--expect-head', head], { env })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^broken at entry 3: .*cut off/),
  })
  file.exec(`drop trigger audit_not_changed; update audit set org = 'somebody-else' where seq = 2`)
  file.close()
  expect(await run(['audit', 'verify'], { env })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^broken at entry 2: its content has the hash [\s\S]*the first 1 entries are as written[\s\S]*somebody-else/),
  })
})

/** Makes the hashes of an export as docs/audit.md says, without any code of ours. */
function hashesOf(path: string): number {
  const lines = readFileSync(path, 'utf8').trim().split('\n').toReversed()
  let previous = '0'.repeat(64)
  for (const line of lines) {
    const { seq, at, actor, action, subject, org = null, before, after, hash } = JSON.parse(line)
    const facts = [before, after].map(one => (one === undefined ? null : JSON.stringify(one)))
    const form = ['citygate-audit-1', seq, at, actor.type, actor.name, actor.address ?? null, action, subject, org, ...facts, previous]
    expect(createHash('sha256').update(JSON.stringify(form)).digest('hex')).toBe(hash)
    previous = hash
  }
  return lines.length
}

test('a search goes on where it stopped, however many entries lie between', { timeout: 120_000 }, async () => {
  const data = folder()
  const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
  await registry.start()
  const by = registry.as({ type: 'person', name: 'wang' })
  await by.addToken({ org: 'first' })
  const noise = Array.from({ length: 12_000 }, (_, n) => ({ device: { id: `d-${n}`, org: 'o', model: 'm' } }))
  await registry.as({ type: 'gateway', name: 'noise' }).addDevices(noise)
  await registry.stop()
  const found = await run(['audit', 'list', '--text', 'WANG', '--action', 'token', '--json'], { env: { CITYGATE_DATA: data } })
  expect(JSON.parse(found.stdout)).toMatchObject([{ seq: 3, action: 'token.add', org: 'first' }])
})
