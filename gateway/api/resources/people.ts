import { z } from 'zod'
import type { Person } from '../../model/people.ts'
import { timeText } from '../device-json.ts'
import type { SignInSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { GrantSchema } from '../session-json.ts'
import { SessionListSchema, sessionsJson } from './session.ts'

const id = z.string().min(1, 'is empty').max(128, 'is longer than 128 characters')
const name = z.string().max(128, 'is longer than 128 characters')
const grants = z.array(GrantSchema).max(256, 'are more than 256')
const params = z.object({ person: id.meta({ description: 'A person’s id.' }) })

const PersonSchema = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    grants: z.array(GrantSchema),
    disabled: z.literal(true).optional().meta({ description: 'Can not sign in.' }),
    hasPassword: z.boolean(),
    secondFactor: z.boolean(),
    createdAt: TimeSchema,
    lastSignInAt: TimeSchema.optional(),
  })
  .meta({ id: 'Person', description: 'Somebody who signs in, and their roles.' })

const InvitationLinkSchema = z
  .object({ token: z.string().meta({ description: 'For the link `/invitation#TOKEN`; shown once.' }), expiresAt: TimeSchema })
  .meta({ id: 'InvitationLink' })

/** Who signs in here, and what they may. */
export function peopleRoutes({ people }: SignInSources): readonly Route[] {
  const known = (person: string): Person => {
    const found = people.person(person)
    if (found === undefined) throw new Problem(404, 'PERSON_UNKNOWN', 'There is no such person.')
    return found
  }
  const common = { tag: 'People', for: 'administer', overall: true, caching: 'no-store' } as const
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/v1/people',
      id: 'listPeople',
      summary: 'Everybody who may sign in',
      response: z.object({ people: z.array(PersonSchema) }).meta({ id: 'People' }),
      handle: () => ({ people: [...people.people()].map(personJson) }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/v1/people',
      id: 'addPerson',
      summary: 'Add somebody; an invitation lets them set a password',
      problems: [409],
      body: z.object({ id, name: name.optional(), grants }),
      response: PersonSchema,
      handle: async ({ body, actor }) =>
        personJson(await people.addPerson({ id: body.id, grants: body.grants, ...(body.name !== undefined && { name: body.name }) }, actor)),
    }),
    route({
      ...common,
      method: 'patch',
      path: '/api/v1/people/{person}',
      id: 'changePerson',
      summary: 'Change a name or roles, or whether somebody may sign in',
      problems: [404, 409],
      params,
      body: z.object({ name: name.optional(), grants: grants.optional(), disabled: z.boolean().optional() }),
      response: PersonSchema,
      handle: async ({ params: { person }, body, actor }) => {
        const before = known(person)
        const called = body.name ?? before.name
        const disabled = body.disabled ?? before.disabled ?? false
        const draft = {
          id: person,
          grants: body.grants ?? before.grants,
          ...(called !== undefined && { name: called }),
          ...(disabled && ({ disabled } as const)),
        }
        return personJson(await people.changePerson(draft, actor))
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/v1/people/{person}',
      id: 'removePerson',
      summary: 'Remove somebody; their sessions end',
      problems: [404, 409],
      params,
      response: z.object({ removed: z.string() }).meta({ id: 'RemovedPerson' }),
      handle: async ({ params: { person }, actor }) => {
        await people.removePerson(person, actor)
        return { removed: person }
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/v1/people/{person}/invitation',
      id: 'invitePerson',
      summary: 'A link, good once, to set a password with',
      description: 'Takes no body. One that was made before is good no more.',
      problems: [404],
      params,
      response: InvitationLinkSchema,
      handle: async ({ params: { person }, actor }) => {
        const { token, expiresAt } = await people.invite(known(person).id, actor)
        return { token, expiresAt: timeText(expiresAt) }
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/v1/people/{person}/second-factor',
      id: 'dropSecondFactorOf',
      summary: 'Take somebody’s lost second factor away',
      problems: [404],
      params,
      response: PersonSchema,
      handle: async ({ params: { person }, actor }) => {
        await people.dropSecondFactor(known(person).id, actor)
        return personJson(known(person))
      },
    }),
    route({
      ...common,
      method: 'get',
      path: '/api/v1/people/{person}/sessions',
      id: 'listSessionsOf',
      summary: 'Where somebody is signed in',
      problems: [404],
      params,
      response: SessionListSchema,
      handle: ({ params: { person }, asker }) => sessionsJson(people.sessionsOf(known(person).id), asker.type === 'person' ? asker.session : undefined),
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/v1/people/{person}/sessions',
      id: 'endSessionsOf',
      summary: 'Sign somebody out everywhere',
      problems: [404],
      params,
      response: SessionListSchema,
      handle: async ({ params: { person }, actor }) => {
        await people.closeSessions(known(person).id, undefined, actor)
        return sessionsJson(people.sessionsOf(person))
      },
    }),
  ]
}

/** Named one by one, so that what is added to a person is published on purpose. */
function personJson(person: Person): z.input<typeof PersonSchema> {
  return {
    id: person.id,
    ...(person.name !== undefined && { name: person.name }),
    grants: person.grants.map(({ org, role }) => ({ org, role })),
    ...(person.disabled && { disabled: person.disabled }),
    hasPassword: person.hasPassword,
    secondFactor: person.secondFactor,
    createdAt: timeText(person.createdAt),
    ...(person.lastSignInAt !== undefined && { lastSignInAt: timeText(person.lastSignInAt) }),
  }
}
