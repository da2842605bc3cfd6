/** A second process for the tests: adds devices one at a time, or so many at once. Arguments: place as JSON, prefix, how many, how many at once. */
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { tester } from '../support/tester.ts'

const [place = '{}', prefix = '', count = '1', atOnce = '1'] = process.argv.slice(2)
const quiet = (): void => undefined
const registry = new Registry({ ...(JSON.parse(place) as RegistryPlace), log: { debug: quiet, info: quiet, warn: quiet, error: quiet }, now: Date.now })
await registry.start()
for (let number = 0; number < Number(count); number += Number(atOnce)) {
  const added = Array.from({ length: Number(atOnce) }, (_, more) => ({ id: `${prefix}-${number + more}`, org: 'pudong-bus', model: 'citygate-bus-unit' }))
  for (const { secret } of await registry.as(tester).addDevices(added.map(device => ({ device })))) console.log(secret)
}
await registry.stop()
