import { setTimeout } from 'node:timers/promises'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { LinkFleet, LinkFleetStats } from '../../devices/simulators/link-fleet.ts'
import { linkFleets } from '../../devices/simulators/link-fleets.ts'
import { GatewayError } from '../model/errors.ts'
import { enrol, KNOWN_WITHIN_MS } from './simulated-enrolment.ts'
import { ending, shownMs } from './simulation-ending.ts'

/** What `--protocol` may name. */
export const simulatedProtocols: readonly string[] = linkFleets.map(({ id }) => id)

/** `citygate simulate --protocol`. */
export interface LinkSimulation {
  readonly protocol: string
  readonly count: number
  readonly rate: number
  /** `host:port`, or a host alone for the protocol's usual port. */
  readonly to: string
  readonly seed: string
  readonly data?: string
  readonly enrolOnly?: true
  readonly duration?: number
}

/** Drives a gateway with the devices of one protocol, over the sockets that real ones use. Throws SIMULATION_FAILED when it can not. */
export async function simulateLinks(simulation: LinkSimulation): Promise<void> {
  const { protocol, count, rate, seed, data, enrolOnly } = simulation
  const entry = linkFleets.find(each => each.id === protocol)
  if (!entry) throw new GatewayError('SIMULATION_FAILED', `there are no simulated devices of '${protocol}': expected one of ${simulatedProtocols.join(', ')}`)
  const { host, port } = readPlace(simulation.to, entry.usualPort)
  const fleet = entry.make({ seed, count, rate, host, port, now: Date.now, catalogue: await loadCatalogue({}) })
  if (data !== undefined) await enrol(data, fleet.enrolments)
  if (enrolOnly) return console.log(JSON.stringify({ enrolled: fleet.enrolments.length, data }))
  if (data !== undefined) await setTimeout(KNOWN_WITHIN_MS)
  await drive(fleet, simulation)
}

async function drive(fleet: LinkFleet, { protocol, count, rate, seed, to, duration }: LinkSimulation): Promise<void> {
  const began = performance.now()
  const seconds = (): number => Math.round((performance.now() - began) / 1000)
  await fleet.start()
  const progress = setInterval(() => console.error(progressLine(seconds(), count, fleet.stats())), 1000)
  await ending(duration)
  clearInterval(progress)
  // How many were connected is told as it was before they hung up; the rest includes the last receipts.
  const { connected } = fleet.stats()
  await fleet.stop()
  const stats = { ...fleet.stats(), connected }
  console.log(JSON.stringify({ protocol, seed, count, rate, seconds: seconds(), ...stats }))
  if (stats.acknowledged > 0) return
  console.error(`nothing was acknowledged by ${to}${stats.lastProblem === undefined ? '' : `: ${stats.lastProblem}`}`)
  process.exitCode = 1
}

function progressLine(seconds: number, count: number, stats: LinkFleetStats): string {
  const { connected, published, acknowledged, pending, latencyMs, reconnects, lastProblem } = stats
  const parts = [
    `${seconds} s`,
    `connected ${connected}/${count}`,
    `sent ${published}`,
    `acknowledged ${acknowledged}`,
    `waiting ${pending}`,
    `latency p50 ${shownMs(latencyMs.p50)} p99 ${shownMs(latencyMs.p99)}`,
  ]
  if (reconnects > 0) parts.push(`lost ${reconnects}${lastProblem === undefined || connected === count ? '' : ` (${lastProblem})`}`)
  return parts.join('  ')
}

function readPlace(to: string, usualPort: number): { readonly host: string; readonly port: number } {
  const parsed = URL.canParse(`tcp://${to}`) ? new URL(`tcp://${to}`) : undefined
  const port = parsed?.port === '' ? usualPort : Number(parsed?.port)
  if (!parsed || parsed.hostname === '' || parsed.pathname !== '' || parsed.username !== '' || !(port >= 1)) {
    throw new GatewayError('SIMULATION_FAILED', `'${to}': expected host:port, such as 127.0.0.1:${usualPort}`)
  }
  return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port }
}
