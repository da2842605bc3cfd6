import { z } from 'zod'
import type { Account, AccountBook } from '../../model/account.ts'
import { timeText } from '../device-json.ts'
import { isNarrow, narrowing, partOf } from '../narrowing.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { AccountSchema } from '../schemas.ts'
import { type KnownDevice, Scope } from '../scope.ts'

/** What became of every frame. */
export function accountRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/account',
      id: 'getAccount',
      tag: 'Account',
      summary: 'The sum over all devices the asker may see',
      description: 'For the operator, of every kind and organisation, this includes frames of devices that are not, or no longer, registered.',
      for: 'read',
      caching: 'no-store',
      query: narrowing,
      response: AccountSchema,
      handle: ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        const isWanted = partOf(scope, query)
        return accountJson(scope.overall && !isNarrow(query) ? sources.account.total() : sum(accountsOf(sources.account, scope, isWanted)))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/account/orgs',
      id: 'listOrgAccounts',
      tag: 'Account',
      summary: 'The sums by organisation, over the registered devices the asker may see',
      for: 'read',
      caching: 'no-store',
      response: z.object({ orgs: z.array(z.object({ org: z.string(), devices: z.int(), account: AccountSchema })) }).meta({ id: 'OrgAccounts' }),
      handle: ({ asker }) => {
        const byOrg = new Map<string, Account[]>()
        for (const { device } of new Scope(asker, sources).devices()) {
          const accounts = byOrg.get(device.org) ?? []
          byOrg.set(device.org, accounts)
          accounts.push(sources.account.of(device.id))
        }
        const orgs = Array.from(byOrg, ([org, accounts]) => ({ org, devices: accounts.length, account: accountJson(sum(accounts)) }))
        return { orgs: orgs.sort((a, b) => (a.org < b.org ? -1 : 1)) }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/account',
      id: 'getDeviceAccount',
      tag: 'Account',
      summary: 'What became of every frame of one device',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({ device: idParameter('A device’s id.') }),
      response: AccountSchema,
      handle: ({ params, asker }) => accountJson(sources.account.of(new Scope(asker, sources).device(params.device).device.id)),
    }),
  ]
}

/** Named one by one, so that what is added to an account is published on purpose. */
function accountJson(account: Account): z.input<typeof AccountSchema> {
  const { received, stored, duplicate, rejected, pending, flagged, lastReceivedAt, lost } = account
  const rejectedBy: Record<string, number> = {}
  for (const [reason, count] of Object.entries(account.rejectedBy)) if (count !== undefined) rejectedBy[reason] = count
  return {
    received,
    stored,
    duplicate,
    rejected,
    rejectedBy,
    pending,
    flagged,
    ...(lastReceivedAt !== undefined && { lastReceivedAt: timeText(lastReceivedAt) }),
    ...(lost !== undefined && { lost }),
  }
}

function* accountsOf(book: AccountBook, scope: Scope, isWanted: (known: KnownDevice) => boolean): Generator<Account> {
  for (const known of scope.devices()) if (isWanted(known)) yield book.of(known.device.id)
}

function sum(accounts: Iterable<Account>): Account {
  const total = { received: 0, stored: 0, duplicate: 0, rejected: 0, pending: 0, flagged: 0 }
  const rejectedBy: Record<string, number> = {}
  let lastReceivedAt = 0
  for (const account of accounts) {
    total.received += account.received
    total.stored += account.stored
    total.duplicate += account.duplicate
    total.rejected += account.rejected
    total.pending += account.pending
    total.flagged += account.flagged
    for (const [reason, count] of Object.entries(account.rejectedBy)) rejectedBy[reason] = (rejectedBy[reason] ?? 0) + (count ?? 0)
    lastReceivedAt = Math.max(lastReceivedAt, account.lastReceivedAt ?? 0)
  }
  return { ...total, rejectedBy, ...(lastReceivedAt > 0 && { lastReceivedAt }) }
}
