import { type LiveSocket, mqttOpener } from '../../../dashboard/live/live-socket.ts'
import { startGateway } from '../../support/gateway.ts'
import { usage } from '../processes.ts'
import { spawnCli } from './spawn-cli.ts'

/** What the gateway's process cost with and without people who watch. */
export interface ViewerCost {
  readonly buses: number
  readonly viewers: number
  /** Parts of one core. */
  readonly without: number
  readonly withThem: number
  /** Bytes a second that one of them got. */
  readonly bytesEach: number
}

const SETTLE_MS = 8_000

/** A real gateway with buses that report once a second over real connections, watched by nobody, and then by so many who see the whole city. */
export async function viewers(options: { readonly buses: number; readonly viewers: number; readonly seconds: number }): Promise<ViewerCost> {
  const gateway = await startGateway({ args: ['--log-level', 'warn'] })
  const simulator = spawnCli([
    'simulate',
    '--mqtt',
    `127.0.0.1:${gateway.mqttPort}`,
    '--data',
    gateway.data,
    '--buses',
    String(options.buses),
    '--meters',
    '0',
    '--worksites',
    '0',
    '--rate',
    '1',
  ])
  await wait(SETTLE_MS)
  const without = await coreOver(gateway.pid, options.seconds)
  let bytes = 0
  const sockets: LiveSocket[] = []
  for (let index = 0; index < options.viewers; index += 1) {
    const open = mqttOpener({
      url: `${gateway.http.replace('http', 'ws')}/mqtt`,
      ticket: async () => {
        const response = await fetch(`${gateway.http}/api/v1/live/tickets`, { method: 'POST' })
        const { username, password }: { username: string; password: string } = await response.json()
        return { username, password, org: '+' }
      },
    })
    const socket = await open({ onTile: (_topic, payload) => (bytes += payload.length), onHeard: () => undefined, onClose: () => undefined })
    socket.subscribe(['live/v1/+/w/t/#'])
    sockets.push(socket)
  }
  await wait(SETTLE_MS)
  bytes = 0
  const withThem = await coreOver(gateway.pid, options.seconds)
  const bytesEach = bytes / options.viewers / options.seconds
  for (const socket of sockets) socket.close()
  await simulator.stop()
  await gateway.stop()
  return { ...options, without, withThem, bytesEach }
}

async function coreOver(pid: number, seconds: number): Promise<number> {
  const before = usage(pid).cpuSeconds
  await wait(seconds * 1_000)
  return (usage(pid).cpuSeconds - before) / seconds
}

async function wait(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
}
