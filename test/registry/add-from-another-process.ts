/** A second process for the tests: adds devices one at a time. Arguments: place as JSON, prefix, how many. */
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { tester } from '../support/tester.ts'

const [place = '{}', prefix = '', count = '1'] = process.argv.slice(2)
const quiet = (): void => undefined
const registry = new Registry({ ...(JSON.parse(place) as RegistryPlace), log: { debug: quiet, info: quiet, warn: quiet, error: quiet }, now: Date.now })
await registry.start()
for (let number = 0; number < Number(count); number++) {
  const { secret } = await registry.as(tester).addDevice({ id: `${prefix}-${number}`, org: 'pudong-bus', model: 'citygate-bus-unit' })
  console.log(secret)
}
await registry.stop()
