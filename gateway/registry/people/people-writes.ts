import type { Selectable, Transaction, Updateable } from 'kysely'
import type { PersonId, SessionId } from '../../model/access.ts'
import type { Deed } from '../../model/audit.ts'
import { GatewayError } from '../../model/errors.ts'
import type { PersonDraft, PersonGuard, SessionInfo } from '../../model/people.ts'
import { everyOrg, type Grant, soleOrg } from '../../model/roles.ts'
import { differences } from '../audit/differences.ts'
import type { RegistrySchema } from '../schema.ts'
import { recorded, type Writing } from '../write.ts'
import { noteChanges } from '../writing.ts'
import { draftOf, grantsOf } from './person-row.ts'

/** More people than any city has at such a desk. */
const mostPeople = 10_000
const mostSessions = 20

export type PersonRow = Selectable<RegistrySchema['person']>
type Work = Transaction<RegistrySchema>

export async function insertPerson(writing: Writing, draft: PersonDraft): Promise<void> {
  await recorded(writing, async transaction => [await add(transaction, draft, writing.now)])
}

/** Adds somebody within a transaction; tells what was done. */
export async function add(transaction: Work, draft: PersonDraft, now: number): Promise<Deed> {
  if (await find(transaction, draft.id)) throw new GatewayError('PERSON_EXISTS', `there is a person ${draft.id} already`)
  const { count } = await transaction
    .selectFrom('person')
    .select(all => all.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostPeople) throw new GatewayError('PERSON_INVALID', `there are ${mostPeople} people already: remove some`)
  await transaction
    .insertInto('person')
    .values({
      ...columnsOf(draft),
      id: draft.id,
      password: null,
      totp: null,
      pending_totp: null,
      totp_step: 0,
      recovery: '[]',
      invitation: null,
      invitation_until: null,
      created_at: now,
      last_sign_in_at: null,
    })
    .execute()
  await noteChanges(transaction, 'person', [draft.id])
  return { ...deed('person.add', draft.id, [draft.grants]), after: factsOf(columnsOf(draft)) }
}

/** Says anew all that a draft says, made of what is said already. */
export async function updatePerson(writing: Writing, id: PersonId, alter: (before: PersonDraft) => PersonDraft): Promise<void> {
  await recorded(writing, async transaction => {
    const before = await known(transaction, id)
    const columns = columnsOf(alter(draftOf(before)))
    await keepAnAdmin(transaction, id, { ...before, ...columns })
    const had = new Set(grantsOf(before.grants).map(({ org }) => org))
    const reachesMore = grantsOf(columns.grants).some(({ org }) => !had.has(org))
    // Whoever made the invitation may have no right in the organisation that is new, and still know the link.
    await set(transaction, id, reachesMore ? { ...columns, invitation: null, invitation_until: null } : columns)
    if (columns.disabled === 1) await transaction.deleteFrom('session').where('person', '=', id).execute()
    const changes = differences(factsOf(before), factsOf(columns))
    return changes ? [{ ...deed('person.change', id, [grantsOf(before.grants), grantsOf(columns.grants)]), ...changes }] : []
  })
}

export async function deletePerson(writing: Writing, id: PersonId, guard?: PersonGuard): Promise<void> {
  await recorded(writing, async transaction => {
    const before = await known(transaction, id, guard)
    await keepAnAdmin(transaction, id, undefined)
    await transaction.deleteFrom('person').where('id', '=', id).execute()
    await noteChanges(transaction, 'person', [id])
    return [{ ...deedOf('person.remove', before), before: factsOf(before) }]
  })
}

/** Sets a hashed password; with `invitation`, only if that is still good. Ends the sessions but the one to keep. */
export async function writePassword(
  writing: Writing,
  id: PersonId,
  password: string,
  more: { readonly keep?: SessionId; readonly invitation?: string },
): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id)
    if (more.invitation !== undefined && (row.disabled === 1 || row.invitation !== more.invitation || (row.invitation_until ?? 0) <= writing.now))
      throw new GatewayError('INVITATION_INVALID', 'the invitation was used, replaced or is over: ask for another')
    await set(transaction, id, { password, invitation: null, invitation_until: null })
    await endSessions(transaction, id, more.keep)
    return [deedOf('person.set-password', row)]
  })
}

