import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { ListTaker } from '../../gateway/registry/enrolment/list-taker.ts'
import { xlsxOf } from '../../gateway/registry/enrolment/xlsx-of.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type City, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-device-file-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const people = new PeopleInMemory()
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({ lists: new ListTaker(registry, await loadCatalogue({})), directory: registry, ...signInOver(people) })
})

beforeEach(async () => {
  await registry.as(tester).removeDevices([...registry.all()].map(({ id }) => id))
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Line {
  readonly state: string
  readonly done?: number
  readonly problems?: readonly string[]
  readonly secrets?: readonly { readonly id: string; readonly secret: string }[]
}

const newKey = (): string => randomBytes(32).toString('base64url')
const header = ['id', 'org', 'model', 'name', 'lat', 'lon']
const row = (index: number): readonly string[] => [`meter-${index}`, 'pudong', 'eastron-sdm630', `Meter ${index} 浦东`, '31.2', '121.5']
const rows = (count: number): readonly (readonly string[])[] => [header, ...Array.from({ length: count }, (_, index) => row(index))]
const csvOf = (table: readonly (readonly string[])[]): Buffer => Buffer.from(table.map(cells => cells.join(',')).join('\n'))

function post(file: Uint8Array, query: string, more: { readonly key?: string; readonly signal?: AbortSignal; readonly headers?: Record<string, string> } = {}) {
  return fetch(`http://127.0.0.1:${city.server.port}/api/v1/imports/device-files${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', ...(more.key !== undefined && { 'Import-Key': more.key }), ...more.headers },
    body: new Uint8Array(file),
    ...(more.signal && { signal: more.signal }),
  })
}

async function send(file: Uint8Array, query: string, key?: string): Promise<readonly Line[]> {
  const answered = await post(file, query, { ...(key !== undefined && { key }) })
  const text = await answered.text()
  expect(answered.status, text).toBe(200)
  return text
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line))
}

/** Resolves once no file is being taken in. */
async function free(): Promise<void> {
  const statusOf = async () => {
    const answered = await post(csvOf(rows(1)), '?dryRun=true')
    await answered.text()
    return answered.status
  }
  await expect.poll(statusOf, { timeout: 10_000 }).toBe(200)
}

const secretsOf = (lines: readonly Line[]) => lines.flatMap(({ secrets = [] }) => secrets)

describe('POST /api/v1/imports/device-files', () => {
  it('takes fifty thousand devices: checks them, writes them bit by bit, tells all secrets, and the second time counts them as they were', {
    timeout: 180_000,
  }, async () => {
    const count = 50_000
    const file = csvOf(rows(count))
    const key = newKey()
    const counts = { rows: count, added: count, changed: 0, unchanged: 0, problems: [], problemCount: 0 }
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const startedAt = performance.now()
    const checked = await send(file, '?dryRun=true')
    const checkedAt = performance.now()
    expect(checked.at(-1)).toEqual({ state: 'checked', ...counts })
    expect(checked.filter(({ state }) => state === 'checking').length).toBeGreaterThan(5)
    expect(registry.size).toBe(0)
    const held = delay.max / 1e6
    delay.reset()
    const written = await send(file, '', key)
    const writtenAt = performance.now()
    delay.disable()
    expect(written.at(-1)).toEqual({ state: 'written' })
    const progress = written.flatMap(({ done }) => (done === undefined ? [] : [done]))
    expect([progress.length, progress[0], progress.at(-1)]).toEqual([250, 200, count])
    const secrets = secretsOf(written)
    expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(count)
    for (const { id, secret } of secrets.slice(0, 100)) expect(registry.device(id, secret)).toBeDefined()
    const again = await send(file, '', key)
    expect(again.find(({ state }) => state === 'checked')).toMatchObject({ added: 0, unchanged: count })
    expect(secretsOf(again)).toEqual(secrets)
    console.log(
      `${count} devices, ${(file.length / 1e6).toFixed(1)} MB: checked in ${((checkedAt - startedAt) / 1e3).toFixed(1)} s (longest hold ${held.toFixed(0)} ms), ` +
        `checked and written in ${((writtenAt - checkedAt) / 1e3).toFixed(1)} s (longest hold ${(delay.max / 1e6).toFixed(0)} ms)`,
    )
  })

  it('goes on where a connection was lost, and ends with the secrets of all', async () => {
    const file = csvOf(rows(3_000))
    const key = newKey()
    const lost = new AbortController()
    const { body } = await post(file, '', { key, signal: lost.signal })
    let heard = ''
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += piece
      if (/"done":(4|5|6|7|8|9)00/.test(heard)) break
    }
    lost.abort()
    // It ends with what is under way; the next is taken then.
    await free()
    const before = registry.size
    expect(before).toBeGreaterThanOrEqual(400)
    expect(before).toBeLessThan(3_000)
    const second = await send(file, '', key)
    expect(second.find(({ state }) => state === 'checked')).toMatchObject({ added: 3_000 - before, unchanged: before, problemCount: 0 })
    const secrets = secretsOf(second)
    expect(secrets.length).toBe(3_000)
    expect(secrets.every(({ id, secret }) => registry.device(id, secret) !== undefined)).toBe(true)
    // With another key nothing is told of them.
    expect(secretsOf(await send(file, '', newKey()))).toEqual([])
  })

  it('takes an .xlsx file of fifty thousand lines, and names what is wrong with each', { timeout: 120_000 }, async () => {
    const table = rows(50_000).map((cells, index) => (index > 0 && index % 10 === 0 ? [...cells.slice(0, 2), 'no-such-model', ...cells.slice(3)] : cells))
    const startedAt = performance.now()
    const file = xlsxOf(table, 'devices')
    const builtAt = performance.now()
    const lines = await send(file, '', newKey())
    expect(lines.at(-1)).toMatchObject({ state: 'checked', rows: 50_000, added: 45_000, problemCount: 5_000 })
    const { problems = [] } = lines.at(-1) ?? {}
    expect([problems.length, problems[0]]).toEqual([5_000, expect.stringMatching(/^line 11: model: /)])
    expect(registry.size).toBe(0)
    console.log(
      `.xlsx of ${(file.length / 1e6).toFixed(1)} MB (built in ${((builtAt - startedAt) / 1e3).toFixed(1)} s) checked in ${((performance.now() - builtAt) / 1e3).toFixed(1)} s`,
    )
  })

  it('refuses what is no list, what is too large, a key that is none, and a second file at a time', async () => {
    expect((await send(Buffer.from('id,modell\n'), '')).at(-1)).toMatchObject({
      state: 'failed',
      code: 'IMPORT_INVALID',
      detail: expect.stringContaining("no column 'modell'"),
    })
    expect((await send(Buffer.from('PK\x03\x04 and nothing'), '')).at(-1)).toMatchObject({ state: 'failed', code: 'IMPORT_INVALID' })
    expect((await send(Buffer.alloc(0), '')).at(-1)).toMatchObject({ state: 'failed', code: 'IMPORT_INVALID' })
    expect((await send(csvOf(rows(2)), '')).at(-1)).toMatchObject({ state: 'failed', detail: expect.stringContaining('a key is needed') })
    const wide = await post(Buffer.alloc(16 * 2 ** 20 + 1, 'a'), '')
    expect([wide.status, await wide.json()]).toEqual([413, expect.objectContaining({ code: 'BODY_TOO_LARGE', detail: 'The body is larger than 16 MiB.' })])
    const badKey = await post(csvOf(rows(1)), '', { key: 'guess me' })
    expect([badKey.status, await badKey.text()]).toEqual([400, expect.not.stringContaining('guess me')])
    expect((await post(csvOf(rows(1)), '?dryRun=perhaps')).status).toBe(400)
    const slow = await post(csvOf(rows(20_000)), '', { key: newKey() })
    expect(await post(csvOf(rows(1)), '')).toMatchObject({ status: 503 })
    await slow.body?.cancel()
    await free()
    expect((await send(csvOf([header, ...Array.from({ length: 100_001 }, () => ['x'])]), '?dryRun=true')).at(-1)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('more than 100000 rows'),
    })
  })

  it('takes from an engineer of one organisation the lines of that alone, and nothing at all from an operator', async () => {
    people.put({ id: 'engineer', grants: [{ org: 'minhang', role: 'engineer' }] }, 'a very long password')
    people.put({ id: 'operator', grants: [{ org: 'pudong', role: 'operator' }] }, 'a very long password')
    const cookieOf = async (person: string) => {
      const { token } = await people.openSession(person, { means: 'password', address: '127.0.0.1', agent: '' }, tester)
      return { Cookie: `citygate_session=${token}`, Origin: `http://127.0.0.1:${city.server.port}` }
    }
    const own = await post(csvOf(rows(2)), '', { key: newKey(), headers: await cookieOf('engineer') })
    expect(await own.text()).toContain("line 2: org: you may not maintain devices of 'pudong'")
    expect((await post(csvOf(rows(2)), '', { key: newKey(), headers: await cookieOf('operator') })).status).toBe(403)
    expect((await post(csvOf(rows(2)), '', { headers: { Origin: 'https://elsewhere.example' } })).status).toBe(403)
    expect(registry.size).toBe(0)
  })
})
