import type { Insertable, Transaction } from 'kysely'
import type { Deed } from '../model/audit.ts'
import type { Device } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import type { DeviceId, OrgId } from '../model/ids.ts'
import { differences } from './audit/differences.ts'
import { deviceProblems, quoted, secretProblem } from './check-device.ts'
import { deviceOf, rowOf } from './device-row.ts'
import { chunks } from './reading-changes.ts'
import type { RegistrySchema } from './schema.ts'
import { hashSecret, type SecretHash } from './secrets.ts'
import { recorded, type Writing } from './write.ts'

/** A device to be added, with the secret it will sign in with. */
export interface NewDevice {
  readonly device: Device
  readonly secret: string
}

/** More changes than this in one transaction are noted as one. */
const mostNotes = 1_000
/** So many changes are kept for readers to follow; one that is further behind reads everything. */
const keptChanges = 10_000
/** An error names so many problems and counts the others. */
const mostProblems = 20

/** Adds all devices or none. Throws DEVICE_INVALID or DEVICE_EXISTS that names each field or device. */
export async function insertDevices(writing: Writing, added: readonly NewDevice[]): Promise<void> {
  const problems = added.flatMap(({ device, secret }) => deviceProblems(device, secret).map(problem => named(added, device, problem)))
  if (problems.length > 0) throw invalid(problems)
  const { now } = writing
  await recorded(writing, async transaction => {
    await checkAgainstOthers(transaction, added)
    return await putDevices(transaction, added, now, hashSecret)
  })
}

/** The same in a transaction that does more, with secrets that are hashed already. */
export async function addHashed(
  transaction: Transaction<RegistrySchema>,
  added: readonly { readonly device: Device; readonly secret: SecretHash }[],
  now: number,
): Promise<readonly Deed[]> {
  checkProblems(added.flatMap(({ device }) => deviceProblems(device).map(problem => named(added, device, problem))))
  await checkAgainstOthers(transaction, added)
  return await putDevices(transaction, added, now, secret => secret)
}

async function putDevices<S>(
  transaction: Transaction<RegistrySchema>,
  added: readonly { readonly device: Device; readonly secret: S }[],
  now: number,
  hashed: (secret: S) => SecretHash,
): Promise<readonly Deed[]> {
  const deeds = [...(await addOrganisations(transaction, new Set(added.map(({ device }) => device.org)), now))]
  for (const part of chunks(added)) {
    const rows = part.map(({ device }) => rowOf(device, now))
    const secrets = part.map(({ device, secret }) => ({ device: device.id, ...hashed(secret), created_at: now }))
    await transaction.insertInto('device').values(rows).execute()
    await transaction.insertInto('device_secret').values(secrets).execute()
    for (const row of rows) deeds.push({ ...ofDevice('add', row), after: { ...deviceOf(row) } })
  }
  await noteChanges(
    transaction,
    'device',
    added.map(({ device }) => device.id),
  )
  return deeds
}

/** Changes what is said about devices, all of them or none; their secrets stay. Throws DEVICE_INVALID, DEVICE_UNKNOWN. A device does not change its organisation. */
export async function changeDevices(writing: Writing, changed: readonly Device[]): Promise<void> {
  const wanted = new Map(changed.map(device => [device.id, device]))
  await alterDevices(writing, [...wanted.keys()], before => wanted.get(before.id) ?? before)
}

/** The same where what is to be said depends on what is said already: it is read in the transaction that writes, so that two who change one device do not undo each other. */
export async function alterDevices(writing: Writing, ids: readonly DeviceId[], alter: (before: Device) => Device): Promise<void> {
  await recorded(writing, async transaction => {
    const before = new Map((await devicesOf(transaction, ids)).map(device => [device.id, device]))
    const unknown = ids.filter(id => !before.has(id))
    if (unknown.length > 0) throw new GatewayError('DEVICE_UNKNOWN', `no device ${listed(unknown)} is registered`)
    const changed = [...before.values()].map(alter)
    const added = changed.map(device => ({ device }))
    checkProblems(changed.flatMap(device => deviceProblems(device).map(problem => named(added, device, problem))))
    const orgs = await orgsOf(transaction, [...new Set(changed.flatMap(({ behind }) => behind ?? []))])
    const moved = changed.filter(({ id, org }) => before.get(id)?.org !== org)
    checkProblems([
      ...moved.map(device => named(added, device, `org: it belongs to ${before.get(device.id)?.org}: remove it and add it anew to give it to ${device.org}`)),
      ...behindProblems(added, orgs),
    ])
    const deeds: Deed[] = []
    for (const device of changed) {
      const row = rowOf(device, 0)
      const { id, created_at: _, ...columns } = row
      const changes = differences({ ...before.get(id) }, { ...deviceOf(row) })
      if (!changes) continue
      await transaction.updateTable('device').set(columns).where('id', '=', id).execute()
      deeds.push({ ...ofDevice('change', device), ...changes })
    }
    checkProblems(
      (
        await inCircles(
          transaction,
          changed.filter(({ id, behind }) => behind !== before.get(id)?.behind),
        )
      ).map(device => named(added, device, `behind: ${device.id} would stand behind itself, by way of others`)),
    )
    await noteChanges(transaction, 'device', ids)
    return deeds
  })
}