export async function writeInvitation(
  writing: Writing,
  id: PersonId,
  invitation: { readonly hash: string; readonly until: number },
  guard?: PersonGuard,
): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id, guard)
    await set(transaction, id, { invitation: invitation.hash, invitation_until: invitation.until })
    return [deedOf('person.invite', row)]
  })
}

/** Puts a second factor up for confirmation. */
export async function writePendingTotp(writing: Writing, id: PersonId, secret: Uint8Array): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id)
    await set(transaction, id, { pending_totp: secret })
    return [deedOf('person.start-second-factor', row)]
  })
}

/** The second factor counts from now on; its secret must still be the one that was confirmed. */
export async function confirmTotp(
  writing: Writing,
  id: PersonId,
  confirmed: { readonly secret: Uint8Array; readonly step: number; readonly recovery: readonly string[] },
): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id)
    const { pending_totp: pending } = row
    if (pending === null || !Buffer.from(pending).equals(confirmed.secret))
      throw new GatewayError('CODE_WRONG', 'the second factor was begun anew meanwhile: use the newest code')
    const { secret, step, recovery } = confirmed
    await set(transaction, id, { totp: secret, pending_totp: null, totp_step: step, recovery: JSON.stringify(recovery) })
    return [deedOf('person.confirm-second-factor', row)]
  })
}

export async function clearTotp(writing: Writing, id: PersonId, guard?: PersonGuard): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id, guard)
    await set(transaction, id, { totp: null, pending_totp: null, recovery: '[]' })
    return [deedOf('person.drop-second-factor', row)]
  })
}

/** Takes a time step, if no later one was taken: true for the one who comes first. */
export async function takeStep(writing: Writing, id: PersonId, step: number): Promise<boolean> {
  let taken = false
  await recorded(writing, async transaction => {
    const { numUpdatedRows } = await transaction
      .updateTable('person')
      .set({ totp_step: step })
      .where('id', '=', id)
      .where('totp_step', '<', step)
      .executeTakeFirst()
    taken = numUpdatedRows === 1n
    return []
  })
  return taken
}

/** Uses up a recovery code, by its hash: true if it was there. */
export async function takeRecovery(writing: Writing, id: PersonId, hash: string): Promise<boolean> {
  let taken = false
  await recorded(writing, async transaction => {
    const row = await known(transaction, id)
    const { recovery } = row
    const codes: unknown = JSON.parse(recovery)
    if (!Array.isArray(codes) || !codes.includes(hash)) return []
    // The old text in the condition: two at the same time do not both take it.
    const left = JSON.stringify(codes.filter(one => one !== hash))
    const { numUpdatedRows } = await transaction
      .updateTable('person')
      .set({ recovery: left })
      .where('id', '=', id)
      .where('recovery', '=', recovery)
      .executeTakeFirst()
    taken = numUpdatedRows === 1n
    return taken ? [{ ...deedOf('person.use-recovery', row), after: { left: codes.length - 1 } }] : []
  })
  return taken
}

export async function insertSession(writing: Writing, info: SessionInfo, hash: Uint8Array): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, info.person)
    if (row.disabled === 1) throw new GatewayError('PERSON_INVALID', `${info.person} may not sign in`)
    await transaction
      .insertInto('session')
      .values({
        id: info.id,
        person: info.person,
        hash,
        means: info.means,
        address: info.address,
        agent: info.agent,
        created_at: info.createdAt,
        last_seen_at: info.lastSeenAt,
        expires_at: info.expiresAt,
      })
      .execute()
    // What is over, and what is more than one person needs, the oldest first.
    await transaction.deleteFrom('session').where('expires_at', '<=', writing.now).execute()
    const own = await transaction.selectFrom('session').select('id').where('person', '=', info.person).orderBy('created_at', 'desc').orderBy('id').execute()
    const surplus = own.slice(mostSessions).map(({ id }) => id)
    if (surplus.length > 0) await transaction.deleteFrom('session').where('id', 'in', surplus).execute()
    await set(transaction, info.person, { last_sign_in_at: writing.now })
    return [{ ...deedOf('session.open', row), after: { means: info.means } }]
  })
}

