import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { RegistryPlace } from '../../../gateway/registry/database.ts'
import { csvRows } from '../../../gateway/registry/enrolment/csv-rows.ts'
import { commandLine } from '../../cli/run-citygate.ts'
import { tester } from '../../support/tester.ts'
import { databases, places, workspace } from '../workspace.ts'

const { folder, open } = workspace()
const { run, start } = commandLine()

/** How a command finds a registry. */
function environment(kept: RegistryPlace): Readonly<Record<string, string>> {
  if ('file' in kept) return { CITYGATE_DATA: join(kept.file, '..') }
  const { url, username, password = '' } = kept.postgres
  return { CITYGATE_REGISTRY_URL: url, CITYGATE_REGISTRY_USERNAME: username, CITYGATE_REGISTRY_PASSWORD: password }
}

function listOf(text: string): string {
  const file = join(folder(), 'devices.csv')
  writeFileSync(file, text)
  return file
}

function secretsIn(file: string): ReadonlyMap<string, string> {
  return new Map([...csvRows(readFileSync(file, 'utf8'))].slice(1).map(({ cells: [id = '', secret = ''] }) => [id, secret]))
}

describe.each(databases)('citygate device import on %s', database => {
  const { place } = places(database, folder)

  test('one that is killed goes on where it was: every device once, every secret known', { timeout: 120_000 }, async () => {
    const kept = await place()
    const env = environment(kept)
    const running = await open(kept)
    const rows = Array.from({ length: 20_000 }, (_, number) => `bus-${number},citygate-bus-unit,Line ${number % 90}`)
    const list = listOf(`id,model,name\n${rows.join('\n')}\n`)
    const secrets = join(folder(), 'secrets.csv')
    const args = ['device', 'import', list, '--org', 'pudong-bus', '--secrets', secrets]
    const child = start(args, { env })
    while (!existsSync(secrets) || statSync(secrets).size < 200_000) await pause(2)
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('close', resolve))
    // What a kill in the middle of a write would leave.
    appendFileSync(secrets, 'bus-199')

    expect(await run(args, { env })).toMatchObject({ code: 1, stderr: expect.stringMatching(/is registered already|is there already/) })
    const resumed = await run([...args, '--resume'], { env })
    expect(resumed).toMatchObject({ code: 0, stderr: '' })
    const [, added, before] = /^(\d+) added, 0 changed, (\d+) as they were, of 20000 rows\n$/.exec(resumed.stdout) ?? []
    expect(Number(added)).toBeGreaterThan(0)
    expect(Number(added) + Number(before)).toBe(20_000)
    // Whole batches, each of them one transaction.
    expect(Number(before) % 1_000).toBe(0)
    await expect.poll(() => running.size, { timeout: 5_000 }).toBe(20_000)
    const known = secretsIn(secrets)
    expect(known.size).toBe(20_000)
    expect(readFileSync(secrets, 'utf8').split('\r\n')).toHaveLength(20_002)
    expect(statSync(secrets).mode & 0o777).toBe(0o600)
    for (const [id, secret] of known) expect(running.device(id, secret), id).toBeDefined()
    expect(running.get('bus-7')).toEqual({ id: 'bus-7', org: 'pudong-bus', model: 'citygate-bus-unit', name: 'Line 7' })
  })

  test('an export is imported elsewhere as it is, CSV and XLSX, and changes what differs', { timeout: 120_000 }, async () => {
    const kept = await place()
    const registry = await open(kept)
    await registry.as(tester).addDevices([
      { device: { id: 'dtu-1', org: 'grid', model: 'eastron-sdm630', stage: 'planned' } },
      {
        device: {
          id: '-meter',
          org: 'grid',
          model: 'eastron-sdm630',
          name: '=HYPERLINK("http://x","浦东😀")',
          group: "'@north",
          tags: ['屋顶', 'v2'],
          sim: '89860321849876543210',
          place: { lat: -31.230400000000003, lon: 121.4737 },
          link: { url: 'modbus-tcp://10.0.0.5:502', unit: 7 },
          simulated: true,
        },
      },
      {
        device: {
          id: 'behind-it',
          org: 'grid',
          model: 'tuf-2000m',
          name: '<img src=x onerror=alert(1)>; DROP TABLE device --',
          behind: 'dtu-1',
          stage: 'retired',
        },
      },
    ])
    const env = environment(kept)
    for (const name of ['devices.csv', 'devices.xlsx']) {
      const out = join(folder(), name)
      expect(await run(['device', 'export', '--out', out], { env })).toMatchObject({ code: 0, stdout: `3 devices written to ${out}\n` })
      const other = await place()
      const imported = await run(['device', 'import', out, '--secrets', join(folder(), 's.csv')], { env: environment(other) })
      expect(imported).toMatchObject({ code: 0, stderr: '' })
      const copy = await open(other)
      expect([...copy.all()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([...registry.all()].sort((a, b) => (a.id < b.id ? -1 : 1)))
    }
    const update = listOf('id,name,stage\nbehind-it,,enrolled\ndtu-1,New name,planned\n')
    expect(await run(['device', 'import', update], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 2: id: behind-it is registered already: --update'),
    })
    expect(await run(['device', 'import', update, '--update', '--dry-run'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing was written; it would be: 0 added, 2 changed'),
    })
    expect(await run(['device', 'import', update, '--update', '--json'], { env })).toMatchObject({
      code: 0,
      stdout: '{"rows":2,"added":0,"changed":2,"unchanged":0}\n',
    })
    await expect.poll(() => registry.get('behind-it')).toEqual({ id: 'behind-it', org: 'grid', model: 'tuf-2000m', behind: 'dtu-1' })
    expect(registry.get('dtu-1')).toEqual({ id: 'dtu-1', org: 'grid', model: 'eastron-sdm630', name: 'New name', stage: 'planned' })
  })
})

describe('a column of secrets', () => {
  test('is taken, also when the import goes on; another secret for a registered device is refused', async () => {
    const data = folder()
    const list = listOf(
      'id,org,model,stage,secret\na,o,citygate-bus-unit,retired,a secret that is long enough\nb,o,citygate-bus-unit,,another one that is long enough\n',
    )
    const args = ['device', 'import', list, '--data', data]
    expect(await run(args)).toMatchObject({ code: 0, stdout: '2 added, 0 changed, 0 as they were, of 2 rows\n', stderr: '' })
    const registry = await open({ file: join(data, 'registry.db') })
    expect(registry.device('b', 'another one that is long enough')).toBeDefined()
    expect(registry.device('a', 'a secret that is long enough')).toBeUndefined()
    expect(await run([...args, '--resume'])).toMatchObject({ code: 0, stdout: '0 added, 0 changed, 2 as they were, of 2 rows\n' })
    writeFileSync(list, 'id,org,model,secret\nb,o,citygate-bus-unit,yet another that is long enough\n')
    const refused = await run([...args, '--update'])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('line 2: secret: an import gives no registered device another secret') })
    expect(refused.stderr).not.toContain('yet another')
  })
})

