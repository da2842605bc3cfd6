import { type Command, InvalidArgumentError } from 'commander'
import { durationOf } from '../config/values.ts'
import { GatewayError } from '../model/errors.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { changeRegistry, isMissing, registryKeys } from './with-registry.ts'

/** How long it usually takes to carry a secret to a device. */
const usualGrace = '24h'

interface SecretFlags {
  readonly secret?: string
  readonly grace: number
  readonly json?: true
}

/** `citygate device secret`. */
export function registerSecret(device: Command): void {
  const command = device
    .command('secret')
    .description('give a device another secret; prints it once. The one before is taken for a while longer, so that nothing is interrupted')
    .argument('<id>', 'which')
    .option('--secret <SECRET>', 'the new one, at least 16 characters (usual: one is made)')
    .option(
      '--grace <TIME>',
      `how long the secret before is still taken, such as 1h or 7d; 0s ends it at once (usual: ${usualGrace})`,
      grace,
      grace(usualGrace),
    )
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate device secret bus-0417 --grace 7d')
  addConfigOptions(command, registryKeys).action(async (id: string, flags: SecretFlags) => {
    if (isMissing(command)) throw new GatewayError('DEVICE_UNKNOWN', `no device ${id} is registered`)
    await changeRegistry(command, async registry => {
      const issued = await registry.as(cliActor()).rotateSecret(id, { graceMs: flags.grace, ...(flags.secret !== undefined && { secret: flags.secret }) })
      const until = new Date(Date.now() + flags.grace).toISOString()
      if (flags.json) console.log(JSON.stringify({ device: id, previousUntil: until, ...(issued.generated && { secret: issued.secret }) }))
      else
        console.log(`${issued.generated ? `secret of ${id}, shown only this once: ${issued.secret}` : `${id} has its new secret`}
the one before is taken until ${until}; connections that are up stay up`)
    })
  })
}

function grace(text: string): number {
  const ms = durationOf(text)
  if (ms === undefined) throw new InvalidArgumentError('Expected a length of time, such as 1h or 7d')
  return ms
}
