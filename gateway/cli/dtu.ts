import { setTimeout } from 'node:timers/promises'
import { Command } from 'commander'
import type { z } from 'zod'
import { DtuListSchema, DtuProbeSchema, type DtuSchema } from '../api/resources/dtus.ts'
import { loadConfig } from '../config/config.ts'
import { askGateway } from './ask-gateway.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { register as registerDevice } from './device.ts'
import { registerDtuSimulation } from './dtu-simulate.ts'
import { wholeNumber } from './numbers.ts'
import { Progress } from './progress.ts'
import { table } from './table.ts'

type Dtu = z.output<typeof DtuSchema>

/** `citygate dtu list|…`: cellular serial servers that dial in. */
export function register(program: Command): void {
  const dtu = program.command('dtu').description('DTUs (cellular serial servers) that dial in')
  registerList(dtu)
  registerProbe(dtu)
  registerAdopt(dtu)
  registerDtuSimulation(dtu)
}

const LOOK_EVERY_MS = 300

interface ProbeFlags {
  readonly first: number
  readonly last: number
  readonly json?: true
}

function registerProbe(dtu: Command): void {
  const command = dtu
    .command('probe')
    .description('ask which Modbus units behind a connected DTU answer. Polls of its devices wait meanwhile. Exit code 1 when nobody answers')
    .argument('<dtu>', 'the id it registered with')
    .option('--first <UNIT>', 'the first unit that is asked', wholeNumber, 1)
    .option('--last <UNIT>', 'the last unit that is asked, 247 at most', wholeNumber, 16)
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate dtu probe 861234567890126 --last 32')
  addConfigOptions(command, ['data']).action(async (id: string, flags: ProbeFlags) => {
    const gateway = askGateway(loadConfig(configOptions(command)))
    const path = `/dtus/${encodeURIComponent(id)}/probe`
    const progress = new Progress()
    let probe = await gateway.post(`${path}?first=${flags.first}&last=${flags.last}`, {}, DtuProbeSchema)
    while (probe.state === 'running') {
      await setTimeout(LOOK_EVERY_MS)
      probe = await gateway.get(path, DtuProbeSchema)
      const { asked, of, found } = probe
      progress.show(() => `asked ${asked} of ${of} units, ${found.length} answer`)
    }
    progress.end()
    if (flags.json) console.log(JSON.stringify(probe))
    else {
      for (const { protocol, address, asked, refused } of probe.found)
        console.log(`${protocol} unit ${address} answers${refused === undefined ? '' : `, and refuses ${asked}: ${refused}`}`)
      console.log(
        `${probe.asked} of ${probe.of} units asked, ${probe.found.length} answer${probe.problem === undefined ? '' : `; broken off: ${probe.problem}`}`,
      )
    }
    if (probe.found.length === 0) process.exitCode = 1
  })
}

/** `device add` with the link filled in. */
function registerAdopt(dtu: Command): void {
  dtu
    .command('adopt')
    .description('register a device that stands behind a DTU: citygate device add with --link dtu://ID, and the same flags. A DTU that waits is asked at once')
    .argument('<dtu>', 'the id it registered with')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
Flags are those of citygate device add: --model, --org, --unit or --address, and --id (usual: the DTU's id and the unit), --name, --lat, --lon, --data.

Example:
  citygate dtu adopt 861234567890126 --model eastron-sdm630 --org state-grid --unit 1`,
    )
    .action(async (id: string, _flags: object, command: Command) => {
      const rest = command.args.slice(1)
      const member = wordAfter(rest, '--unit') ?? wordAfter(rest, '--address')
      const named = rest.some(word => word === '--id' || word.startsWith('--id=')) || member === undefined ? [] : ['--id', `${id}-${member}`]
      const inner = new Command('citygate').exitOverride().showHelpAfterError('(citygate device add --help shows what there is)')
      registerDevice(inner)
      await inner.parseAsync(['device', 'add', ...named, '--link', `dtu://${id}`, ...rest], { from: 'user' })
    })
}

function wordAfter(words: readonly string[], flag: string): string | undefined {
  const joined = words.find(word => word.startsWith(`${flag}=`))
  if (joined !== undefined) return joined.slice(flag.length + 1)
  const at = words.indexOf(flag)
  return at < 0 ? undefined : words[at + 1]
}

function registerList(dtu: Command): void {
  const command = dtu
    .command('list')
    .description('show the DTUs that are connected to the running gateway: who is asked, who waits to be adopted, and what was seen of it')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate dtu list')
  addConfigOptions(command, ['data']).action(async (flags: { readonly json?: true }) => {
    const list = await askGateway(loadConfig(configOptions(command))).get('/dtus', DtuListSchema)
    if (flags.json) {
      console.log(JSON.stringify(list))
      return
    }
    if (!list.listening) console.log('the port for DTUs is closed: open it with links.dtu, such as --dtu 8502')
    else if (list.dtus.length === 0) console.log('no DTU is connected')
    else console.log(listText(list.dtus))
    if (list.total > list.dtus.length) console.log(`… and ${list.total - list.dtus.length} more`)
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
