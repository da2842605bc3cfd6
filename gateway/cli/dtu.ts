import type { Command } from 'commander'
import type { z } from 'zod'
import { DtuListSchema, type DtuSchema } from '../api/resources/dtus.ts'
import { loadConfig } from '../config/config.ts'
import { askGateway } from './ask-gateway.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { table } from './table.ts'

type Dtu = z.output<typeof DtuSchema>

/** `citygate dtu list|…`: cellular serial servers that dial in. */
export function register(program: Command): void {
  const dtu = program.command('dtu').description('DTUs (cellular serial servers) that dial in')
  registerList(dtu)
}

function registerList(dtu: Command): void {
  const command = dtu
    .command('list')
    .description('show the DTUs that are connected to the running gateway: who is asked, who waits to be adopted, and what was seen of it')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate dtu list')
  addConfigOptions(command, ['data']).action(async (flags: { readonly json?: true }) => {
    const list = await askGateway(loadConfig(configOptions(command)), '/dtus', DtuListSchema)
    if (flags.json) {
      console.log(JSON.stringify(list))
      return
    }
    if (!list.listening) console.log('the port for DTUs is closed: open it with links.dtu, such as --dtu 8502')
    else if (list.dtus.length === 0) console.log('no DTU is connected')
    else console.log(listText(list.dtus))
    const refused = list.figures?.refusedClaims ?? 0
    if (refused > 0) console.log(`${refused} connections were turned away that named a DTU which answers from elsewhere: two with one registration, or a theft`)
  })
}

const SHOWN_BYTES = 48

function listText(dtus: readonly Dtu[]): string {
  const heading = ['DTU', 'state', 'devices', 'from', 'since', 'heard', 'in', 'out', 'heartbeats']
  const rows = dtus.map(one => [
    one.id ?? '–',
    one.state,
    String(one.devices),
    one.address,
    one.since,
    one.heardAt,
    String(one.bytesIn),
    String(one.bytesOut),
    String(one.heartbeats),
  ])
  return [table(heading, rows), ...dtus.filter(({ state }) => state !== 'attached').flatMap(seenLines)].join('\n')
}

/** What the engineer needs to adopt one. */
function seenLines({ id, address, seen, lastBytes, proposals }: Dtu): readonly string[] {
  if (seen.length === 0 && lastBytes === '') return []
  const frames = seen.map(
    ({ protocol, what, sender, frames: count }) => `  ${protocol}: ${count} × ${what.en}${sender === undefined ? '' : `, from ${sender}`} / ${what.zh}`,
  )
  const last = lastBytes === '' ? [] : [`  last bytes: ${lastBytes.slice(-2 * SHOWN_BYTES)}`]
  return ['', `${id ?? address} sent without being asked:`, ...frames, ...last, ...(proposals.length > 0 ? [`  models that fit: ${proposals.join(', ')}`] : [])]
}
