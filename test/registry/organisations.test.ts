import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import type { Registry } from '../../gateway/registry/registry.ts'
import { commandLine } from '../cli/run-citygate.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const { run } = commandLine()

function environment(kept: RegistryPlace): Readonly<Record<string, string>> {
  if ('file' in kept) return { CITYGATE_DATA: join(kept.file, '..') }
  const { url, username, password = '' } = kept.postgres
  return { CITYGATE_REGISTRY_URL: url, CITYGATE_REGISTRY_USERNAME: username, CITYGATE_REGISTRY_PASSWORD: password }
}

async function deeds(registry: Registry, org: string): Promise<readonly object[]> {
  const { entries } = await registry.audit.search({ action: 'organisation', org, limit: 20 })
  return entries.map(({ action, before, after }) => ({ action, ...(before && { before }), ...(after && { after }) })).toReversed()
}

describe.each(databases)('organisations on %s', database => {
  const { place } = places(database, folder)

  test('are added, called, retired and removed, in every process, and each deed is in the audit', async () => {
    const kept = await place()
    const [here, there] = [await open(kept), await open(kept)]
    const { organisations } = here
    const added = await organisations.add('pudong-bus', { zh: '浦东公交' }, tester)
    expect(added).toEqual({ id: 'pudong-bus', name: { zh: '浦东公交' }, createdAt: expect.any(Number) })
    await expect(organisations.add('pudong-bus', {}, tester)).rejects.toMatchObject({ code: 'ORGANISATION_EXISTS' })
    await organisations.change('pudong-bus', { name: { en: 'Pudong Bus' } }, tester)
    const { retiredAt } = await organisations.change('pudong-bus', { name: { zh: null }, retired: true }, tester)
    await expect
      .poll(() => there.organisations.get('pudong-bus'))
      .toEqual({ id: 'pudong-bus', name: { en: 'Pudong Bus' }, createdAt: added.createdAt, retiredAt })
    // Saying it once more changes nothing, and is no deed.
    await organisations.change('pudong-bus', { retired: true }, tester)
    await organisations.add('a-water', {}, tester)
    expect((await open(kept)).organisations.list().map(({ id }) => id)).toEqual(['a-water', 'pudong-bus'])
    await organisations.remove('pudong-bus', tester)
    await expect.poll(() => there.organisations.get('pudong-bus')).toBeUndefined()
    await expect(organisations.change('pudong-bus', {}, tester)).rejects.toMatchObject({ code: 'ORGANISATION_UNKNOWN' })
    await expect(organisations.remove('pudong-bus', tester)).rejects.toMatchObject({ code: 'ORGANISATION_UNKNOWN' })
    const at = new Date(retiredAt ?? 0).toISOString()
    expect(await deeds(here, 'pudong-bus')).toEqual([
      { action: 'organisation.add', after: { zh: '浦东公交' } },
      { action: 'organisation.change', before: {}, after: { en: 'Pudong Bus' } },
      { action: 'organisation.change', before: { zh: '浦东公交' }, after: { retiredAt: at } },
      { action: 'organisation.remove', before: { en: 'Pudong Bus', retiredAt: at } },
    ])
  })

  test('are there as soon as something belongs to them, and stay while anything does', async () => {
    const registry = await open(await place())
    const { organisations } = registry
    const writer = registry.as(tester)
    await writer.addDevice({ id: 'bus-1', org: 'pudong', model: 'm' })
    expect(organisations.get('pudong')).toMatchObject({ id: 'pudong', name: {} })
    const refused = async (what: string): Promise<void> =>
      await expect(organisations.remove('pudong', tester)).rejects.toMatchObject({ code: 'ORGANISATION_IN_USE', message: expect.stringContaining(what) })
    await refused('pudong still has 1 device:')
    await writer.removeDevice('bus-1')
    const { id: token } = await writer.addToken({ org: 'pudong' })
    await refused('1 token:')
    await writer.removeToken(token)
    const { id: key } = await writer.addProvisioningKey({ org: 'pudong', model: 'm', accept: false, most: 1, expiresAt: Date.now() + 60_000 })
    await refused('1 provisioning key:')
    await writer.removeProvisioningKey(key)
    await registry.people.addPerson({ id: 'li.wei', grants: [{ org: 'pudong', role: 'viewer' }] }, tester)
    await refused('roles of one person')
    await registry.people.removePerson('li.wei', tester)
    await organisations.remove('pudong', tester)
    expect(organisations.list()).toEqual([])
  })

  test('that are retired keep what they have, and get nothing new', async () => {
    const registry = await open(await place())
    const writer = registry.as(tester)
    await writer.addDevice({ id: 'bus-1', org: 'pudong', model: 'm' }, 'the secret of bus 1')
    await registry.organisations.change('pudong', { retired: true }, tester)
    const nothing = { code: 'DEVICE_INVALID', message: expect.stringContaining('pudong is retired') }
    await expect(
      writer.addDevices([{ device: { id: 'a', org: 'other', model: 'm' } }, { device: { id: 'b', org: 'pudong', model: 'm' } }]),
    ).rejects.toMatchObject(nothing)
    await expect(writer.addToken({ org: 'pudong' })).rejects.toMatchObject(nothing)
    await expect(writer.addProvisioningKey({ org: 'pudong', model: 'm', accept: true, most: 1, expiresAt: Date.now() + 60_000 })).rejects.toMatchObject(nothing)
    expect(registry.organisations.get('other')).toBeUndefined()
    expect(registry.device('bus-1', 'the secret of bus 1')).toBeDefined()
    await writer.changeDevices([{ id: 'bus-1', org: 'pudong', model: 'm', name: 'Still changed' }])
    await registry.organisations.change('pudong', { retired: false }, tester)
    await writer.addDevice({ id: 'b', org: 'pudong', model: 'm' })
  })

  test.each([
    ['a/b', {}],
    ['*', {}],
    ['', {}],
    ['x'.repeat(65), {}],
    ["a'; drop table organisation; --", {}],
    ['ok', { zh: '' }],
    ['ok', { zh: '   ' }],
    ['ok', { en: 'x'.repeat(101) }],
    ['ok', { en: 'a\u0000b' }],
    ['ok', { en: '\u202eevil' }],
    ['ok', { zh: '\ud800' }],
  ])('are not taken as %j %j', async (id, name) => {
    const registry = await open(await place())
    await expect(registry.organisations.add(id, name, tester)).rejects.toMatchObject({ code: 'ORGANISATION_INVALID' })
    expect(registry.organisations.list()).toEqual([])
  })

  test('are looked after at the command line', { timeout: 60_000 }, async () => {
    const kept = await place()
    const registry = await open(kept)
    const env = environment(kept)
    expect(await run(['org', 'add', 'pudong-bus', '--zh', '浦东公交', '--en', 'Pudong Bus'], { env })).toMatchObject({ code: 0 })
    await expect.poll(() => registry.organisations.get('pudong-bus')?.name).toEqual({ zh: '浦东公交', en: 'Pudong Bus' })
    expect(await run(['org', 'change', 'pudong-bus', '--en', '', '--retire'], { env })).toMatchObject({ code: 0 })
    const { stdout } = await run(['org', 'list', '--json'], { env })
    expect(JSON.parse(stdout)).toEqual([{ id: 'pudong-bus', name: { zh: '浦东公交' }, createdAt: expect.any(String), retiredAt: expect.any(String) }])
    expect((await run(['org', 'change', 'nobody', '--retire'], { env })).stderr).toMatch(/ORGANISATION_UNKNOWN/)
    expect(await run(['org', 'remove', 'pudong-bus'], { env })).toMatchObject({ code: 0, stdout: 'removed pudong-bus\n' })
  })
})
