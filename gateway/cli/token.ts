import { type Command, InvalidArgumentError } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { GatewayError } from '../model/errors.ts'
import { isId } from '../model/ids.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { table } from './table.ts'
import { changeRegistry, isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface AddFlags {
  readonly org: string
  readonly kind?: string
  readonly json?: true
}

/** `citygate token add|list|remove`. */
export function register(program: Command): void {
  const token = program.command('token').description('what integrators sign in with, for the API and MQTT')
  registerAdd(token)
  registerList(token)
  registerRemove(token)
}

function registerAdd(token: Command): void {
  const command = token
    .command('add')
    .description('make a token that reads what the devices of an organisation report; printed once')
    .requiredOption('--org <ORG>', 'whose devices', id)
    .option('--kind <KIND>', 'only devices of this kind, such as bus', id)
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate token add --org pudong-bus --kind bus')
  addConfigOptions(command, [...registryKeys, 'models']).action(async (flags: AddFlags) => {
    await changeRegistry(command, async (registry, config) => {
      const { org, kind } = flags
      if (kind !== undefined) {
        const kinds = [...(await loadCatalogue({ folders: config.models })).kinds()].map(one => one.id)
        if (!kinds.includes(kind)) command.error(`error: there is no kind '${kind}'. There are: ${kinds.join(', ')}`)
      }
      const { id, token } = await registry.as(cliActor()).addToken({ org, ...(kind !== undefined && { kind }) })
      if (flags.json) {
        console.log(JSON.stringify({ id, token, org, ...(kind !== undefined && { kind }) }))
        return
      }
      const host = config.http.host === '0.0.0.0' || config.http.host === '::' ? '127.0.0.1' : config.http.host
      console.log(`token ${id} reads ${kind ?? 'everything'} of ${org}; it is shown only this once:
${token}
use it like this:
  curl -H 'Authorization: Bearer ${token}' http://${host}:${config.http.port}/api/v1/devices`)
    })
  })
}

function registerList(token: Command): void {
  const command = token
    .command('list')
    .description('show the tokens, without their secrets')
    .option('--json', 'one JSON array, for scripts')
    .addHelpText('after', '\nExample:\n  citygate token list')
  addConfigOptions(command, registryKeys).action(async (flags: { readonly json?: true }) => {
    const found = isMissing(command) ? [] : await withRegistry(command, async registry => registry.listTokens())
    const shown = found.map(({ createdAt, ...one }) => ({ ...one, createdAt: new Date(createdAt).toISOString() }))
    if (flags.json) console.log(JSON.stringify(shown))
    else if (shown.length > 0)
      console.log(
        table(
          ['id', 'organisation', 'kind', 'made'],
          shown.map(one => [one.id, one.org, one.kind ?? 'all', one.createdAt]),
        ),
      )
    else console.log('no tokens')
  })
}

function registerRemove(token: Command): void {
  const command = token
    .command('remove')
    .description('make a token worthless')
    .argument('<id>', 'the part of the token between the underscores')
    .addHelpText('after', '\nExample:\n  citygate token remove 0a1b2c3d4e5f')
  addConfigOptions(command, registryKeys).action(async (tokenId: string) => {
    if (isMissing(command)) throw new GatewayError('TOKEN_UNKNOWN', `no token ${tokenId} is registered`)
    await changeRegistry(command, registry => registry.as(cliActor()).removeToken(tokenId))
    console.log(`removed ${tokenId}`)
  })
}

function id(text: string): string {
  if (!isId(text)) throw new InvalidArgumentError('Expected 1 to 64 of A-Z a-z 0-9 . _ -')
  return text
}
