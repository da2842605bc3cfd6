import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { type FleetRecipe, readFleet, writeFleet } from '../../devices/simulators/fleet-file.ts'
import { type CityStats, createCity, type Enrolment, type SimulatedCity } from '../../devices/simulators/index.ts'
import { GatewayError } from '../model/errors.ts'
import { wholeNumber } from './numbers.ts'
import { simulatedProtocols, simulateLinks } from './simulate-links.ts'
import { enrol, KNOWN_WITHIN_MS } from './simulated-enrolment.ts'
import { ending, shownMs } from './simulation-ending.ts'

interface SimulateFlags {
  readonly mqtt: string
  readonly cafile?: string
  readonly buses: number
  readonly meters: number
  readonly worksites: number
  readonly others: number
  readonly rate: number
  readonly seed: string
  readonly duration?: number
  readonly data?: string
  readonly fleet?: string
  readonly writeFleet?: string
  readonly enrolOnly?: true
  readonly modbusHost: string
  readonly modbusPort: number
  readonly protocol?: string
  readonly count: number
  readonly to: string
}

/** What a fleet file says, so that flags must not say it otherwise. */
const IN_THE_FLEET = ['buses', 'meters', 'worksites', 'others', 'seed', 'modbusHost', 'modbusPort'] as const

/** `citygate simulate`: a simulated city that drives a gateway over its sockets. */
export function register(program: Command): void {
  const command = program
    .command('simulate')
    .description('drive a gateway with simulated buses, meters and worksites. Prints how it goes every second, and a JSON summary at the end')
    .option(
      '--mqtt <HOST:PORT>',
      'the gateway’s MQTT; mqtts://host:port is over TLS, ws://host:port/mqtt and wss:// go through its HTTP port',
      mqttUrl,
      'mqtt://127.0.0.1:1883',
    )
    .option('--cafile <FILE>', 'over mqtts:// or wss://, who signed the gateway’s certificate (PEM); left out, one of those this machine trusts')
    .option('--buses <NUMBER>', 'how many buses', wholeNumber, 200)
    .option('--meters <NUMBER>', 'how many electricity and water meters', wholeNumber, 50)
    .option('--worksites <NUMBER>', 'how many worksites', wholeNumber, 20)
    .option('--others <NUMBER>', 'how many things of the other kinds: gas and heat meters, cranes, lifts, environment stations, soil sensors', wholeNumber, 0)
    .option('--rate <HZ>', 'reports a second of each bus; a worksite sends a tenth of it, a meter that pushes a thirtieth', decimal, 1)
    .option('--seed <SEED>', 'the same seed makes the same city', '1')
    .option('--duration <SECONDS>', 'stop after so long (usual: on Ctrl-C)', decimal)
    .option('--data <DIR>', 'the gateway’s data folder, on this machine: its registry gets the devices, in place of the same ones of an earlier run')
    .option('--fleet <FILE>', 'devices and secrets that the gateway knows, as --write-fleet made them')
    .option('--write-fleet <FILE>', 'only write devices and secrets to a new file, for --fleet here and on the gateway’s machine')
    .option('--enrol-only', 'only put the devices into the registry of --data')
    .option('--modbus-host <HOST>', 'where the gateway reaches this machine’s simulated Modbus meters', '127.0.0.1')
    .option('--modbus-port <PORT>', 'their first port; four meters share one', port, 15_020)
    .option('--protocol <NAME>', `in place of a city, devices of one protocol over its own sockets: ${simulatedProtocols.join(', ')}`)
    .option('--count <NUMBER>', 'how many of them', wholeNumber, 100)
    .option('--to <HOST:PORT>', 'where the gateway listens for them; a host alone takes the protocol’s usual port', '127.0.0.1')
    .addHelpText(
      'after',
      `
Examples:
  citygate simulate --data ./data --buses 500 --duration 60
  citygate simulate --protocol jt808 --count 1000 --to 127.0.0.1:8808 --data ./data
  citygate simulate --write-fleet fleet.jsonl --buses 1000 --modbus-host 10.0.0.9
  citygate simulate --fleet fleet.jsonl --data ./data --enrol-only     (on the gateway’s machine)
  citygate simulate --fleet fleet.jsonl --mqtt 10.0.0.5:1883           (here)
  citygate simulate --fleet fleet.jsonl --mqtt mqtts://gateway.example.org:8883 --cafile ca.pem`,
    )
  command.action(async (flags: SimulateFlags) => {
    const problem = flagProblem(command, flags)
    if (problem !== undefined) return command.error(`error: ${problem}`)
    const { protocol } = flags
    await (protocol === undefined ? simulate(flags) : simulateLinks({ ...flags, protocol }))
  })
}