/** Those that stand behind themselves once everything is written. */
async function inCircles(transaction: Transaction<RegistrySchema>, changed: readonly Device[]): Promise<readonly Device[]> {
  const circles: Device[] = []
  for (const device of changed) {
    const seen = new Set<DeviceId>()
    for (let at = device.behind; at !== undefined && !seen.has(at); ) {
      seen.add(at)
      const row = await transaction.selectFrom('device').select('behind').where('id', '=', at).executeTakeFirst()
      at = row?.behind ?? undefined
    }
    if (seen.has(device.id)) circles.push(device)
  }
  return circles
}

/** Gives a device another secret; the one before is taken until `previousUntil`. Throws DEVICE_UNKNOWN, or DEVICE_INVALID for a secret that can not be one. */
export async function replaceSecret(writing: Writing, id: DeviceId, secret: string, previousUntil: number): Promise<void> {
  const problem = secretProblem(secret)
  if (problem !== undefined) throw invalid([`secret: ${problem}`])
  await recorded(writing, async transaction => {
    const { salt, hash } = hashSecret(secret)
    const replaced = await transaction
      .updateTable('device_secret')
      .set(of => ({ previous_salt: of.ref('salt'), previous_hash: of.ref('hash'), previous_until: previousUntil, salt, hash, created_at: writing.now }))
      .where('device', '=', id)
      .executeTakeFirst()
    if (replaced.numUpdatedRows === 0n) throw new GatewayError('DEVICE_UNKNOWN', `no device ${quoted(id)} is registered`)
    await noteChanges(transaction, 'device', [id])
    const org = (await orgsOf(transaction, [id])).get(id)
    return [
      { action: 'device.secret', subject: `device:${id}`, ...(org !== undefined && { org }), after: { previousUntil: new Date(previousUntil).toISOString() } },
    ]
  })
}

/** Removes all these devices or none. Throws DEVICE_UNKNOWN, or DEVICE_INVALID for a concentrator that others still stand behind. */
export async function deleteDevices(writing: Writing, ids: readonly DeviceId[]): Promise<void> {
  await recorded(writing, async transaction => {
    const known = await devicesOf(transaction, ids)
    const going = new Set(known.map(({ id }) => id))
    const unknown = ids.filter(id => !going.has(id))
    if (unknown.length > 0) throw new GatewayError('DEVICE_UNKNOWN', `no device ${listed(unknown)} is registered`)
    const left: string[] = []
    for (const part of chunks(ids)) {
      const behind = await transaction.selectFrom('device').select(['id', 'behind']).where('behind', 'in', part).execute()
      for (const device of behind) if (!going.has(device.id)) left.push(`${device.id} is behind ${device.behind}`)
    }
    if (left.length > 0) throw invalid(left.map(problem => `behind: ${problem}; remove it first`))
    for (const part of chunks(ids)) await transaction.deleteFrom('device').where('id', 'in', part).execute()
    await noteChanges(transaction, 'device', ids)
    return known.map(device => ({ ...ofDevice('remove', device), before: { ...device } }))
  })
}

/** What only the other devices can tell: an id that is taken, a concentrator that is missing or belongs to someone else. */
async function checkAgainstOthers(transaction: Transaction<RegistrySchema>, added: readonly { readonly device: Device }[]): Promise<void> {
  const ids = added.map(({ device }) => device.id)
  const behind = added.flatMap(({ device }) => (device.behind === undefined ? [] : [device.behind]))
  const orgs = await orgsOf(transaction, [...new Set([...ids, ...behind])])
  const seen = new Set<DeviceId>()
  const taken = ids.filter(id => orgs.has(id) || seen.size === seen.add(id).size)
  if (taken.length > 0) throw new GatewayError('DEVICE_EXISTS', `device ${listed(taken)} is registered already: choose another id, or remove it first`)
  for (const { device } of added) orgs.set(device.id, device.org)
  checkProblems(behindProblems(added, orgs))
}

