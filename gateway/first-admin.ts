import type { PeopleDesk } from './model/people.ts'
import { everyOrg } from './model/roles.ts'
import { invitationText } from './registry/people/invitation-text.ts'

const by = { type: 'gateway', name: 'first start' } as const
const firstId = 'admin'

/**
 * A way in for the first administrator, for the terminal and nowhere else: there is no password that comes with Citygate. Until somebody who may administer everything has set a password, each start
 * makes a new link and the one before is worthless. Undefined: there is somebody.
 */
export async function firstAdmin(people: PeopleDesk, http: Parameters<typeof invitationText>[2]): Promise<string | undefined> {
  const all = [...people.people()]
  if (all.some(person => person.hasPassword) || all.some(person => person.id !== firstId)) return undefined
  if (all.length === 0) await people.addPerson({ id: firstId, grants: [{ org: everyOrg, role: 'admin' }] }, by)
  return invitationText(firstId, await people.invite(firstId, by), http)
}