async function simulate(flags: SimulateFlags): Promise<void> {
  const { buses, meters, worksites, others, seed, modbusHost, modbusPort } = flags
  const fleet = flags.fleet === undefined ? undefined : await readFleet(flags.fleet)
  const recipe: FleetRecipe = fleet?.recipe ?? { buses, meters, worksites, others, seed, modbusHost, modbusPort }
  const city = await makeCity(recipe, flags.rate, fleet?.enrolments ?? [])
  if (flags.writeFleet !== undefined) {
    await writeFleet(flags.writeFleet, { recipe, enrolments: city.enrolments })
    console.log(JSON.stringify({ written: flags.writeFleet, devices: city.members.length }))
    return
  }
  // The ports are taken before the registry is changed: a gateway must not be told of meters that are not there.
  if (!flags.enrolOnly) await city.open()
  try {
    if (flags.data !== undefined) await enrol(flags.data, city.enrolments)
    if (flags.data !== undefined && !flags.enrolOnly) await setTimeout(KNOWN_WITHIN_MS)
    if (flags.enrolOnly) console.log(JSON.stringify({ enrolled: city.members.length, data: flags.data }))
    else await drive(city, recipe, flags)
  } finally {
    await city.stop()
  }
}

async function makeCity(recipe: FleetRecipe, rate: number, known: readonly Enrolment[]): Promise<SimulatedCity> {
  const { buses, meters, worksites, others, seed, modbusHost, modbusPort } = recipe
  const secrets = new Map(known.map(({ device, secret }) => [device.id, secret]))
  // Whoever names another host than this one wants to be reached from there.
  const modbus = { host: modbusHost, listen: modbusHost === '127.0.0.1' || modbusHost === 'localhost' ? '127.0.0.1' : '0.0.0.0', port: modbusPort }
  const city = createCity({ seed, buses, meters, worksites, others, rate, now: Date.now, catalogue: await loadCatalogue({}), modbus, secrets })
  const missing = known.length === 0 ? [] : city.members.filter(({ device }) => !secrets.has(device.id))
  if (missing.length > 0) {
    throw new GatewayError('SIMULATION_FAILED', `the fleet has no line for ${missing.length} of its devices, such as ${missing[0]?.device.id}: write it anew`)
  }
  return city
}

async function drive(city: SimulatedCity, recipe: FleetRecipe, flags: SimulateFlags): Promise<void> {
  const ca = flags.cafile === undefined ? undefined : await authorityIn(flags.cafile)
  const began = performance.now()
  const seconds = (): number => Math.round((performance.now() - began) / 1000)
  await city.start({ mqttUrl: flags.mqtt, ...(ca !== undefined && { ca }) })
  const progress = setInterval(() => console.error(progressLine(seconds(), city.stats())), 1000)
  await ending(flags.duration)
  clearInterval(progress)
  // How many were connected is told as it was before they hung up; the rest includes the last acknowledgements.
  const { connected, connections } = city.stats()
  await city.stop()
  const stats = { ...city.stats(), connected, connections }
  const { seed, buses, meters, worksites } = recipe
  console.log(JSON.stringify({ seed, buses, meters, worksites, rate: flags.rate, seconds: seconds(), ...stats }))
  const reports = city.members.some(({ speaks }) => speaks.type === 'reports')
  if (!reports || stats.acknowledged > 0) return
  console.error(`nothing was acknowledged by ${flags.mqtt}${stats.lastProblem === undefined ? '' : `: ${stats.lastProblem}`}`)
  process.exitCode = 1
}

