import { everyOrg, type SessionAnswer } from './session-types.ts'

/** The person who stands for whoever works on the gateway's own machine. */
const LOCAL = 'local'

/** Whether nobody had to sign in, because this is the gateway's own machine. */
export function isLocal(session: SessionAnswer | undefined): boolean {
  return session?.access === 'loopback' && session.person?.id === LOCAL
}

/** Whether somebody administers the whole gateway. What is shown follows this; what is answered is decided by the gateway. */
export function administersAll(session: SessionAnswer | undefined): boolean {
  return session?.grants?.some(({ org, role }) => org === everyOrg && role === 'admin') ?? false
}

/** The organisations somebody administers, by the names of their roles; {@link everyOrg} stands for all. */
export function administeredOrgs(session: SessionAnswer | undefined): readonly string[] {
  return session?.grants?.filter(({ role }) => role === 'admin').map(({ org }) => org) ?? []
}

/** Whether somebody administers an organisation, or all. */
export function administersAny(session: SessionAnswer | undefined): boolean {
  return administeredOrgs(session).length > 0
}

/** Whether somebody gives orders to the devices of an organisation. */
export function mayCommand(session: SessionAnswer | undefined, org: string): boolean {
  return session?.grants?.some(grant => (grant.org === everyOrg || grant.org === org) && grant.role !== 'viewer') ?? false
}

/** Whether somebody looks after the whole gateway: what belongs to no organisation, or to several. */
export function maintainsAll(session: SessionAnswer | undefined): boolean {
  return session?.grants?.some(({ org, role }) => org === everyOrg && (role === 'admin' || role === 'engineer')) ?? false
}

/** Whether somebody looks after the devices of some organisation at least. */
export function maintainsAny(session: SessionAnswer | undefined): boolean {
  return session?.grants?.some(({ role }) => role === 'admin' || role === 'engineer') ?? false
}
