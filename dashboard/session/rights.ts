import { everyOrg, type SessionAnswer } from './session-types.ts'

/** The person who stands for whoever works on the gateway's own machine. */
const LOCAL = 'local'

/** Whether nobody had to sign in, because this is the gateway's own machine. */
export function isLocal(session: SessionAnswer | undefined): boolean {
  return session?.access === 'loopback' && session.person?.id === LOCAL
}

/** Whether somebody administers the whole gateway: its people and its audit. What is shown follows this; what is answered is decided by the gateway. */
export function administersAll(session: SessionAnswer | undefined): boolean {
  return session?.grants?.some(({ org, role }) => org === everyOrg && role === 'admin') ?? false
}
