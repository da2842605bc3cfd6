import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../config/config.ts'
import { type AskGateway, askGateway } from './ask-gateway.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { wholeNumber } from './numbers.ts'
import { table } from './table.ts'

const ValueSchema = z.union([z.number(), z.boolean(), z.string()])
const OrderSchema = z.object({
  id: z.number(),
  name: z.string(),
  value: ValueSchema.optional(),
  state: z.enum(['pending', 'sent', 'confirmed', 'refused', 'expired', 'told']),
  detail: z.string().optional(),
  givenAt: z.string(),
})
const ListSchema = z.object({
  takes: z.array(
    z.object({
      name: z.string(),
      title: z.object({ en: z.string(), zh: z.string() }),
      value: z
        .object({
          type: z.enum(['number', 'boolean', 'string']),
          unit: z.string().optional(),
          range: z.array(z.number()).optional(),
          values: z.array(ValueSchema).optional(),
        })
        .optional(),
    }),
  ),
  commands: z.array(OrderSchema),
})
type Order = z.output<typeof OrderSchema>
type Taken = z.output<typeof ListSchema>['takes'][number]

interface Flags {
  readonly expires: number
  readonly wait: boolean
  readonly json?: true
}

const LOOK_EVERY_MS = 300

/** `citygate command DEVICE [NAME] [VALUE]`. */
export function register(program: Command): void {
  const command = program
    .command('command')
    .description(
      'give a device an order that its model names, such as closing a valve, and wait until the device shows that it is done. Exit code 0 when it is, or when it is one that nobody answers; 1 when it is refused or expires. Asks the gateway that runs on the data folder',
    )
    .argument('<device>', 'whom')
    .argument('[name]', 'which order; without it, those the device takes are listed, with the last that were given')
    .argument('[value]', 'what it carries: a number, true, false or a text')
    .option('--expires <SECONDS>', 'after so long it is not sent any more, and not waited for', wholeNumber, 60)
    .option('--no-wait', 'do not wait for what becomes of it')
    .option('--json', 'JSON, for scripts')
    .addHelpText('after', '\nExamples:\n  citygate command gas-0007\n  citygate command gas-0007 valveOpen false')
  addConfigOptions(command, ['data']).action(async (device: string, name: string | undefined, value: string | undefined, flags: Flags) => {
    const gateway = askGateway(loadConfig(configOptions(command)))
    const path = `/devices/${encodeURIComponent(device)}/commands`
    const listed = await gateway.get(path, ListSchema)
    if (name === undefined) {
      console.log(flags.json ? JSON.stringify(listed) : listText(device, listed))
      return
    }
    const given = valueFor(
      listed.takes.find(one => one.name === name),
      value,
    )
    const order = await gateway.post(path, { name, ...(given !== undefined && { value: given }), expiresInSeconds: flags.expires }, OrderSchema)
    const end = flags.wait ? await settled(gateway, `${path}/${order.id}`, order) : order
    console.log(flags.json ? JSON.stringify(end) : `order ${end.id} is ${end.state}${end.detail === undefined ? '' : `: ${end.detail}`}`)
    if (end.state === 'refused' || end.state === 'expired') process.exitCode = 1
  })
}

/** The gateway checks what fits; here the text only becomes what the order carries. */
function valueFor(taken: Taken | undefined, text: string | undefined): string | number | boolean | undefined {
  if (text === undefined || taken?.value?.type === 'string') return text
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

async function settled(gateway: AskGateway, path: string, first: Order): Promise<Order> {
  let order = first
  while (order.state === 'pending' || order.state === 'sent') {
    await delay(LOOK_EVERY_MS)
    order = await gateway.get(path, OrderSchema)
  }
  return order
}

function listText(device: string, { takes, commands }: z.output<typeof ListSchema>): string {
  if (takes.length === 0) return `${device} takes no orders: its model names none, or no line reaches it`
  const given = commands.map(({ id, name, value, state, detail, givenAt }) => [String(id), givenAt, name, String(value ?? ''), state, detail ?? ''])
  return [
    table(
      ['order', 'value', 'what'],
      takes.map(taken => [taken.name, valueText(taken.value), `${taken.title.en} / ${taken.title.zh}`]),
    ),
    ...(given.length > 0 ? ['', table(['id', 'given', 'order', 'value', 'state', 'why'], given)] : []),
  ].join('\n')
}

function valueText(value: Taken['value']): string {
  if (!value) return '(none)'
  if (value.values) return value.values.map(String).join(' | ')
  const unit = value.unit === undefined ? '' : ` ${value.unit}`
  return value.range ? `${value.range[0]} to ${value.range[1]}${unit}` : value.type === 'boolean' ? 'true | false' : `${value.type}${unit}`
}
