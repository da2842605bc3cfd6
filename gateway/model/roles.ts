import type { OrgId } from './ids.ts'

/** What people are to an organisation, from the least to the most. Each may what the one before may. */
export const roles = ['viewer', 'operator', 'engineer', 'admin'] as const
export type Role = (typeof roles)[number]

/** Stands for every organisation, those to come among them, and for what belongs to none: the gateway itself. */
export const everyOrg = '*'

/** A role in one organisation, or with {@link everyOrg} in every one. */
export interface Grant {
  readonly org: OrgId
  readonly role: Role
}

/** The organisation in which all of these roles lie. Undefined where they lie in several, in every one, or there is none. */
export function soleOrg(grants: readonly Grant[]): OrgId | undefined {
  const [org, ...others] = new Set(grants.map(grant => grant.org))
  return org === everyOrg || others.length > 0 ? undefined : org
}
