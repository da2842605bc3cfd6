import type { Principal } from '../model/access.ts'

/**
 * The name of a session inside the broker: whose it is, then the client id it came with. So nobody can take over, or throw out, the session of another by naming its
 * client id, and the rights of a kept session are known while its client is away.
 */
export function sessionId(principal: Principal, clientId: string): string {
  return `${principalPrefix(principal)}${clientId}`
}

/** What all session names of a principal begin with. Ids hold no slash. */
export function principalPrefix(principal: Principal): string {
  if (principal.type === 'device') return `device/${principal.device}/`
  if (principal.type === 'token') return `token/${encodeURIComponent(principal.id)}/${principal.org}/${principal.kind ?? ''}/`
  if (principal.type === 'person') return `person/${principal.session}/`
  return 'local/'
}

/** Whose kept session it is. Undefined for what `sessionId` did not make, and for people's pages: nothing is kept for those. */
export function principalOf(session: string): Principal | undefined {
  const [type, id, org, kind] = session.split('/')
  if (type === 'device' && id) return { type, device: id }
  if (type === 'token' && id && org && kind !== undefined) return { type, id: decodeURIComponent(id), org, ...(kind !== '' && { kind }) }
  return undefined
}
