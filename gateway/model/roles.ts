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
