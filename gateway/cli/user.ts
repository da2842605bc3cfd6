import { text } from 'node:stream/consumers'
import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config/config.ts'
import { GatewayError } from '../model/errors.ts'
import type { Person } from '../model/people.ts'
import { everyOrg, type Grant, roles } from '../model/roles.ts'
import { invitationText } from '../registry/people/invitation-text.ts'
import type { Registry } from '../registry/registry.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { table } from './table.ts'
import { registerIdentities } from './user-identity.ts'
import { changeRegistry, isMissing, registryKeys, withRegistry } from './with-registry.ts'

const keys = [...registryKeys, 'http.host', 'http.port', 'http.tls', 'http.publicUrl'] as const

interface ChangeFlags {
  readonly role?: readonly Grant[]
  readonly name?: string
  readonly passwordStdin?: true
  readonly disable?: true
  readonly enable?: true
}

/** `citygate user add|list|change|invite|link|unlink|sign-out|drop-second-factor|remove`. */
export function register(program: Command): void {
  const user = program.command('user').description('people who sign in to the dashboard, and what they may')
  registerAdd(user)
  registerList(user)
  registerChange(user)
  onOne(user, 'invite', 'make a link with which somebody sets a password; good once, for a day', async (registry, id, config) => {
    console.log(invitationText(id, await registry.people.invite(id, cliActor()), config.http))
  })
  registerIdentities(user)
  onOne(user, 'sign-out', 'end all sessions of somebody', async (registry, id) => {
    known(registry, id)
    await registry.people.closeSessions(id, undefined, cliActor())
    console.log(`${id} is signed out everywhere`)
  })
  onOne(user, 'drop-second-factor', 'let somebody who lost the phone sign in with the password alone', async (registry, id) => {
    await registry.people.dropSecondFactor(id, cliActor())
    console.log(`${id} signs in with the password alone`)
  })
  onOne(user, 'remove', 'remove somebody, with all sessions', async (registry, id) => {
    await registry.people.removePerson(id, cliActor())
    console.log(`removed ${id}`)
  })
}

function registerAdd(user: Command): void {
  const command = withChanges(
    user
      .command('add')
      .description('add somebody; prints a link with which they set their password')
      .argument('<name>', 'what they sign in as, in small letters'),
  )
    .option('--password-stdin', 'read the password from standard input instead')
    .addHelpText(
      'after',
      `
Roles: ${roles.join(', ')}; each may what the one before may. viewer reads, operator also gives orders,
engineer also registers devices, admin also looks after people and tokens.

Examples:
  citygate user add li.wei --role pudong-bus=operator --name 李伟
  citygate user add admin --role '*=admin'`,
    )
  addConfigOptions(command, keys).action(async (id: string, flags: ChangeFlags) => {
    const password = flags.passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined
    await changeRegistry(command, async (registry, config) => {
      await registry.people.addPerson({ id, grants: flags.role ?? [], ...(flags.name !== undefined && { name: flags.name }) }, cliActor())
      if (!flags.role) console.error(`${id} may nothing yet: give a role with 'citygate user change ${id} --role ORG=ROLE'`)
      if (password === undefined) console.log(invitationText(id, await registry.people.invite(id, cliActor()), config.http))
      else {
        await registry.people.setPassword(id, password, undefined, cliActor())
        console.log(`added ${id}`)
      }
    })
  })
}

function registerList(user: Command): void {
  const command = user.command('list').description('show who there is').option('--json', 'one JSON array, for scripts')
  addConfigOptions(command, registryKeys).action(async (flags: { readonly json?: true }) => {
    const found = isMissing(command)
      ? []
      : await withRegistry(command, async ({ people }) => [...people.people()].map(person => ({ ...person, identities: people.identitiesOf(person.id) })))
    if (flags.json) console.log(JSON.stringify(found))
    else if (found.length === 0) console.log('no people')
    else console.log(table(['name', 'called', 'roles', 'state', 'second factor', 'last sign-in'], found.map(rowOf)))
  })
}

function registerChange(user: Command): void {
  const command = withChanges(
    user.command('change').description('change what somebody may, or whether they may sign in').argument('<name>', 'what they sign in as'),
  )
    .option('--disable', 'they can not sign in any more; their sessions end')
    .option('--enable', 'they can sign in again')
    .addHelpText(
      'after',
      '\nRoles that are given replace all there were.\n\nExample:\n  citygate user change li.wei --role pudong-bus=engineer --role water-works=viewer',
    )
  addConfigOptions(command, keys).action(async (id: string, flags: ChangeFlags) => {
    await changeRegistry(command, async registry => {
      const before = known(registry, id)
      const name = flags.name ?? before.name
      const disabled = flags.enable ? false : (flags.disable ?? before.disabled)
      const after = { id, grants: flags.role ?? before.grants, ...(name !== undefined && { name }), ...(disabled && { disabled }) }
      console.log(table(['name', 'called', 'roles', 'state', 'second factor', 'last sign-in'], [rowOf(await registry.people.changePerson(after, cliActor()))]))
    })
  })
}

function withChanges(command: Command): Command {
  return command
    .option('--role <ORG=ROLE>', `what they are to an organisation, or to every one (*): ${roles.join(', ')}; may be repeated`, grant)
    .option('--name <NAME>', 'what they are called')
}

function onOne(user: Command, verb: string, about: string, work: (registry: Registry, id: string, config: Config) => Promise<void>): void {
  const command = user.command(verb).description(about).argument('<name>', 'what they sign in as')
  addConfigOptions(command, keys).action(async (id: string) => {
    await changeRegistry(command, (registry, config) => work(registry, id, config))
  })
}

function known(registry: Registry, id: string): Person {
  const person = registry.people.person(id)
  if (person === undefined) throw new GatewayError('PERSON_UNKNOWN', `there is no person ${JSON.stringify(id)}: 'citygate user list' shows who there is`)
  return person
}

function rowOf({ id, name, grants, disabled, hasPassword, secondFactor, lastSignInAt }: Person): readonly string[] {
  const state = disabled ? 'disabled' : hasPassword ? 'active' : 'invited'
  const may = grants.map(({ org, role }) => `${org}=${role}`).join(' ') || 'none'
  return [id, name ?? '', may, state, secondFactor ? 'yes' : 'no', lastSignInAt === undefined ? 'never' : new Date(lastSignInAt).toISOString()]
}

function grant(argument: string, before: readonly Grant[] = []): readonly Grant[] {
  const [org = '', role = '', ...rest] = argument.split('=')
  const found = roles.find(one => one === role)
  if (found === undefined || org === '' || rest.length > 0)
    throw new InvalidArgumentError(`Expected ORG=ROLE, such as pudong-bus=operator or '${everyOrg}=admin'. Roles: ${roles.join(', ')}`)
  return [...before, { org, role: found }]
}
