import type { Kysely, Selectable } from 'kysely'
import type { DeviceId } from '../model/ids.ts'
import { deviceOf } from './device-row.ts'
import type { DeviceRecord, RegistryMemory } from './memory.ts'
import type { OrganisationMemory } from './organisations/organisation-memory.ts'
import { organisationOf } from './organisations/organisation-row.ts'
import type { PeopleMemory } from './people/people-memory.ts'
import { readPeople } from './people/people-reading.ts'
import type { RegistrySchema } from './schema.ts'
import { type TokenRecord, tokenOf } from './tokens.ts'

/** How many rows one statement names: SQLite takes 32,766 parameters, and short statements leave the event loop free in between. */
const chunkRows = 500
/** More single changes than this are not worth following one by one. */
const mostSingleChanges = 2_000

/** Where what is read goes. */
export interface Memories {
  readonly memory: RegistryMemory
  readonly people: PeopleMemory
  readonly organisations: OrganisationMemory
}

/** Reads everything into memory and tells the number of the last change that it holds. */
export async function readAll(db: Kysely<RegistrySchema>, { memory, people, organisations }: Memories): Promise<number> {
  // The number first: a change that comes in between is then read twice, never missed.
  const seq = await lastChange(db)
  const devices = await selectDevices(db).orderBy('device.id').execute()
  const tokens = await db.selectFrom('token').selectAll().orderBy('created_at').orderBy('id').execute()
  organisations.replace((await db.selectFrom('organisation').selectAll().execute()).map(organisationOf))
  people.replace(await readPeople(db))
  memory.replace(devices.map(recordOf), tokens.map(tokenOf))
  return seq
}

/** Reads what changed after change number `after`, all of it if the list does not reach back that far, and tells the number of the last change. */
export async function readChanges(db: Kysely<RegistrySchema>, memories: Memories, after: number): Promise<number> {
  const { memory, people, organisations } = memories
  const last = await lastChange(db)
  if (last === after) return after
  // More than the numbers say can not be there; fewer when the list was cut, or a change was made by an older file put back in place.
  if (last < after || last - after > mostSingleChanges) return await readAll(db, memories)
  const changes = await db.selectFrom('change').selectAll().where('seq', '>', after).where('seq', '<=', last).execute()
  if (changes.length < last - after || changes.some(change => change.subject === 'everything')) return await readAll(db, memories)

  const devices = idsOf(changes, 'device')
  const deviceRecords: DeviceRecord[] = []
  for (const ids of chunks(devices)) deviceRecords.push(...(await selectDevices(db).where('device.id', 'in', ids).execute()).map(recordOf))
  const tokens = idsOf(changes, 'token')
  const tokenRecords: TokenRecord[] = []
  for (const ids of chunks(tokens)) tokenRecords.push(...(await db.selectFrom('token').selectAll().where('id', 'in', ids).execute()).map(tokenOf))
  const orgs = idsOf(changes, 'organisation')
  for (const ids of chunks(orgs))
    organisations.update(ids, (await db.selectFrom('organisation').selectAll().where('id', 'in', ids).execute()).map(organisationOf))
  const persons = idsOf(changes, 'person')
  for (const ids of chunks(persons)) people.update(ids, await readPeople(db, ids))
  const tokensChanged = memory.updateTokens(tokens, tokenRecords)
  if (devices.length > 0) memory.updateDevices(devices, deviceRecords)
  // Whoever signed in by what is no more is looked for at once.
  else if (tokensChanged || persons.length > 0) memory.changed()
  return last
}

/** A list in pieces that fit one statement. */
export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += chunkRows) yield list.slice(start, start + chunkRows)
}

/** The number of the last change that was noted. */
export async function lastChange(db: Kysely<RegistrySchema>): Promise<number> {
  const row = await db.selectFrom('change').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.seq ?? 0
}

function selectDevices(db: Kysely<RegistrySchema>) {
  return db
    .selectFrom('device')
    .leftJoin('device_secret', 'device_secret.device', 'device.id')
    .selectAll('device')
    .select(['device_secret.salt', 'device_secret.hash', 'device_secret.previous_salt', 'device_secret.previous_hash', 'device_secret.previous_until'])
}

type SecretColumns = Pick<Selectable<RegistrySchema['device_secret']>, 'salt' | 'hash' | 'previous_salt' | 'previous_hash' | 'previous_until'>
/** Absent where a device has no secret: the join finds no row. */
type Joined = { readonly [Column in keyof SecretColumns]: SecretColumns[Column] | null }

function recordOf(row: Selectable<RegistrySchema['device']> & Joined): DeviceRecord {
  const { salt, hash, previous_salt: oldSalt, previous_hash: oldHash, previous_until: until } = row
  if (!salt || !hash) return { device: deviceOf(row) }
  const previous = oldSalt && oldHash && until !== null ? { previous: { secret: { salt: oldSalt, hash: oldHash }, until } } : {}
  return { device: deviceOf(row), secret: { current: { salt, hash }, ...previous } }
}

function idsOf(changes: readonly Selectable<RegistrySchema['change']>[], subject: 'device' | 'token' | 'person' | 'organisation'): readonly DeviceId[] {
  return [...new Set(changes.filter(change => change.subject === subject).map(change => change.id))]
}