/** A concentrator that is missing or belongs to someone else. */
function behindProblems(added: readonly { readonly device: Device }[], orgs: ReadonlyMap<DeviceId, OrgId>): readonly string[] {
  return added.flatMap(({ device }) => {
    if (device.behind === undefined) return []
    const org = orgs.get(device.behind)
    if (org === undefined) return [named(added, device, `behind: no device ${device.behind} is registered: add the concentrator first`)]
    return org === device.org ? [] : [named(added, device, `behind: ${device.behind} belongs to another organisation (${org}, not ${device.org})`)]
  })
}

function checkProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw invalid(problems)
}

async function orgsOf(transaction: Transaction<RegistrySchema>, ids: readonly DeviceId[]): Promise<Map<DeviceId, OrgId>> {
  const orgs = new Map<DeviceId, OrgId>()
  for (const part of chunks(ids)) {
    for (const row of await transaction.selectFrom('device').select(['id', 'org']).where('id', 'in', part).execute()) orgs.set(row.id, row.org)
  }
  return orgs
}

/** Adds those that are new, and tells which. Throws DEVICE_INVALID for those that are retired. */
export async function addOrganisations(transaction: Transaction<RegistrySchema>, ids: ReadonlySet<OrgId>, now: number): Promise<readonly Deed[]> {
  const deeds: Deed[] = []
  for (const part of chunks([...ids])) {
    const known = await transaction.selectFrom('organisation').select(['id', 'retired_at']).where('id', 'in', part).execute()
    checkProblems(
      known.flatMap(one =>
        one.retired_at === null ? [] : [`org: ${one.id} is retired, and nothing new is registered for it: choose another, or have it restored`],
      ),
    )
    const added = part.filter(id => !known.some(one => one.id === id))
    if (added.length === 0) continue
    await transaction
      .insertInto('organisation')
      .values(added.map(id => ({ id, created_at: now, name_zh: null, name_en: null, retired_at: null })))
      .execute()
    await noteChanges(transaction, 'organisation', added)
    for (const id of added) deeds.push({ action: 'organisation.add', subject: `organisation:${id}`, org: id })
  }
  return deeds
}

async function devicesOf(transaction: Transaction<RegistrySchema>, ids: readonly DeviceId[]): Promise<readonly Device[]> {
  const devices: Device[] = []
  for (const part of chunks(ids)) devices.push(...(await transaction.selectFrom('device').selectAll().where('id', 'in', part).execute()).map(deviceOf))
  return devices
}

function ofDevice(verb: 'add' | 'change' | 'remove', { id, org }: { readonly id: DeviceId; readonly org: OrgId }): Deed {
  return { action: `device.${verb}`, subject: `device:${id}`, org }
}

/** Puts what changed on the list that other readers of the database follow. */
export async function noteChanges(
  transaction: Transaction<RegistrySchema>,
  subject: 'device' | 'token' | 'person' | 'organisation',
  ids: readonly string[],
): Promise<void> {
  const notes: Insertable<RegistrySchema['change']>[] = ids.length > mostNotes ? [{ subject: 'everything', id: '' }] : ids.map(id => ({ subject, id }))
  for (const part of chunks(notes)) await transaction.insertInto('change').values(part).execute()
  await transaction
    .deleteFrom('change')
    .where('seq', '<=', of => of.selectFrom('change').select(all => all(all.fn.max('seq'), '-', keptChanges).as('oldest')))
    .execute()
}

function invalid(problems: readonly string[]): GatewayError {
  const more = problems.length - mostProblems
  const lines = problems.slice(0, mostProblems).join('\n  ')
  return new GatewayError('DEVICE_INVALID', problems.length === 1 ? lines : `${problems.length} problems:\n  ${lines}${more > 0 ? `\n  and ${more} more` : ''}`)
}

/** Of one device the field is enough; of many the reader needs to know which. */
function named(added: readonly unknown[], device: Device, problem: string): string {
  return added.length === 1 ? problem : `${device.id}: ${problem}`
}

function listed(ids: readonly string[]): string {
  return ids.length <= 10 ? ids.join(', ') : `${ids.slice(0, 10).join(', ')} and ${ids.length - 10} more`
}
