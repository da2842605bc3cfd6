import { setTimeout as pause } from 'node:timers/promises'
import type { Line, Round } from './figures.ts'
import { gatewayFor, SECRET } from './gateway-contender.ts'
import { generateBeside, script, startTaking, usage } from './processes.ts'

/** Long enough for both sides to collect what signing in left behind. */
const SETTLE_MS = 1_500

async function perConnection(pid: number, connections: number, open: () => Promise<() => Promise<void>>): Promise<number> {
  const before = usage(pid).memoryBytes
  const close = await open()
  await pause(SETTLE_MS)
  const after = usage(pid).memoryBytes
  await close()
  return (after - before) / connections / 1024
}

/** Resident memory of a connection that has signed in and says nothing. */
export async function memory(effort: { readonly rounds: number; readonly connections: number }): Promise<readonly (readonly [Line, readonly Round[]])[]> {
  const { connections } = effort
  const load = { connections, devicesEach: 1, prefix: 'idle-', inFlight: 0 }
  const rounds: Round[] = []
  for (let round = 0; round < effort.rounds; round++) {
    const broker = await startTaking(script('aedes-raw.ts'))
    const reference = await perConnection(broker.pid, connections, () => generateBeside({ ...load, port: Number(broker.firstLine) }))
    await broker.kill()
    const gateway = await gatewayFor(load)
    const figure = await perConnection(gateway.pid, connections, () => generateBeside({ ...load, port: gateway.mqttPort, secret: SECRET }))
    await gateway.drop()
    rounds.push({ figure, reference })
  }
  const what = `memory of an idle connection, ${connections.toLocaleString('en')} connections`
  return [[{ id: 'memory', what, unit: 'KiB', reference: 'raw Aedes', aim: { of: 'ratio', most: 1.1 } }, rounds]]
}
