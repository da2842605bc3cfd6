import { z } from 'zod'
import type { Actor } from '../model/audit.ts'
import type { PeopleDesk, Person, SessionInfo, SignInMeans } from '../model/people.ts'
import { everyOrg, roles } from '../model/roles.ts'
import type { Asker } from './access.ts'
import { setSession } from './cookies.ts'
import { timeText } from './device-json.ts'
import type { ApiSources, SignInSources } from './options.ts'
import { Problem } from './problem.ts'
import { Answer, type Call } from './route.ts'
import { TimeSchema } from './schemas.ts'

export const GrantSchema = z
  .strictObject({
    org: z
      .string()
      .regex(/^(\*|[A-Za-z0-9._-]{1,64})$/, 'must be an organisation’s id, or * for every one')
      .meta({ description: 'An organisation, or `*` for every one and the gateway itself.' }),
    role: z.enum(roles),
  })
  .meta({ id: 'Grant', description: 'A role in an organisation.' })

export const MeansSchema = z.enum(['password', 'password+totp', 'password+recovery', 'oidc', 'invitation'])

/** Who is signed in on this browser. */
export const SessionSchema = z
  .object({
    access: z.enum(['loopback', 'sign-in']).meta({ description: '`loopback`: on the gateway’s own machine nobody has to sign in.' }),
    signedIn: z.boolean(),
    person: z.object({ id: z.string(), name: z.string() }).optional(),
    grants: z.array(GrantSchema).optional(),
    means: MeansSchema.optional(),
    hasPassword: z.boolean().optional(),
    secondFactor: z.boolean().optional(),
    expiresAt: TimeSchema.optional(),
    provider: z
      .object({ name: z.string(), dashboard: z.string().meta({ description: 'The origin of the dashboard’s page from which it works.' }) })
      .optional()
      .meta({ description: 'Where people may sign in elsewhere (OpenID Connect).' }),
  })
  .meta({ id: 'Session', description: 'Who asks, and what they are to which organisation.' })

export const passwordMember = (description: string) => z.string().min(1, 'is empty').max(1024, 'is longer than 1024 characters').meta({ description })
export const codeMember = z.string().min(1, 'is empty').max(64, 'is longer than 64 characters')

type SessionJson = z.input<typeof SessionSchema>

/** A session as whoever holds it sees it. */
export function sessionJson(access: ApiSources['access'], person: Person, session: SessionInfo): SessionJson {
  return {
    access,
    signedIn: true,
    person: { id: person.id, name: person.name ?? person.id },
    grants: person.grants.map(({ org, role }) => ({ org, role })),
    means: session.means,
    hasPassword: person.hasPassword,
    secondFactor: person.secondFactor,
    expiresAt: timeText(session.expiresAt),
  }
}

/** Whoever works on the gateway's own machine, where nobody signs in. */
export function localSession(access: ApiSources['access']): SessionJson {
  return { access, signedIn: true, person: { id: 'local', name: 'local' }, grants: [{ org: everyOrg, role: 'admin' }] }
}

/** Opens a session in this browser and ends the one it had: a token that was there before somebody signed in lets nobody in afterwards. */
export async function openSession(
  sources: Pick<SignInSources, 'people'> & Pick<ApiSources, 'access'>,
  opened: { readonly person: Person; readonly means: SignInMeans; readonly asker: Asker; readonly call: Call },
): Promise<Answer<SessionJson>> {
  const { person, means, asker, call } = opened
  const by: Actor = { type: 'person', name: person.id, ...(call.address !== '' && { address: call.address }) }
  const { token, session } = await sources.people.openSession(person.id, { means, address: call.address, agent: call.agent.slice(0, 200) }, by)
  if (asker.type === 'person') await sources.people.closeSession(asker.session, by)
  return Answer.json(sessionJson(sources.access, person, session), { headers: { 'Set-Cookie': setSession(token, call.secure) } })
}

/** The person who signed in, as they are now. Throws for tokens, for nobody, and on the machine itself: they have no session to change. */
export function ownPerson(people: Pick<PeopleDesk, 'person' | 'sessionsOf'>, asker: Asker): { readonly person: Person; readonly session: SessionInfo } {
  if (asker.type !== 'person') throw new Problem(403, 'FORBIDDEN', 'This is for people who are signed in.')
  const person = people.person(asker.id)
  const session = people.sessionsOf(asker.id).find(({ id }) => id === asker.session)
  if (person === undefined || session === undefined) throw new Problem(403, 'FORBIDDEN', 'This session has ended; sign in again.')
  return { person, session }
}
