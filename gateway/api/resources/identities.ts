import { z } from 'zod'
import type { LinkedIdentity } from '../../model/people.ts'
import type { SignInSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { ownPerson, passwordMember } from '../session-json.ts'
import { confirmPassword } from '../sign-in.ts'

const IdentitiesSchema = z
  .object({
    identities: z.array(
      z.object({
        issuer: z.string(),
        subject: z.string(),
        leads: z.boolean().meta({ description: 'The account came with it, and has the roles that the provider’s groups give.' }),
      }),
    ),
  })
  .meta({ id: 'Identities', description: 'By which identities at providers of OpenID Connect somebody signs in.' })

/** What somebody's account is connected with. */
export function identityRoutes(sources: SignInSources): readonly Route[] {
  const { people } = sources
  return [
    route({
      method: 'get',
      path: '/api/v1/session/identities',
      id: 'listOwnIdentities',
      tag: 'People',
      summary: 'By which identities whoever asks signs in elsewhere',
      for: 'signed-in',
      caching: 'no-store',
      response: IdentitiesSchema,
      handle: ({ asker }) => identitiesJson(people.identitiesOf(ownPerson(people, asker).person.id)),
    }),
    route({
      method: 'post',
      path: '/api/v1/session/identities/remove',
      id: 'removeOwnIdentity',
      tag: 'People',
      summary: 'Sign in with an identity no more; sessions that it opened end',
      for: 'signed-in',
      caching: 'no-store',
      problems: [404],
      body: z.object({
        issuer: z.string().min(1, 'is empty').max(500, 'is longer than 500 characters'),
        subject: z.string().min(1, 'is empty').max(255, 'is longer than 255 characters'),
        password: passwordMember('To be sure that it is you.'),
      }),
      response: IdentitiesSchema,
      handle: async ({ body, asker, actor, call }) => {
        const { person } = ownPerson(people, asker)
        await confirmPassword(sources, person.id, body.password, call.address)
        const own = people.identitiesOf(person.id).some(one => one.issuer === body.issuer && one.subject === body.subject)
        if (!own) throw new Problem(404, 'IDENTITY_UNKNOWN', 'You do not sign in with this identity.')
        await people.unlinkIdentity(person.id, body.issuer, body.subject, actor)
        return identitiesJson(people.identitiesOf(person.id))
      },
    }),
  ]
}

function identitiesJson(identities: readonly LinkedIdentity[]): z.input<typeof IdentitiesSchema> {
  return { identities: identities.map(({ issuer, subject, leads }) => ({ issuer, subject, leads })) }
}
