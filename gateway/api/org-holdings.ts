import type { OrgId } from '../model/ids.ts'
import type { ApiSources } from './options.ts'
import { inTurns } from './turns.ts'

/** How much belongs to an organisation. While any of it is left, the organisation is not removed. */
export interface OrgHoldings {
  devices: number
  /** With a role in it. */
  people: number
  tokens: number
  provisioningKeys: number
}

/** What belongs to each organisation to which anything does. */
export async function orgHoldings({ directory, signIn, tokens, enrolments }: ApiSources): Promise<ReadonlyMap<OrgId, OrgHoldings>> {
  const holdings = new Map<OrgId, OrgHoldings>()
  const count = (org: OrgId, what: keyof OrgHoldings): void => {
    const there = holdings.get(org) ?? { devices: 0, people: 0, tokens: 0, provisioningKeys: 0 }
    holdings.set(org, there)
    there[what] += 1
  }
  for await (const { org } of inTurns(directory.all())) count(org, 'devices')
  for (const { grants } of signIn?.people.people() ?? []) for (const org of new Set(grants.map(grant => grant.org))) count(org, 'people')
  for (const { org } of tokens.list()) count(org, 'tokens')
  for (const { org } of await enrolments.keys()) count(org, 'provisioningKeys')
  return holdings
}
