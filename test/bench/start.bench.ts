/** How long `npm start` takes, on a tree that is installed and built, until the page can be opened and until buses move on the map. Prints figures, asserts nothing. */
import { rm } from 'node:fs/promises'
import { dataFolder, startGateway } from '../support/gateway.ts'

interface LiveMap {
  readonly features: readonly {
    readonly geometry: { readonly coordinates: readonly number[] }
    readonly properties: { readonly device: string; readonly kind: string }
  }[]
}

const data = await dataFolder()
const from = performance.now()
const seconds = (): string => `${((performance.now() - from) / 1000).toFixed(1)} s`
const gateway = await startGateway({ data, command: ['demo', '--http', '0', '--mqtt', '0'], args: ['--log-level', 'warn'] })
console.log(`page can be opened after ${seconds()}`)
const first = new Map<string, string>()
for (;;) {
  const { features } = await gateway.get<LiveMap>('/live?bbox=120,30,123,32.5&kinds=bus&limit=20000')
  const moved = features.filter(({ geometry, properties }) => {
    const at = geometry.coordinates.join()
    const before = first.get(properties.device)
    if (before === undefined) first.set(properties.device, at)
    return before !== undefined && before !== at
  })
  if (moved.length >= 100) {
    console.log(`${features.length} buses on the map, ${moved.length} of them seen moving after ${seconds()}`)
    break
  }
  await new Promise(resolve => setTimeout(resolve, 200))
}
await gateway.stop()
await rm(data, { recursive: true, force: true })
