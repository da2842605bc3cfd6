import { type Grant, roles } from './roles.ts'

/** A role that a provider's group gives: `GROUP:ORG=ROLE`. A group's name may hold any character; the last colon ends it. */
export const groupGrantForm = new RegExp(`^(?<group>.+):(?<org>\\*|[A-Za-z0-9._-]{1,64})=(?<role>${roles.join('|')})$`)

/** What somebody with these groups may: of several roles in one organisation the highest. */
export function grantsByGroups(rules: readonly string[], groups: readonly string[]): readonly Grant[] {
  const highest = new Map<string, Grant>()
  for (const rule of rules) {
    const { group = '', org = '', role: named } = groupGrantForm.exec(rule)?.groups ?? {}
    const role = roles.find(one => one === named)
    if (role === undefined || !groups.includes(group)) continue
    const before = highest.get(org)
    if (before === undefined || roles.indexOf(role) > roles.indexOf(before.role)) highest.set(org, { org, role })
  }
  return [...highest.values()].sort((a, b) => (a.org < b.org ? -1 : 1))
}
