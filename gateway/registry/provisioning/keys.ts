import type { Kysely, Selectable } from 'kysely'
import { GatewayError } from '../../model/errors.ts'
import type { ProvisioningInfo, ProvisioningRule } from '../../model/first-contact.ts'
import { isId } from '../../model/ids.ts'
import { idRule, quoted } from '../check-device.ts'
import type { RegistrySchema } from '../schema.ts'
import type { SecretHash } from '../secrets.ts'
import { hashSecret, secretMatches } from '../secrets.ts'
import type { Writing } from '../write.ts'
import { recorded } from '../write.ts'
import { addOrganisations } from '../writing.ts'
import { isIdPattern } from './id-pattern.ts'

/** What a key is checked with and against. */
export interface KnownKey extends ProvisioningRule {
  readonly id: string
}

/** Nobody puts more devices than this on one key. */
export const mostPerKey = 100_000
/** Keys are few: each is written on the devices of a delivery. */
const mostKeys = 1_000

/** Adds a key, and its organisation if that is new. Throws DEVICE_INVALID. */
export async function insertKey(writing: Writing, id: string, rule: ProvisioningRule, secret: string): Promise<void> {
  const problems = ruleProblems(rule, writing.now)
  if (problems.length > 0) throw new GatewayError('DEVICE_INVALID', problems.join('; '))
  const { org, model, accept, pattern, most, expiresAt } = rule
  await recorded(writing, async transaction => {
    const { count } = await transaction
      .selectFrom('provisioning')
      .select(all => all.fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    if (Number(count) >= mostKeys) throw new GatewayError('DEVICE_INVALID', `there are ${mostKeys} provisioning keys: remove those that are over`)
    const deeds = await addOrganisations(transaction, new Set([org]), writing.now)
    await transaction
      .insertInto('provisioning')
      .values({
        id,
        org,
        model,
        accept: accept ? 1 : 0,
        pattern: pattern ?? null,
        most,
        expires_at: expiresAt,
        created_at: writing.now,
        ...hashSecret(secret),
      })
      .execute()
    return [...deeds, { action: 'provisioning.add', subject: `provisioning:${id}`, org, after: { ...rule } }]
  })
}

/** Removes a key and forgets who waits with it; devices that were registered stay. Throws ENROLMENT_UNKNOWN. */
export async function deleteKey(writing: Writing, id: string): Promise<void> {
  await recorded(writing, async transaction => {
    const known = await transaction.selectFrom('provisioning').selectAll().where('id', '=', id).executeTakeFirst()
    if (known === undefined)
      throw new GatewayError('ENROLMENT_UNKNOWN', `no provisioning key ${quoted(id)} is registered: 'citygate provisioning list' shows which are`)
    await transaction.deleteFrom('provisioning').where('id', '=', id).execute()
    return [{ action: 'provisioning.remove', subject: `provisioning:${id}`, org: known.org, before: { ...ruleOf(known) } }]
  })
}

/** All keys, oldest first. */
export async function readKeys(db: Kysely<RegistrySchema>): Promise<readonly ProvisioningInfo[]> {
  const rows = await db.selectFrom('provisioning').selectAll().orderBy('created_at').orderBy('id').execute()
  const used = await usesOf(db)
  return rows.map(row => ({ id: row.id, ...ruleOf(row), createdAt: row.created_at, used: used.get(row.id) ?? 0 }))
}

/** The keys among these that are right, by id. Takes the same time for a key that is not there. */
export async function rightKeys(
  db: Kysely<RegistrySchema>,
  given: readonly { readonly keyId: string; readonly keySecret: string }[],
): Promise<ReadonlyMap<string, KnownKey>> {
  const ids = [...new Set(given.map(({ keyId }) => keyId))]
  const rows = new Map((await db.selectFrom('provisioning').selectAll().where('id', 'in', ids).execute()).map(row => [row.id, row]))
  const right = new Map<string, KnownKey>()
  for (const { keyId, keySecret } of given) {
    const row = rows.get(keyId)
    const kept: SecretHash | undefined = row
    if (secretMatches(keySecret, kept) && row !== undefined) right.set(`${keyId}.${keySecret}`, { id: keyId, ...ruleOf(row) })
  }
  return right
}

/** How many devices came with each key. */
export async function usesOf(db: Kysely<RegistrySchema>): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('newcomer')
    .select(['provisioning', all => all.fn.countAll().as('count')])
    .groupBy('provisioning')
    .execute()
  return new Map(rows.map(({ provisioning, count }) => [provisioning, Number(count)]))
}

function ruleOf(row: Selectable<RegistrySchema['provisioning']>): ProvisioningRule {
  const { org, model, accept, pattern, most, expires_at: expiresAt } = row
  return { org, model, accept: accept === 1, ...(pattern !== null && { pattern }), most, expiresAt }
}

function ruleProblems({ org, model, pattern, most, expiresAt }: ProvisioningRule, now: number): readonly string[] {
  return [
    ...(isId(org) ? [] : [`org: ${quoted(org)} is no id: expected ${idRule}`]),
    ...(isId(model) ? [] : [`model: ${quoted(model)} is no id: expected ${idRule}`]),
    ...(pattern === undefined || isIdPattern(pattern)
      ? []
      : [`pattern: ${quoted(pattern)}: expected an id in which * stands for any characters, such as bus-*`]),
    ...(Number.isInteger(most) && most >= 1 && most <= mostPerKey ? [] : [`most: ${most}: expected 1 to ${mostPerKey} devices`]),
    ...(expiresAt > now ? [] : ['expires: is over already']),
  ]
}
