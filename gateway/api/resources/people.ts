import { z } from 'zod'
import type { PersonGuard } from '../../model/people.ts'
import type { Asker } from '../access.ts'
import { timeText } from '../device-json.ts'
import type { SignInSources } from '../options.ts'
import { PeopleReach, type SeenPerson } from '../people-reach.ts'
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
    grants: z.array(GrantSchema).meta({ description: 'Those in organisations that you administer.' }),
    elsewhere: z
      .literal(true)
      .optional()
      .meta({ description: 'They have roles that you do not see: you change those in your organisations, and nothing else of them.' }),
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
  const seen = (asker: Asker, id: string): SeenPerson => {
    const person = people.person(id)
    const known = person && new PeopleReach(asker).seen(person)
    if (known === undefined) throw new Problem(404, 'PERSON_UNKNOWN', 'There is no such person.')
    return known
  }
  /** For what is done to all of a person; the guard looks again in the transaction. */
  const own = (asker: Asker, id: string): { readonly id: string; readonly guard: PersonGuard } => {
    const { guard } = new PeopleReach(asker)
    // As they are, not as they are seen.
    guard(people.person(seen(asker, id).person.id) ?? { id, grants: [] })
    return { id, guard }
  }
  const common = { tag: 'People', for: 'administer', caching: 'no-store' } as const
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/v1/people',
      id: 'listPeople',
      summary: 'Everybody who may sign in, as far as they have roles in organisations that you administer',
      response: z.object({ people: z.array(PersonSchema) }).meta({ id: 'People' }),
      handle: ({ asker }) => {
        const reach = new PeopleReach(asker)
        return { people: [...people.people()].flatMap(person => reach.seen(person) ?? []).map(personJson) }
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/v1/people',
      id: 'addPerson',
      summary: 'Add somebody; an invitation lets them set a password',
      description: 'With roles in organisations that you administer, one at least. A name that somebody has is taken in every organisation.',
      problems: [400, 409],
      body: z.object({ id, name: name.optional(), grants }),
      response: PersonSchema,
      handle: async ({ body, asker, actor }) => {
        new PeopleReach(asker).checkGiven(body.grants)
        await people.addPerson({ id: body.id, grants: body.grants, ...(body.name !== undefined && { name: body.name }) }, actor)
        return personJson(seen(asker, body.id))
      },
    }),
    route({
      ...common,
      method: 'patch',
      path: '/api/v1/people/{person}',
      id: 'changePerson',
      summary: 'Change a name or roles, or whether somebody may sign in',
      description:
        'Roles are those in organisations that you administer; the others stay. The rest is for those who administer all of a person’s organisations.',
      problems: [400, 404, 409],
      params,
      body: z.object({ name: name.optional(), grants: grants.optional(), disabled: z.boolean().optional() }),
      response: PersonSchema,
      handle: async ({ params: { person }, body, asker, actor }) => {
        const reach = new PeopleReach(asker)
        const { id } = seen(asker, person).person
        reach.checkChosen(body.grants ?? [])
        await people.alterPerson(id, before => reach.altered(before, body), actor)
        return personJson(seen(asker, id))
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
      handle: async ({ params: { person }, asker, actor }) => {
        const { id, guard } = own(asker, person)
        await people.removePerson(id, actor, guard)
        return { removed: id }
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
      handle: async ({ params: { person }, asker, actor }) => {
        const { id, guard } = own(asker, person)
        const { token, expiresAt } = await people.invite(id, actor, guard)
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
      handle: async ({ params: { person }, asker, actor }) => {
        const { id, guard } = own(asker, person)
        await people.dropSecondFactor(id, actor, guard)
        return personJson(seen(asker, id))
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
      handle: ({ params: { person }, asker }) => sessionsJson(people.sessionsOf(own(asker, person).id), asker.type === 'person' ? asker.session : undefined),
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
      handle: async ({ params: { person }, asker, actor }) => {
        const { id, guard } = own(asker, person)
        await people.closeSessions(id, undefined, actor, guard)
        return sessionsJson(people.sessionsOf(id))
      },
    }),
  ]
}

/** Named one by one, so that what is added to a person is published on purpose. */
function personJson({ person, elsewhere }: SeenPerson): z.input<typeof PersonSchema> {
  return {
    id: person.id,
    ...(person.name !== undefined && { name: person.name }),
    grants: person.grants.map(({ org, role }) => ({ org, role })),
    ...(elsewhere && { elsewhere }),
    ...(person.disabled && { disabled: person.disabled }),
    hasPassword: person.hasPassword,
    secondFactor: person.secondFactor,
    createdAt: timeText(person.createdAt),
    ...(person.lastSignInAt !== undefined && { lastSignInAt: timeText(person.lastSignInAt) }),
  }
}
