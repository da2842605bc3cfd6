import { z } from 'zod'
import type { Actor } from '../../model/audit.ts'
import { GatewayError } from '../../model/errors.ts'
import type { IdentityProvider, ProvenIdentity } from '../../model/identity-provider.ts'
import type { Asker } from '../access.ts'
import { clearErrand, setErrand } from '../cookies.ts'
import { Errands, errandSeconds, type OpenErrand } from '../errands.ts'
import type { ApiSources, SignInSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { problemOf } from '../problem-of.ts'
import { Answer, type Call, type Route, route } from '../route.ts'
import { codeMember, openSession, ownPerson, passwordMember, SessionSchema, sessionJson } from '../session-json.ts'
import { attempted, confirmPassword } from '../sign-in.ts'

const DepartureSchema = z
  .object({ url: z.string().meta({ description: 'Where the browser is to go.' }) })
  .meta({ id: 'ProviderDeparture', description: 'The way to a provider of OpenID Connect; an `HttpOnly` cookie ties it to the browser.' })

const query = z
  .string()
  .min(1, 'is empty')
  .max(8_000, 'is longer than 8000 characters')
  .meta({ description: 'What stands behind the ? of the address that the provider sent the browser to.' })

type Sources = SignInSources & Pick<ApiSources, 'access'> & { readonly provider: IdentityProvider }

/** Signing in at a provider of OpenID Connect, and connecting an account with one. The page that people come back to asks by itself, as any page of ours does: no other site's page can finish what it did not begin. */
export function providerRoutes(sources: Sources): readonly Route[] {
  const { provider, people } = sources
  const errands = new Errands()
  const leave = async (call: Call, why: Omit<OpenErrand, 'errand'>): Promise<Answer<{ url: string }>> => {
    const { url, errand } = await provider.begin()
    const token = errands.leave({ errand, ...why }, call.address)
    return Answer.json({ url }, { headers: { 'Set-Cookie': setErrand(token, call.secure, errandSeconds) } })
  }
  return [
    route({
      method: 'post',
      path: '/api/v1/session/provider',
      id: 'leaveForProvider',
      tag: 'People',
      summary: 'Begin to sign in at the provider of OpenID Connect',
      description: 'Takes no body. The provider sends the browser back to `/sign-in/provider`, a page of the dashboard, which finishes it.',
      for: 'everybody',
      caching: 'no-store',
      problems: [503],
      response: DepartureSchema,
      handle: ({ call }) => leave(call, {}),
    }),
    route({
      method: 'post',
      path: '/api/v1/session/provider/connect',
      id: 'connectProvider',
      tag: 'People',
      summary: 'Begin to connect one’s account with an identity at the provider',
      for: 'signed-in',
      caching: 'no-store',
      problems: [503],
      body: z.object({ password: passwordMember('To be sure that it is you.') }),
      response: DepartureSchema,
      handle: async ({ body, asker, call }) => {
        const { person } = ownPerson(people, asker)
        await confirmPassword(sources, person.id, body.password, call.address)
        return await leave(call, { connects: person.id })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/provider/finish',
      id: 'comeFromProvider',
      tag: 'People',
      summary: 'Sign in, or connect an account, with what the provider answered',
      description:
        'Each answer is looked at once, from the browser that left for it, within ten minutes. `CODE_REQUIRED`: whoever set up a second factor here shows a code at `/api/v1/session/provider/code`.',
      for: 'everybody',
      caching: 'no-store',
      problems: [401, 409, 503],
      body: z.object({ query }),
      response: SessionSchema,
      handle: async ({ body, asker, actor, call }) => {
        const { identity, connects } = await proven(sources, errands, body.query, call)
        if (connects !== undefined) return await connect(sources, { identity, connects, asker, actor, call })
        const by: Actor = { type: 'gateway', name: 'oidc', ...(call.address !== '' && { address: call.address }) }
        const person = await provider.admit(identity, by)
        if (!person.secondFactor || !provider.asksOwnCode) return await openSession(sources, { person, means: 'oidc', asker, call })
        throw new Problem(401, 'CODE_REQUIRED', 'A code of the second factor is needed too.', {
          headers: { 'Set-Cookie': setErrand(errands.wait(person.id, call.address), call.secure, errandSeconds) },
        })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/provider/code',
      id: 'showCodeAfterProvider',
      tag: 'People',
      summary: 'Show a code of the second factor after the provider',
      for: 'everybody',
      caching: 'no-store',
      problems: [401],
      body: z.object({ code: codeMember }),
      response: SessionSchema,
      handle: async ({ body, asker, call }) => {
        const person = people.person(errands.waiting(call.errand) ?? '')
        if (person === undefined || person.disabled) throw over()
        // Counted with the name, like codes after a password.
        const means = await attempted(sources.attempts, person.id, call.address, async attempt => {
          const code = await people.checkCode(person.id, body.code)
          if (code === undefined) throw new Problem(401, 'CODE_WRONG', 'The code is wrong, over, or was used before.')
          attempt.right()
          return 'oidc' as const
        })
        errands.done(call.errand)
        return await openSession(sources, { person, means, asker, call })
      },
    }),
  ]
}

/** Stands for the name in the count of wrong attempts: nobody is called so. */
const anyProvider = ':provider'

/** Who came back. What fails a check counts as a wrong attempt; a provider that is down, or people who changed their mind, do not. */
async function proven(
  { provider, attempts }: Sources,
  errands: Errands,
  answer: string,
  call: Call,
): Promise<Pick<OpenErrand, 'connects'> & { readonly identity: ProvenIdentity }> {
  return await attempted(attempts, anyProvider, call.address, async attempt => {
    const open = errands.back(call.errand, new URLSearchParams(answer).get('state') ?? '')
    if (open === undefined) throw over()
    try {
      const identity = await provider.prove(open.errand, answer)
      attempt.right()
      return { identity, ...(open.connects !== undefined && { connects: open.connects }) }
    } catch (error) {
      // As a problem it counts.
      throw error instanceof GatewayError && error.code === 'IDENTITY_UNPROVEN' ? problemOf(error) : error
    }
  })
}

/** The account must still be the one that is signed in. */
async function connect(
  { people, access }: Sources,
  { identity, connects, asker, actor, call }: { identity: ProvenIdentity; connects: string; asker: Asker; actor: Actor; call: Call },
): Promise<Answer<z.input<typeof SessionSchema>>> {
  const { person, session } = ownPerson(people, asker)
  if (person.id !== connects) throw over()
  await people.linkIdentity(person.id, identity.issuer, identity.subject, actor)
  return Answer.json(sessionJson(access, person, session), { headers: { 'Set-Cookie': clearErrand(call.secure) } })
}

function over(): Problem {
  return new Problem(400, 'SIGN_IN_OVER', 'This sign-in was not begun in this browser, is over, or was used before; begin again.')
}
