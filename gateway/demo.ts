import { loadCatalogue } from '../devices/catalogue.ts'
import { createCity, type SimulatedCity } from '../devices/simulators/index.ts'
import type { LinkFleet } from '../devices/simulators/link-fleet.ts'
import { linkFleets } from '../devices/simulators/link-fleets.ts'
import type { Config } from './config/config.ts'
import { type RunningGateway, runGateway } from './main.ts'
import type { Catalogue } from './model/device.ts'
import type { Registry } from './registry/registry.ts'

/** How much of a city to simulate. */
export interface DemoOptions {
  /** No simulated city: the gateway alone. */
  readonly empty: boolean
  readonly buses: number
  readonly meters: number
  readonly worksites: number
  readonly others: number
  /** Devices of each protocol that dials in by itself: vehicle terminals, environment stations, meters behind DTUs, edge nodes. */
  readonly dialling: number
}

/** The same streets at every start, so that yesterday's tracks and today's belong together. */
const SEED = 'citygate-demo'
/** Who puts the simulated devices into the registry. */
const demo = { type: 'gateway', name: 'demo' } as const

/** Starts a gateway and, unless `empty`, a simulated city whose devices sign in to it over real sockets like any other. */
export async function runDemo(config: Config, options: DemoOptions): Promise<RunningGateway> {
  const { buses, meters, worksites, others, dialling } = options
  const dialled = !options.empty && dialling > 0
  const gateway = await runGateway(dialled ? withLinks(config) : config)
  const stops = [() => gateway.stop()]
  // The devices hang up after the gateway: what they have sent is acknowledged or sent again another day.
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0)) await step()
  }
  try {
    await removeSimulated(gateway.registry)
    if (options.empty) return gateway
    const catalogue = await loadCatalogue({})
    // Port 0: any free port for each of the simulated Modbus servers, so that nothing else on this machine is in the way.
    const city = createCity({ seed: SEED, buses, meters, worksites, others, rate: 1, now: Date.now, catalogue, modbus: { port: 0 } })
    stops.push(() => city.stop())
    await enrol(city, gateway)
    if (dialled) {
      const fleets = fleetsFor(gateway, catalogue, dialling)
      await gateway.registry.as(demo).addDevices(fleets.flatMap(({ enrolments }) => enrolments))
      for (const fleet of fleets) {
        stops.push(() => fleet.stop())
        await fleet.start()
      }
    }
    const all = dialled ? `, and ${dialling} devices of each protocol that dials in by itself` : ''
    const note = `  ${buses} buses, ${meters} meters, ${worksites} worksites and ${others} other things${all} are simulated: they are synthetic, and marked as such.\n`
    return { ...gateway, greeting: `${gateway.greeting}${note}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Ports for devices that dial in, any free ones where none are named: a demonstration shows all ways in. */
function withLinks(config: Config): Config {
  const { jt808 = 0, hj212 = 0, dtu = 0 } = config.links
  return { ...config, links: { ...config.links, jt808, hj212, dtu } }
}

/** Fleets of a few devices each, once a second or, where the gateway asks, as often as it does. */
function fleetsFor(gateway: RunningGateway, catalogue: Catalogue, count: number): readonly LinkFleet[] {
  return linkFleets.map(({ id, make }) => {
    const { hostname, port } = new URL(gateway.linkUrls[id] ?? (id === 'sparkplug' ? gateway.mqttUrl : (gateway.linkUrls.dtu ?? '')))
    return make({ seed: SEED, count, rate: id === 'jt808' ? 0.5 : 0.1, host: hostname, port: Number(port), now: Date.now, catalogue })
  })
}

async function enrol(city: SimulatedCity, gateway: RunningGateway): Promise<void> {
  await city.open()
  await gateway.registry.as(demo).addDevices(city.enrolments)
  await city.start({ mqttUrl: gateway.mqttUrl })
}

/** Simulated devices of an earlier start have other secrets and ports. What was stored of them stays. */
async function removeSimulated(registry: Registry): Promise<void> {
  const simulated = [...registry.all()].filter(device => device.simulated).map(device => device.id)
  if (simulated.length > 0) await registry.as(demo).removeDevices(simulated)
}
