import type { Kysely } from 'kysely'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs } from '../model/frame.ts'
import type { TokenScope } from '../model/tokens.ts'
import type { RegistrySchema } from './schema.ts'
import { hashSecret } from './secrets.ts'
import { tokenFacts, tokenOf } from './tokens.ts'
import { observed, recorded, type Writing } from './write.ts'
import { addOrganisations, noteChanges } from './writing.ts'

/** Those that are over are among them: whoever has so many removes some first. */
export const mostTokensOfOrg = 1_000

/** Adds a token, and its organisation if that is new. Throws TOO_MANY_TOKENS. */
export async function insertToken(writing: Writing, token: TokenScope & { readonly id: string; readonly secret: string }): Promise<void> {
  const { now } = writing
  await recorded(writing, async transaction => {
    const deeds = await addOrganisations(transaction, new Set([token.org]), now)
    const { count } = await transaction
      .selectFrom('token')
      .select(all => all.fn.countAll().as('count'))
      .where('org', '=', token.org)
      .executeTakeFirstOrThrow()
    if (Number(count) >= mostTokensOfOrg)
      throw new GatewayError('TOO_MANY_TOKENS', `${token.org} has ${mostTokensOfOrg} tokens already: remove those that are over or not used any more`)
    const row = {
      id: token.id,
      org: token.org,
      kind: token.kind ?? null,
      ...hashSecret(token.secret),
      created_at: now,
      title: token.title ?? null,
      may_command: token.command ? 1 : 0,
      expires_at: token.expiresAt ?? null,
      last_used_at: null,
    }
    await transaction.insertInto('token').values(row).execute()
    await noteChanges(transaction, 'token', [token.id])
    return [...deeds, { action: 'token.add', subject: `token:${token.id}`, org: token.org, after: tokenFacts(token) }]
  })
}

/** Removes a token. Throws TOKEN_UNKNOWN. */
export async function deleteToken(writing: Writing, id: string): Promise<void> {
  await recorded(writing, async transaction => {
    const known = await transaction.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst()
    if (known === undefined) throw new GatewayError('TOKEN_UNKNOWN', `no token ${id} is registered: 'citygate token list' shows which are`)
    await transaction.deleteFrom('token').where('id', '=', id).execute()
    await noteChanges(transaction, 'token', [id])
    return [{ action: 'token.remove', subject: `token:${id}`, org: known.org, before: tokenFacts(tokenOf(known).info) }]
  })
}

/** Writes down when tokens were used last. */
export async function writeUses(db: Kysely<RegistrySchema>, uses: ReadonlyMap<string, EpochMs>): Promise<void> {
  await observed(db, async transaction => {
    for (const [id, at] of uses)
      await transaction
        .updateTable('token')
        .set({ last_used_at: at })
        .where('id', '=', id)
        // Another gateway on this database may have seen it later.
        .where(where => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
        .execute()
    await noteChanges(transaction, 'token', [...uses.keys()])
  })
}
