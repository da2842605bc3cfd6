import { z } from 'zod'
import type { ApiSources, SignInSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { openSession, passwordMember, SessionSchema } from '../session-json.ts'
import { attempted } from '../sign-in.ts'

const token = z.string().min(1, 'is empty').max(256, 'is longer than 256 characters').meta({ description: 'What stands behind the # of the link.' })
/** Stands for the name in the count of wrong attempts. */
const anyInvitation = 'invitation'

/** Links with which people set their first password, or another when theirs is forgotten. */
export function invitationRoutes(sources: SignInSources & Pick<ApiSources, 'access'>): readonly Route[] {
  const { people, attempts } = sources
  return [
    route({
      method: 'post',
      path: '/api/v1/invitations/look',
      id: 'lookAtInvitation',
      tag: 'People',
      summary: 'Who an invitation is for',
      for: 'everybody',
      caching: 'no-store',
      body: z.object({ token }),
      response: z.object({ person: z.object({ id: z.string(), name: z.string() }) }).meta({ id: 'Invitation' }),
      handle: async ({ body, call }) =>
        await attempted(attempts, anyInvitation, call.address, attempt => {
          const person = people.invitation(body.token)
          if (person === undefined) throw invitationInvalid()
          attempt.right()
          return { person: { id: person.id, name: person.name ?? person.id } }
        }),
    }),
    route({
      method: 'post',
      path: '/api/v1/invitations/redeem',
      id: 'redeemInvitation',
      tag: 'People',
      summary: 'Set a password with an invitation, and sign in',
      description: 'Whoever has a second factor is answered `CODE_REQUIRED`: the password is set, and they sign in with it and a code.',
      for: 'everybody',
      caching: 'no-store',
      problems: [401],
      body: z.object({ token, password: passwordMember('The one from now on.') }),
      response: SessionSchema,
      handle: async ({ body, asker, call }) => {
        const person = await attempted(attempts, anyInvitation, call.address, async attempt => {
          const invited = people.invitation(body.token)
          if (invited === undefined) throw invitationInvalid()
          const by = { type: 'person', name: invited.id, ...(call.address !== '' && { address: call.address }) } as const
          // A weak password is told by an error that is none of a wrong secret.
          const redeemed = await people.redeemInvitation(body.token, body.password, by)
          attempt.right()
          return redeemed
        })
        if (person.secondFactor) throw new Problem(401, 'CODE_REQUIRED', 'The password is set; sign in with it and a code of your second factor.')
        return openSession(sources, { person, means: 'invitation', asker, call })
      },
    }),
  ]
}

function invitationInvalid(): Problem {
  return new Problem(400, 'INVITATION_INVALID', 'The invitation is wrong, was used, or is over; ask for another.')
}
