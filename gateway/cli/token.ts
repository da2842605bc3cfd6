import { type Command, InvalidArgumentError } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs } from '../model/frame.ts'
import { isId } from '../model/ids.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { curlTo } from './how-to-reach.ts'
import { table } from './table.ts'
import { momentToCome } from './times.ts'
import { changeRegistry, isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface AddFlags {
  readonly org: string
  readonly kind?: string
  readonly command?: true
  readonly expires?: EpochMs
  readonly title?: string
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
    .option('--command', 'give orders to them too')
    .option(
      '--expires <WHEN>',
      'from when on it lets nobody in: in 12h, 90d or 52w, or a time such as 2027-06-01T00:00:00+08:00; never, if left out',
      momentToCome,
    )
    .option('--title <TITLE>', 'what it is for')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', "\nExample:\n  citygate token add --org pudong-bus --kind bus --expires 90d --title 'timetable screens'")
  addConfigOptions(command, [...registryKeys, 'models']).action(async (flags: AddFlags) => {
    await changeRegistry(command, async (registry, config) => {
      const { org, kind, expires, title } = flags
      if (kind !== undefined) {
        const kinds = [...(await loadCatalogue({ folders: config.models })).kinds()].map(one => one.id)
        if (!kinds.includes(kind)) command.error(`error: there is no kind '${kind}'. There are: ${kinds.join(', ')}`)
      }
      const scope = {
        org,
        ...(kind !== undefined && { kind }),
        ...(flags.command && { command: true as const }),
        ...(title !== undefined && { title }),
      }
      const { id, token } = await registry.as(cliActor()).addToken({ ...scope, ...(expires !== undefined && { expiresAt: expires }) })
      const until = expires === undefined ? undefined : new Date(expires).toISOString()
      if (flags.json) {
        console.log(JSON.stringify({ id, token, ...scope, ...(until !== undefined && { expiresAt: until }) }))
        return
      }
      const { curl, note } = curlTo(config, '/api/v1/devices')
      console.log(`token ${id} reads ${kind ?? 'everything'} of ${org}${flags.command ? ' and gives orders to it' : ''}${until === undefined ? '' : `, until ${until}`}; it is shown only this once:
${token}
use it like this:
  curl -H 'Authorization: Bearer ${token}' ${curl}${note === undefined ? '' : `\n${note}`}`)
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
    const shown = found.map(({ createdAt, expiresAt, lastUsedAt, ...one }) => ({
      ...one,
      createdAt: new Date(createdAt).toISOString(),
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
      ...(lastUsedAt !== undefined && { lastUsedAt: new Date(lastUsedAt).toISOString() }),
    }))
    if (flags.json) console.log(JSON.stringify(shown))
    else if (shown.length > 0)
      console.log(
        table(
          ['id', 'organisation', 'kind', 'may', 'made', 'ends', 'last used', 'title'],
          shown.map(one => [
            one.id,
            one.org,
            one.kind ?? 'all',
            one.command ? 'read, command' : 'read',
            one.createdAt,
            one.expiresAt ?? 'never',
            one.lastUsedAt ?? 'never',
            one.title ?? '',
          ]),
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
