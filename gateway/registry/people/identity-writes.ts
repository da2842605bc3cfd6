import type { Transaction } from 'kysely'
import type { PersonId } from '../../model/access.ts'
import type { Deed } from '../../model/audit.ts'
import { GatewayError } from '../../model/errors.ts'
import type { LinkedIdentity, PersonDraft } from '../../model/people.ts'
import type { RegistrySchema } from '../schema.ts'
import { recorded, type Writing } from '../write.ts'
import { noteChanges } from '../writing.ts'
import { add, deedOf, known, type PersonRow } from './people-writes.ts'

/** Of one person. */
const mostIdentities = 10

type Work = Transaction<RegistrySchema>
type Named = Pick<LinkedIdentity, 'issuer' | 'subject'>

/** Ties a person to an identity; one that is theirs already stays as it is. Throws PERSON_UNKNOWN, PERSON_INVALID where they have too many, or IDENTITY_TAKEN. */
export async function insertIdentity(writing: Writing, id: PersonId, identity: Named): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id)
    if ((await holder(transaction, identity)) === id) return []
    return [await tie(transaction, row, identity, false)]
  })
}

/** Adds somebody who came with an identity, which gives them their roles. */
export async function insertPersonWith(writing: Writing, draft: PersonDraft, identity: Named): Promise<void> {
  await recorded(writing, async transaction => {
    const added = await add(transaction, draft, writing.now)
    return [added, await tie(transaction, await known(transaction, draft.id), identity, true)]
  })
}

/** What the identity opened is closed with it. */
export async function deleteIdentity(writing: Writing, id: PersonId, { issuer, subject }: Named): Promise<void> {
  await recorded(writing, async transaction => {
    const row = await known(transaction, id)
    const { numDeletedRows } = await transaction
      .deleteFrom('identity')
      .where('person', '=', id)
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw new GatewayError('IDENTITY_UNKNOWN', `${id} does not sign in with this identity`)
    const ended = await transaction.deleteFrom('session').where('person', '=', id).where('means', '=', 'oidc').executeTakeFirst()
    await noteChanges(transaction, 'person', [id])
    return [{ ...deedOf('person.unlink-identity', row), before: { issuer, subject, sessions: Number(ended.numDeletedRows) } }]
  })
}

async function tie(transaction: Work, person: PersonRow, { issuer, subject }: Named, leads: boolean): Promise<Deed> {
  if ((await holder(transaction, { issuer, subject })) !== undefined) throw new GatewayError('IDENTITY_TAKEN', 'somebody else signs in with this identity')
  const { id } = person
  const own = await transaction.selectFrom('identity').select('subject').where('person', '=', id).execute()
  if (own.length >= mostIdentities) throw new GatewayError('PERSON_INVALID', `${id} has ${mostIdentities} identities already`)
  await transaction
    .insertInto('identity')
    .values({ issuer, subject, person: id, leads: leads ? 1 : 0 })
    .execute()
  await noteChanges(transaction, 'person', [id])
  return { ...deedOf('person.link-identity', person), after: { issuer, subject } }
}

async function holder(transaction: Work, { issuer, subject }: Named): Promise<PersonId | undefined> {
  const row = await transaction.selectFrom('identity').select('person').where('issuer', '=', issuer).where('subject', '=', subject).executeTakeFirst()
  return row?.person
}
