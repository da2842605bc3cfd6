import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { GatewayError } from '../model/errors.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { changeRegistry, registryKeys } from './with-registry.ts'

interface IdentityFlags {
  readonly subject?: string
  readonly issuer?: string
}

/** `citygate user link|unlink`: by which identities at a provider of OpenID Connect somebody signs in. */
export function registerIdentities(user: Command): void {
  const link = withIdentity(user.command('link').description('let somebody sign in at a provider of OpenID Connect'))
    .requiredOption('--subject <SUB>', 'what the provider calls them for ever (`sub`), not a name or an e-mail address')
    .addHelpText(
      'after',
      `
The gateway logs the subject of whoever is refused as unknown.

Example:
  citygate user link li.wei --subject 248289761001 --issuer https://id.example.org/realms/city`,
    )
  addConfigOptions(link, registryKeys).action(async (id: string, { subject = '', issuer }: IdentityFlags) => {
    await changeRegistry(link, async (registry, config) => {
      const at = issuerOf(issuer, config)
      await registry.people.linkIdentity(id, at, subject, cliActor())
      console.log(`${id} signs in as ${subject} at ${at}`)
    })
  })
  const unlink = withIdentity(user.command('unlink').description('take an identity away from somebody; sessions that it opened end')).option(
    '--subject <SUB>',
    'only this one; otherwise all at the issuer',
  )
  addConfigOptions(unlink, registryKeys).action(async (id: string, { subject, issuer }: IdentityFlags) => {
    await changeRegistry(unlink, async (registry, config) => {
      const at = issuerOf(issuer, config)
      const own = registry.people.identitiesOf(id).filter(one => one.issuer === at && (subject === undefined || one.subject === subject))
      if (own.length === 0) throw new GatewayError('IDENTITY_UNKNOWN', `${id} has no such identity at ${at}: 'citygate user list --json' shows which there are`)
      for (const one of own) await registry.people.unlinkIdentity(id, at, one.subject, cliActor())
      console.log(`${id} does not sign in at ${at} any more`)
    })
  })
}

function withIdentity(command: Command): Command {
  return command
    .argument('<name>', 'what they are called here')
    .option('--issuer <URL>', 'the issuer of the provider; otherwise oidc.issuer of the configuration')
}

function issuerOf(given: string | undefined, config: Config): string {
  const issuer = given ?? config.oidc.issuer
  if (issuer !== undefined) return issuer
  throw new GatewayError('CONFIG_INVALID', 'say with --issuer at which provider, or set oidc.issuer')
}