/** Ends one session, or all of a person but perhaps one. */
export async function deleteSessions(
  writing: Writing,
  person: PersonId,
  which: { readonly only?: SessionId; readonly but?: SessionId },
  guard?: PersonGuard,
): Promise<void> {
  await recorded(writing, async transaction => {
    // Somebody who is gone has no sessions either.
    const row = guard ? await known(transaction, person, guard) : await find(transaction, person)
    if (row === undefined) return []
    const ended =
      which.only === undefined
        ? await endSessions(transaction, person, which.but)
        : (await transaction.deleteFrom('session').where('id', '=', which.only).where('person', '=', person).executeTakeFirst()).numDeletedRows
    if (ended === 0n) return []
    await noteChanges(transaction, 'person', [person])
    return [{ ...deedOf('session.end', row), before: { sessions: Number(ended) } }]
  })
}

async function endSessions(transaction: Work, person: PersonId, but: SessionId | undefined): Promise<bigint> {
  let ended = transaction.deleteFrom('session').where('person', '=', person)
  if (but !== undefined) ended = ended.where('id', '!=', but)
  return (await ended.executeTakeFirst()).numDeletedRows
}

async function set(transaction: Work, id: PersonId, columns: Updateable<RegistrySchema['person']>): Promise<void> {
  await transaction.updateTable('person').set(columns).where('id', '=', id).execute()
  await noteChanges(transaction, 'person', [id])
}

async function find(transaction: Work, id: PersonId): Promise<PersonRow | undefined> {
  return await transaction.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The person as kept. Throws PERSON_UNKNOWN, and what the guard throws. */
export async function known(transaction: Work, id: PersonId, guard?: PersonGuard): Promise<PersonRow> {
  const row = await find(transaction, id)
  if (row === undefined)
    throw new GatewayError('PERSON_UNKNOWN', `there is no person ${JSON.stringify(id.slice(0, 64))}: 'citygate user list' shows who there is`)
  guard?.(draftOf(row))
  return row
}

/** Throws LAST_ADMIN when somebody may administer everything now, and nobody would once this person is so, or gone. */
async function keepAnAdmin(transaction: Work, id: PersonId, then: Pick<PersonRow, 'grants' | 'disabled' | 'password'> | undefined): Promise<void> {
  const people = await transaction.selectFrom('person').select(['id', 'grants', 'disabled', 'password']).execute()
  const others = people.some(one => one.id !== id && administers(one))
  if (!others && people.some(administers) && !(then && administers(then)))
    throw new GatewayError(
      'LAST_ADMIN',
      `nobody but ${id} may administer everything: give somebody else the role admin over * first, and let them set a password`,
    )
}

function administers({ grants, disabled, password }: Pick<PersonRow, 'grants' | 'disabled' | 'password'>): boolean {
  return disabled === 0 && password !== null && grantsOf(grants).some(({ org, role }) => org === everyOrg && role === 'admin')
}

function columnsOf({ name, grants, disabled }: PersonDraft): Pick<PersonRow, 'name' | 'grants' | 'disabled'> {
  return { name: name ?? null, grants: JSON.stringify(grants.map(({ org, role }) => ({ org, role }))), disabled: disabled ? 1 : 0 }
}

/** What the audit tells of a person. */
function factsOf({ name, grants, disabled }: Pick<PersonRow, 'name' | 'grants' | 'disabled'>): Record<string, unknown> {
  return { ...(name !== null && { name }), grants: grantsOf(grants), ...(disabled === 1 && { disabled: true }) }
}

/** What is told of somebody, as they are. */
export function deedOf(action: string, { id, grants }: Pick<PersonRow, 'id' | 'grants'>): Deed {
  return deed(action, id, [grantsOf(grants)])
}

/** With the organisation to which all of a person's roles belong, before and after: what is told of somebody who belongs to several is for those who administer every one. */
function deed(action: string, id: PersonId, grants: readonly (readonly Grant[])[]): Deed {
  const org = soleOrg(grants.flat())
  return { action, subject: `person:${id}`, ...(org !== undefined && { org }) }
}