async function authorityIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GatewayError('SIMULATION_FAILED', `--cafile: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new GatewayError('SIMULATION_FAILED', `--cafile: there is no certificate (PEM) in ${file}`)
}

function progressLine(seconds: number, stats: CityStats): string {
  const { connected, connections, published, acknowledged, pending, latencyMs, modbusRequests, reconnects, lastProblem } = stats
  const parts = [
    `${seconds} s`,
    `connected ${connected}/${connections}`,
    `sent ${published}`,
    `acknowledged ${acknowledged}`,
    `waiting ${pending}`,
    `latency p50 ${shownMs(latencyMs.p50)} p99 ${shownMs(latencyMs.p99)}`,
    `Modbus ${modbusRequests}`,
  ]
  if (reconnects > 0) parts.push(`lost ${reconnects}${lastProblem === undefined || connected === connections ? '' : ` (${lastProblem})`}`)
  return parts.join('  ')
}

function flagProblem(command: Command, flags: SimulateFlags): string | undefined {
  if (flags.protocol !== undefined) return linkFlagProblem(command, flags)
  const repeated = IN_THE_FLEET.find(name => command.getOptionValueSource(name) === 'cli')
  const long = command.options.find(option => option.attributeName() === repeated)?.long
  if (flags.fleet !== undefined && repeated) return `${long} stands in the fleet file already: leave it out`
  if (flags.writeFleet !== undefined && (flags.fleet !== undefined || flags.data !== undefined)) return '--write-fleet stands alone: it only writes a file'
  if (flags.writeFleet !== undefined && flags.modbusPort === 0) return '--modbus-port 0 takes any free port, which a file can not know: name one'
  if (flags.cafile !== undefined && !/^(?:mqtts|wss):/.test(flags.mqtt))
    return '--cafile is about TLS: give --mqtt as mqtts://HOST:PORT or wss://HOST:PORT/mqtt'
  if (flags.enrolOnly && flags.data === undefined) return '--enrol-only needs --data, the data folder whose registry gets the devices'
  if (flags.writeFleet === undefined && flags.data === undefined && flags.fleet === undefined) {
    return 'the gateway does not know these devices: give --data with its data folder when it runs on this machine, or --fleet with a file that it was given too'
  }
  return undefined
}

/** What says something of a city only. */
const OF_A_CITY = ['mqtt', 'cafile', 'buses', 'meters', 'worksites', 'others', 'fleet', 'writeFleet', 'modbusHost', 'modbusPort'] as const

function linkFlagProblem(command: Command, { protocol, enrolOnly, data }: SimulateFlags): string | undefined {
  if (!simulatedProtocols.includes(protocol ?? '')) return `there are no simulated devices of '${protocol}': expected one of ${simulatedProtocols.join(', ')}`
  const useless = OF_A_CITY.find(name => command.getOptionValueSource(name) === 'cli')
  if (useless) return `${command.options.find(option => option.attributeName() === useless)?.long} is about a city: leave it out, or --protocol`
  return enrolOnly && data === undefined ? '--enrol-only needs --data, the data folder whose registry gets the devices' : undefined
}

function mqttUrl(text: string): string {
  const url = /^[a-z]+:\/\//.test(text) ? text : `mqtt://${text}`
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:1883, mqtts://host:port, ws://host:port/mqtt or wss://host:port/mqtt.')
  }
  if (parsed.username !== '' || parsed.password !== '') throw new InvalidArgumentError('Each device signs in for itself: leave name and password out.')
  return url
}

function decimal(text: string): number {
  if (!/^[0-9]{1,9}(\.[0-9]{1,6})?$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('Expected a number above 0, such as 0.5.')
  return Number(text)
}

function port(text: string): number {
  const number = wholeNumber(text)
  if (number > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.')
  return number
}
