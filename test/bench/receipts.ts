import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfluxd } from '../support/influxd.ts'
import type { Line, Round } from './figures.ts'
import { gatewayFor, SECRET } from './gateway-contender.ts'
import type { Load } from './generator.ts'
import { generate, onAllCores, script, startTaking, usage } from './processes.ts'

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

async function citygate(load: Omit<Load, 'port'>, words: readonly string[] = []): Promise<Measured> {
  const gateway = await gatewayFor(load, words)
  try {
    return await measured(gateway.pid, { ...load, port: gateway.mqttPort, secret: SECRET })
  } finally {
    await gateway.drop()
  }
}

async function laneAlone(load: Omit<Load, 'port'>): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'citygate-bench-'))
  const lane = await startTaking(script('lane-alone.ts', folder, load.prefix, String(load.connections)))
  try {
    return await measured(lane.pid, { ...load, port: Number(lane.firstLine), secret: SECRET })
  } finally {
    await lane.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Receipts beside Aedes as it comes, which acknowledges from memory and does nothing else. Of the gateway once broker and journal alone, which is what a receipt takes; and once the whole
 * gateway, which decodes and stores the frames in SQLite at the same time, in what the receipts leave of the thread.
 */
export async function receipts(inFlight: number, effort: Effort): Promise<readonly (readonly [Line, readonly Round[]])[]> {
  const load = { ...common, inFlight, warmUpSeconds: WARM_UP_SECONDS, seconds: effort.seconds }
  const alone: Round[] = []
  const whole: Round[] = []
  const cpu: Round[] = []
  for (let round = 0; round < effort.rounds; round++) {
    const reference = await rawAedes(load)
    const lane = await laneAlone(load)
    const gateway = await citygate(load)
    alone.push({ figure: lane.perSecond, reference: reference.perSecond })
    whole.push({ figure: gateway.perSecond, reference: reference.perSecond })
    cpu.push({ figure: lane.cpuUs, reference: reference.cpuUs })
  }
  const least = inFlight === 1 ? 1.1 : 5
  const line = (id: string, what: string, unit: string, aim: Line['aim']): Line => ({
    id: `acked-${inFlight}${id}`,
    what: `${what}, ${CONNECTIONS} connections, ${inFlight} in flight`,
    unit,
    reference: 'raw Aedes',
    aim,
  })
  return [
    [line('', 'acknowledged and synced', 'msg/s', { of: 'ratio', least }), alone],
    [line('-whole', 'the same while decoding and storing', 'msg/s', { of: 'ratio', least: inFlight === 1 ? 1 : 4 }), whole],
    [line('-cpu', 'CPU an acknowledged message', 'µs', { of: 'ratio', most: inFlight === 1 ? 0.7 : 0.2 }), cpu],
  ]
}

/** How late receipts come at a steady load that is decoded and stored at the same time. */
export async function lateness(effort: Effort): Promise<readonly (readonly [Line, readonly Round[]])[]> {
  const load = { ...common, inFlight: 20, perSecond: 15_000, warmUpSeconds: WARM_UP_SECONDS + 1, seconds: effort.seconds }
  const embedded: Round[] = []
  const influx: Round[] = []
  const influxd = await onAllCores(startInfluxd)
  try {
    for (let round = 0; round < effort.rounds; round++) {
      embedded.push({ figure: (await citygate(load)).p99Ms })
      influx.push({ figure: (await citygate(load, ['--series', 'influx', '--influx-url', influxd.url, '--influx-db', `bench${round}`])).p99Ms })
    }
  } finally {
    await influxd.stop()
  }
  const line = (id: string, store: string): Line => ({
    id,
    what: `PUBACK p99 at 15,000 msg/s, stored in ${store}`,
    unit: 'ms',
    aim: { of: 'figure', most: 10 },
  })
  return [
    [line('p99', 'InfluxDB'), influx],
    [line('p99-embedded', 'SQLite'), embedded],
  ]
}
