import type { Line, Round } from './figures.ts'
import { gatewayFor, SECRET } from './gateway-contender.ts'
import type { Load } from './generator.ts'
import { generate, script, startTaking, usage } from './processes.ts'

/** How long and how often. */
export interface Effort {
  readonly rounds: number
  readonly seconds: number
}

interface Measured {
  readonly perSecond: number
  readonly p99Ms: number
  /** Processor time of what takes frames in, µs a message. */
  readonly cpuUs: number
}

const CONNECTIONS = 200
const common = { connections: CONNECTIONS, devicesEach: 1, prefix: 'bench-' }
const WARM_UP_SECONDS = 1

async function measured(pid: number, load: Load): Promise<Measured> {
  let before = usage(pid)
  const result = await generate(load, () => {
    before = usage(pid)
  })
  const cpuSeconds = usage(pid).cpuSeconds - before.cpuSeconds
  return { perSecond: result.acknowledged / result.seconds, p99Ms: result.p99Ms, cpuUs: (cpuSeconds / result.acknowledged) * 1e6 }
}

async function rawAedes(load: Omit<Load, 'port'>): Promise<Measured> {
  const broker = await startTaking(script('aedes-raw.ts'))
  try {
    return await measured(broker.pid, { ...load, port: Number(broker.firstLine) })
  } finally {
    await broker.kill()
  }
}

async function citygate(load: Omit<Load, 'port'>): Promise<Measured> {
  const gateway = await gatewayFor(load)
  try {
    return await measured(gateway.pid, { ...load, port: gateway.mqttPort, secret: SECRET })
  } finally {
    await gateway.drop()
  }
}

/** Receipts beside Aedes as it comes, which acknowledges from memory. The whole gateway runs: frames are decoded and stored in SQLite at the same time, at their lesser share. */
export async function receipts(inFlight: number, effort: Effort): Promise<readonly (readonly [Line, readonly Round[]])[]> {
  const load = { ...common, inFlight, warmUpSeconds: WARM_UP_SECONDS, seconds: effort.seconds }
  const rates: Round[] = []
  const costs: Round[] = []
  for (let round = 0; round < effort.rounds; round++) {
    const reference = await rawAedes(load)
    const ours = await citygate(load)
    rates.push({ figure: ours.perSecond, reference: reference.perSecond })
    costs.push({ figure: ours.cpuUs, reference: reference.cpuUs })
  }
  const least = inFlight === 1 ? 1.1 : 5
  const what = `${CONNECTIONS} connections, ${inFlight} in flight`
  const rate: Line = { id: `acked-${inFlight}`, what: `acknowledged and synced, ${what}`, unit: 'msg/s', reference: 'raw Aedes', aim: { of: 'ratio', least } }
  if (inFlight !== 1) return [[rate, rates]]
  const cpu: Line = { id: `acked-${inFlight}-cpu`, what: `gateway CPU a message, ${what}`, unit: 'µs', reference: 'raw Aedes', aim: { of: 'ratio', most: 0.7 } }
  return [
    [rate, rates],
    [cpu, costs],
  ]
}

/** How late receipts come at a steady load. */
export async function lateness(effort: Effort): Promise<readonly (readonly [Line, readonly Round[]])[]> {
  const load = { ...common, inFlight: 20, perSecond: 15_000, warmUpSeconds: WARM_UP_SECONDS + 1, seconds: effort.seconds }
  const rounds: Round[] = []
  for (let round = 0; round < effort.rounds; round++) rounds.push({ figure: (await citygate(load)).p99Ms })
  return [[{ id: 'p99', what: 'PUBACK p99 at 15,000 msg/s, stored in SQLite', unit: 'ms', aim: { of: 'figure', most: 10 } }, rounds]]
}
