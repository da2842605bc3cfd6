import { loadCatalogue } from '../devices/catalogue.ts'
import { createCity, type SimulatedCity } from '../devices/simulators/index.ts'
import type { Config } from './config/config.ts'
import { type RunningGateway, runGateway } from './main.ts'
import type { Registry } from './registry/registry.ts'

/** How much of a city to simulate. */
export interface DemoOptions {
  /** No simulated city: the gateway alone. */
  readonly empty: boolean
  readonly buses: number
  readonly meters: number
  readonly worksites: number
  readonly others: number
}

/** The same streets at every start, so that yesterday's tracks and today's belong together. */
const SEED = 'citygate-demo'

/** Starts a gateway and, unless `empty`, a simulated city whose devices sign in to it over real sockets like any other. */
export async function runDemo(config: Config, options: DemoOptions): Promise<RunningGateway> {
  const gateway = await runGateway(config)
  try {
    await removeSimulated(gateway.registry)
    if (options.empty) return gateway
    const { buses, meters, worksites, others } = options
    // Port 0: any free port for each of the simulated Modbus servers, so that nothing else on this machine is in the way.
    const city = createCity({ seed: SEED, buses, meters, worksites, others, rate: 1, now: Date.now, catalogue: await loadCatalogue({}), modbus: { port: 0 } })
    await enrol(city, gateway)
    const note = `  ${buses} buses, ${meters} meters, ${worksites} worksites and ${others} other things are simulated: they are synthetic, and marked as such.\n`
    return { ...gateway, greeting: `${gateway.greeting}${note}`, stop: () => gateway.stop().finally(() => city.stop()) }
  } catch (error) {
    await gateway.stop()
    throw error
  }
}

async function enrol(city: SimulatedCity, gateway: RunningGateway): Promise<void> {
  await city.open()
  await gateway.registry.addDevices(city.enrolments)
  await city.start({ mqttUrl: gateway.mqttUrl })
}

/** Simulated devices of an earlier start have other secrets and ports. What was stored of them stays. */
async function removeSimulated(registry: Registry): Promise<void> {
  const simulated = [...registry.all()].filter(device => device.simulated).map(device => device.id)
  if (simulated.length > 0) await registry.removeDevices(simulated)
}