describe('a list with mistakes', () => {
  test('is answered with every line and what was expected, and nothing is written', async () => {
    const data = folder()
    const lines = [
      'id,org,model,lat,lon,behind,link,unit,stage,sim',
      'bus/+/#,o,citygate-bus-unit,,,,,,,',
      'bus-1,o,citygate-bus-unti,,,,,,,',
      'bus-2,o,citygate-bus-unit,31.2,,,,,,',
      'bus-3,o,citygate-bus-unit,thirty,121,,,,,',
      'bus-4,o,citygate-bus-unit,,,nobody,,,,',
      'm-1,o,eastron-sdm630,,,,http://x,1,,',
      'm-2,o,eastron-sdm630,,,,modbus-tcp://h:502,300,,',
      'm-3,o,citygate-bus-unit,,,,modbus-tcp://h:502,1,,',
      'bus-5,o,citygate-bus-unit,,,,,,broken,',
      'bus-6,o,citygate-bus-unit,,,,,,,8.98603E+19',
      'bus-7,o,citygate-bus-unit,,,bus-8,,,,',
      'bus-8,o,citygate-bus-unit,,,bus-7,,,,',
      'bus-9,o,citygate-bus-unit,,,,,,,',
      'bus-9,o,citygate-bus-unit,,,,,,,',
      `${'x'.repeat(65_536)},o,citygate-bus-unit,,,,,,,`,
      'bus\0,o,citygate-bus-unit,,,,,,,',
      ',o,citygate-bus-unit,,,,,,,',
      `bus-10,"o'; DROP TABLE device; --",citygate-bus-unit,,,,,,,`,
      'bus-11,,citygate-bus-unit,,,,,,,',
    ]
    const refused = await run(['device', 'import', listOf(lines.join('\n')), '--data', data])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    const expected = [
      /^IMPORT_INVALID: 18 problems, nothing was written:$/,
      /^ {2}line 2: id: 'bus\/\+\/#' is no id: expected 1 to 64 of A-Z/,
      /^ {2}line 3: model: there is no 'citygate-bus-unti'/,
      /^ {2}line 4: lat, lon: one is given without the other$/,
      /^ {2}line 5: lat: 'thirty': expected degrees north/,
      /^ {2}line 6: behind: no device nobody is registered or stands in this list/,
      /^ {2}line 7: link: 'http:\/\/x': expected one of modbus-tcp/,
      /^ {2}line 8: unit: expected a whole number from 1 to 247$/,
      /^ {2}line 9: link: citygate-bus-unit speaks telemetry, which is not polled/,
      /^ {2}line 10: stage: 'broken': expected planned, enrolled, retired$/,
      /^ {2}line 11: sim: '8\.98603E\+19': the spreadsheet made a number of it and lost digits: format the column as text$/,
      /^ {2}line 12: behind: bus-7 stands behind itself, by way of others$/,
      /^ {2}line 13: behind: bus-8 stands behind itself, by way of others$/,
      /^ {2}line 15: id: bus-9 stands in line 14 already$/,
      /^ {2}line 16: id: 'x{64}…' is no id/,
      /^ {2}line 17: id: 'bus\\x00' is no id/,
      /^ {2}line 18: id: '' is no id/,
      /^ {2}line 19: org: 'o'; DROP TABLE device; --' is no id/,
      /^ {2}line 20: org: '' is no id/,
    ]
    const said = refused.stderr.trimEnd().split('\n')
    for (const [place, form] of expected.entries()) expect(said[place]).toMatch(form)
    expect(said).toHaveLength(expected.length)
    expect((await run(['device', 'list', '--data', data])).stdout).toBe('no devices\n')
  })

  test.each([
    ['a column that is not known', 'id,modell\n', /^IMPORT_INVALID: line 1: there is no column 'modell': expected id, org, model/],
    ['a column twice', 'id,id\n', /^IMPORT_INVALID: line 1: the column id is there twice/],
    ['no id', 'org,model\n', /^IMPORT_INVALID: line 1: the first row names no column 'id'/],
    ['nothing in it', '', /^IMPORT_INVALID: the file has no rows/],
    [
      'secrets that nobody would see',
      'id,org,model\nb,o,citygate-bus-unit\n',
      /^IMPORT_INVALID: secrets: nobody would see the secrets that are made for 1 devices: give --secrets/,
    ],
    [
      'a secret that is too long, and not repeated',
      `id,org,model,secret\nb,o,citygate-bus-unit,${'hidden'.repeat(50)}\n`,
      /^IMPORT_INVALID: one problem.*\n {2}line 2: secret: has 300 characters: at most 256 are taken\n$/,
    ],
  ])('%s', async (_, text, expected) => {
    const refused = await run(['device', 'import', listOf(text), '--data', folder()])
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(expected) })
    expect(refused.stderr).not.toContain('hidden')
  })

  test('a file that is not there', async () => {
    expect(await run(['device', 'import', '/nowhere/devices.csv', '--data', folder()])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^IMPORT_INVALID: \/nowhere\/devices\.csv can not be read/),
    })
  })
})
