import type { Principal } from './access.ts'
import type { KindId, OrgId } from './ids.ts'
import { everyOrg, type Role } from './roles.ts'

/**
 * What somebody may do. `read`: see devices, what they report and what became of it. `command`: give devices orders. `maintain`: register devices, change them and look after how they are
 * reached. `administer`: people, tokens and the audit.
 */
export const rights = ['read', 'command', 'maintain', 'administer'] as const
export type Right = (typeof rights)[number]

/** The one table of what a role may. */
const RIGHTS_OF: Readonly<Record<Role, ReadonlySet<Right>>> = {
  viewer: new Set<Right>(['read']),
  operator: new Set<Right>(['read', 'command']),
  engineer: new Set<Right>(['read', 'command', 'maintain']),
  admin: new Set<Right>(rights),
}

/** Whether a role holds a right. */
export function roleMay(role: Role, right: Right): boolean {
  return RIGHTS_OF[role].has(right)
}

/** Whether somebody may do this to what an organisation has. With `kind`, to its devices of that kind; without, to all of them. */
export function may(principal: Principal, right: Right, org: OrgId, kind?: KindId): boolean {
  switch (principal.type) {
    case 'local':
      return true
    case 'person':
      return principal.grants.some(grant => (grant.org === everyOrg || grant.org === org) && roleMay(grant.role, right))
    case 'token':
      return tokenMay(principal, right) && principal.org === org && (principal.kind === undefined || principal.kind === kind)
    case 'device':
      return false
  }
}

/** Whether somebody may do this to the gateway itself, and so to everything in it. */
export function mayOverall(principal: Principal, right: Right): boolean {
  if (principal.type === 'local') return true
  return principal.type === 'person' && principal.grants.some(grant => grant.org === everyOrg && roleMay(grant.role, right))
}

/** The organisations to which somebody may do this; {@link everyOrg} among them: every one, and what belongs to none. */
export function orgsWith(principal: Principal, right: Right): readonly OrgId[] {
  switch (principal.type) {
    case 'local':
      return [everyOrg]
    case 'person':
      return principal.grants.filter(grant => roleMay(grant.role, right)).map(({ org }) => org)
    case 'token':
      // One of a single kind does not reach what is the organisation's.
      return tokenMay(principal, right) && principal.kind === undefined ? [principal.org] : []
    case 'device':
      return []
  }
}

/** Whether there is anything somebody may do this to. */
export function mayAnywhere(principal: Principal, right: Right): boolean {
  switch (principal.type) {
    case 'local':
      return true
    case 'person':
      return principal.grants.some(grant => roleMay(grant.role, right))
    case 'token':
      return tokenMay(principal, right)
    case 'device':
      return false
  }
}

function tokenMay(token: Extract<Principal, { readonly type: 'token' }>, right: Right): boolean {
  return right === 'read' || (right === 'command' && token.command === true)
}
