import { z } from 'zod'
import type { ApiSources, SignInSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { codeMember, openSession, ownPerson, passwordMember, SessionSchema } from '../session-json.ts'
import { confirmPassword } from '../sign-in.ts'

/** What people change about how they sign in. After each change the session gets another token. */
export function ownSecretRoutes(sources: SignInSources & Pick<ApiSources, 'access'>): readonly Route[] {
  const { people } = sources
  return [
    route({
      method: 'post',
      path: '/api/v1/session/password',
      id: 'changeOwnPassword',
      tag: 'People',
      summary: 'Set another password; all other sessions end',
      for: 'signed-in',
      caching: 'no-store',
      body: z.object({ current: passwordMember('The one until now.'), password: passwordMember('The one from now on.') }),
      response: SessionSchema,
      handle: async ({ body, asker, actor, call }) => {
        const { person, session } = ownPerson(people, asker)
        await confirmPassword(sources, person.id, body.current, call.address)
        await people.setPassword(person.id, body.password, session.id, actor)
        return openSession(sources, { person, means: session.means, asker, call })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/second-factor',
      id: 'startSecondFactor',
      tag: 'People',
      summary: 'Make a second factor, to be confirmed with a code',
      description: 'Takes no body. Nothing is asked for at sign-in before it is confirmed.',
      for: 'signed-in',
      caching: 'no-store',
      problems: [409],
      response: z
        .object({
          secret: z.string().meta({ description: 'Base32, for an authenticator app.' }),
          uri: z.string().meta({ description: 'The same for a QR code.' }),
        })
        .meta({ id: 'SecondFactorSecret' }),
      handle: async ({ asker, actor }) => {
        const { person } = ownPerson(people, asker)
        if (person.secondFactor) throw new Problem(409, 'SECOND_FACTOR_ON', 'There is a second factor already: drop it first, with the password.')
        return { ...(await people.startSecondFactor(person.id, actor)) }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/second-factor/confirm',
      id: 'confirmSecondFactor',
      tag: 'People',
      summary: 'Confirm a second factor; answers recovery codes, once',
      for: 'signed-in',
      caching: 'no-store',
      problems: [409],
      body: z.object({ code: codeMember }),
      response: z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' }),
      handle: async ({ body, asker, actor, call }) => {
        const { person, session } = ownPerson(people, asker)
        if (person.secondFactor) throw new Problem(409, 'SECOND_FACTOR_ON', 'The second factor is confirmed already.')
        const recoveryCodes = [...(await people.confirmSecondFactor(person.id, body.code, actor))]
        const { headers } = await openSession(sources, { person, means: session.means, asker, call })
        return Answer.json({ recoveryCodes }, { headers })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/second-factor/drop',
      id: 'dropSecondFactor',
      tag: 'People',
      summary: 'Sign in without a second factor from now on',
      for: 'signed-in',
      caching: 'no-store',
      body: z.object({ password: passwordMember('To be sure that it is you.') }),
      response: SessionSchema,
      handle: async ({ body, asker, actor, call }) => {
        const { person, session } = ownPerson(people, asker)
        await confirmPassword(sources, person.id, body.password, call.address)
        await people.dropSecondFactor(person.id, actor)
        return openSession(sources, { person: people.person(person.id) ?? person, means: session.means, asker, call })
      },
    }),
  ]
}
