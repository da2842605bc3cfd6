import type { Kysely } from 'kysely'
import type { PersonId } from '../../model/access.ts'
import type { RegistrySchema } from '../schema.ts'
import type { PersonRecord } from './people-memory.ts'
import { personRecord } from './person-row.ts'

/** People as the database has them: all, or those that are named. */
export async function readPeople(db: Kysely<RegistrySchema>, ids?: readonly PersonId[]): Promise<readonly PersonRecord[]> {
  let people = db.selectFrom('person').selectAll()
  let sessions = db.selectFrom('session').selectAll()
  let identities = db.selectFrom('identity').selectAll()
  if (ids) {
    people = people.where('id', 'in', ids)
    sessions = sessions.where('person', 'in', ids)
    identities = identities.where('person', 'in', ids)
  }
  const sessionsOf = Map.groupBy(await sessions.orderBy('created_at').orderBy('id').execute(), ({ person }) => person)
  const identitiesOf = Map.groupBy(await identities.execute(), ({ person }) => person)
  return (await people.orderBy('id').execute()).map(row => personRecord(row, sessionsOf.get(row.id) ?? [], identitiesOf.get(row.id) ?? []))
}
