import { z } from 'zod'
import type { SessionInfo } from '../../model/people.ts'
import { clearSession } from '../cookies.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources, SignInSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { codeMember, localSession, MeansSchema, openSession, ownPerson, passwordMember, SessionSchema, sessionJson } from '../session-json.ts'
import { signIn } from '../sign-in.ts'

export const SessionListSchema = z
  .object({
    sessions: z.array(
      z.object({
        id: z.string(),
        means: MeansSchema,
        address: z.string(),
        agent: z.string().meta({ description: 'The browser, as it calls itself.' }),
        createdAt: TimeSchema,
        lastSeenAt: TimeSchema.meta({ description: 'Within a minute.' }),
        expiresAt: TimeSchema,
        current: z.boolean().meta({ description: 'The one that asks.' }),
      }),
    ),
  })
  .meta({ id: 'Sessions', description: 'Where somebody is signed in.' })

/** Who asks: also where nobody signs in. */
export function whoAsksRoutes({ access, signIn: desk }: Pick<ApiSources, 'access' | 'signIn'>): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/session',
      id: 'getSession',
      tag: 'People',
      summary: 'Who asks, and what they may',
      for: 'everybody',
      caching: 'no-store',
      response: SessionSchema,
      handle: ({ asker }) => {
        const elsewhere = desk?.provider && { provider: { name: desk.provider.name, dashboard: desk.provider.dashboard } }
        if (asker.type === 'local') return localSession(access)
        if (asker.type !== 'person' || desk === undefined) return { access, signedIn: false, ...elsewhere }
        const { person, session } = ownPerson(desk.people, asker)
        return { ...sessionJson(access, person, session), ...elsewhere }
      },
    }),
  ]
}

/** Signing in and out. */
export function sessionRoutes(sources: SignInSources & Pick<ApiSources, 'access'>): readonly Route[] {
  const { access, people } = sources
  return [
    route({
      method: 'post',
      path: '/api/v1/session',
      id: 'signIn',
      tag: 'People',
      summary: 'Sign in; the session comes as a cookie',
      description:
        'Whoever has a second factor sends its `code` too, or is told so with `CODE_REQUIRED`. After too many wrong attempts `LOCKED_OUT` is answered, and nothing looked at.',
      for: 'everybody',
      caching: 'no-store',
      problems: [401],
      body: z.object({
        name: z.string().min(1, 'is empty').max(128, 'is longer than 128 characters'),
        password: passwordMember('As it was set.'),
        code: codeMember.optional().meta({ description: 'Of the second factor, or a recovery code.' }),
      }),
      response: SessionSchema,
      handle: async ({ body, asker, call }) => openSession(sources, { ...(await signIn(sources, body, call.address)), asker, call }),
    }),
    route({
      method: 'delete',
      path: '/api/v1/session',
      id: 'signOut',
      tag: 'People',
      summary: 'Sign out on this browser',
      for: 'everybody',
      caching: 'no-store',
      response: SessionSchema,
      handle: async ({ asker, actor, call }) => {
        if (asker.type === 'person') await people.closeSession(asker.session, actor)
        return Answer.json({ access, signedIn: false }, { headers: { 'Set-Cookie': clearSession(call.secure) } })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/sessions',
      id: 'listOwnSessions',
      tag: 'People',
      summary: 'Where whoever asks is signed in',
      for: 'signed-in',
      caching: 'no-store',
      response: SessionListSchema,
      handle: ({ asker }) => {
        const { person, session } = ownPerson(people, asker)
        return sessionsJson(people.sessionsOf(person.id), session.id)
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/sessions/{session}',
      id: 'endOwnSession',
      tag: 'People',
      summary: 'Sign out on another browser',
      for: 'signed-in',
      caching: 'no-store',
      problems: [404],
      params: z.object({ session: z.string().max(64, 'is longer than 64 characters').meta({ description: 'A session’s id.' }) }),
      response: SessionListSchema,
      handle: async ({ params, asker, actor }) => {
        const { person, session } = ownPerson(people, asker)
        // Whether somebody else's session has this id is nobody's business.
        if (!people.sessionsOf(person.id).some(({ id }) => id === params.session)) throw new Problem(404, 'NOT_FOUND', 'You have no such session.')
        await people.closeSession(params.session, actor)
        return sessionsJson(people.sessionsOf(person.id), session.id)
      },
    }),
  ]
}

/** Sessions without what lets in. */
export function sessionsJson(sessions: readonly SessionInfo[], current?: string): z.input<typeof SessionListSchema> {
  return {
    sessions: sessions.map(({ id, means, address, agent, createdAt, lastSeenAt, expiresAt }) => ({
      id,
      means,
      address,
      agent,
      createdAt: timeText(createdAt),
      lastSeenAt: timeText(lastSeenAt),
      expiresAt: timeText(expiresAt),
      current: id === current,
    })),
  }
}
