import type { Transaction } from 'kysely'
import type { AuditFacts, Deed } from '../../model/audit.ts'
import { GatewayError } from '../../model/errors.ts'
import type { OrgId } from '../../model/ids.ts'
import type { OrganisationChange, OrganisationName } from '../../model/organisation.ts'
import { differences } from '../audit/differences.ts'
import { quoted } from '../check-device.ts'
import { grantsOf } from '../people/person-row.ts'
import type { RegistrySchema } from '../schema.ts'
import { recorded, type Writing } from '../write.ts'
import { noteChanges } from '../writing.ts'
import type { OrganisationRow } from './organisation-row.ts'

/** More than any city has. */
const mostOrganisations = 10_000

type Work = Transaction<RegistrySchema>

/** Throws ORGANISATION_EXISTS, or ORGANISATION_INVALID where there are too many. */
export async function insertOrganisation(writing: Writing, id: OrgId, { zh, en }: OrganisationName): Promise<void> {
  await recorded(writing, async transaction => {
    if (await find(transaction, id)) throw new GatewayError('ORGANISATION_EXISTS', `there is an organisation ${id} already: change what it is called instead`)
    const { count } = await transaction
      .selectFrom('organisation')
      .select(all => all.fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    if (Number(count) >= mostOrganisations)
      throw new GatewayError('ORGANISATION_INVALID', `there are ${mostOrganisations} organisations already: remove those to which nothing belongs`)
    const row = { id, created_at: writing.now, name_zh: zh ?? null, name_en: en ?? null, retired_at: null }
    await transaction.insertInto('organisation').values(row).execute()
    await noteChanges(transaction, 'organisation', [id])
    return [{ ...deed('add', id), after: factsOf(row) }]
  })
}

/** What is absent stays. Throws ORGANISATION_UNKNOWN. */
export async function updateOrganisation(writing: Writing, id: OrgId, { name, retired }: OrganisationChange): Promise<void> {
  await recorded(writing, async transaction => {
    const before = await known(transaction, id)
    const after: OrganisationRow = {
      ...before,
      name_zh: name?.zh === undefined ? before.name_zh : name.zh,
      name_en: name?.en === undefined ? before.name_en : name.en,
      // One that is retired already stays so since then.
      retired_at: retired === undefined ? before.retired_at : retired ? (before.retired_at ?? writing.now) : null,
    }
    const changes = differences(factsOf(before), factsOf(after))
    if (changes === undefined) return []
    const { name_zh, name_en, retired_at } = after
    await transaction.updateTable('organisation').set({ name_zh, name_en, retired_at }).where('id', '=', id).execute()
    await noteChanges(transaction, 'organisation', [id])
    return [{ ...deed('change', id), ...changes }]
  })
}

/** Throws ORGANISATION_UNKNOWN, or ORGANISATION_IN_USE with what belongs to it. */
export async function deleteOrganisation(writing: Writing, id: OrgId): Promise<void> {
  await recorded(writing, async transaction => {
    const before = await known(transaction, id)
    const left = await belongings(transaction, id)
    if (left.length > 0)
      throw new GatewayError('ORGANISATION_IN_USE', `${id} still has ${left.join(', ')}: remove them first, or retire the organisation and keep them`)
    await transaction.deleteFrom('organisation').where('id', '=', id).execute()
    await noteChanges(transaction, 'organisation', [id])
    return [{ ...deed('remove', id), before: factsOf(before) }]
  })
}

/** What belongs to an organisation, in words: `3 devices`. */
async function belongings(transaction: Work, id: OrgId): Promise<readonly string[]> {
  const tables = [
    ['device', 'device'],
    ['token', 'token'],
    ['provisioning', 'provisioning key'],
  ] as const
  const left: string[] = []
  for (const [table, word] of tables) {
    const { count } = await transaction
      .selectFrom(table)
      .select(all => all.fn.countAll().as('count'))
      .where('org', '=', id)
      .executeTakeFirstOrThrow()
    if (Number(count) > 0) left.push(counted(Number(count), word))
  }
  const people = await transaction.selectFrom('person').select('grants').execute()
  const roles = people.filter(({ grants }) => grantsOf(grants).some(({ org }) => org === id)).length
  return roles > 0 ? [...left, `roles of ${roles === 1 ? 'one person' : `${roles} people`}`] : left
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

async function find(transaction: Work, id: OrgId): Promise<OrganisationRow | undefined> {
  return await transaction.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst()
}

async function known(transaction: Work, id: OrgId): Promise<OrganisationRow> {
  const row = await find(transaction, id)
  if (row === undefined) throw new GatewayError('ORGANISATION_UNKNOWN', `there is no organisation ${quoted(id)}: 'citygate org list' shows which there are`)
  return row
}

function deed(verb: 'add' | 'change' | 'remove', id: OrgId): Deed {
  return { action: `organisation.${verb}`, subject: `organisation:${id}`, org: id }
}

function factsOf({ name_zh: zh, name_en: en, retired_at: retiredAt }: OrganisationRow): AuditFacts {
  return { ...(zh !== null && { zh }), ...(en !== null && { en }), ...(retiredAt !== null && { retiredAt: new Date(retiredAt).toISOString() }) }
}
