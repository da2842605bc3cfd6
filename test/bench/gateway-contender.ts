import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Registry } from '../../gateway/registry/registry.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Load, speakerOf } from './generator.ts'
import { takingSide } from './processes.ts'

/** Of every device of the benchmarks. */
export const SECRET = 'a-secret-for-the-benchmark'

/** What the API's `/account` tells of all frames. */
export interface AccountFigures {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly pending: number
}

/** A gateway on a folder of its own, with the devices that a load speaks for. */
export interface GatewayContender extends GatewayProcess {
  account(): Promise<AccountFigures>
  /** Resolves when no frame is pending. */
  drained(): Promise<AccountFigures>
  /** Ends it at once and removes its folder. */
  drop(): Promise<void>
}

export async function gatewayFor(load: Pick<Load, 'prefix' | 'devicesEach' | 'connections'>, words: readonly string[] = []): Promise<GatewayContender> {
  const data = await dataFolder()
  const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
  await registry.start()
  const model = { org: 'bench', model: 'citygate-bus-unit' }
  await registry
    .as(tester)
    .addDevices(
      Array.from({ length: load.connections }, (_, n) => speakerOf(load, n)).flatMap(({ name, devices }) => [
        { device: { id: name, ...model }, secret: SECRET },
        ...devices.filter(id => id !== name).map(id => ({ device: { id, ...model, behind: name }, secret: SECRET })),
      ]),
    )
  await registry.stop()
  const gateway = await startGateway({ data, args: ['--log-level', 'error', '--limits-connections', '20000', ...words], through: takingSide })
  const account = (): Promise<AccountFigures> => gateway.get<AccountFigures>('/account')
  return {
    ...gateway,
    account,
    drained: async () => {
      for (;;) {
        const now = await account()
        if (now.pending === 0) return now
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
    drop: async () => {
      await gateway.kill('SIGKILL')
      await rm(data, { recursive: true, force: true })
    },
  }
}
