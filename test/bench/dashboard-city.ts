/**
 * A FAKE gateway in a process of its own, with a city that drives at 1 Hz: what is measured is the page, and nothing of the gateway. Its words: the folder of the built dashboard, buses. Prints its
 * address when it is ready.
 */
import { FakeGateway } from '../dashboard/fake-gateway.ts'

const [folder = '', buses = '10000'] = process.argv.slice(2)
const gateway = new FakeGateway({ folder, buses: Number(buses), meters: 0, worksites: 0 })
await gateway.start()
gateway.drive()
console.log(gateway.url)
process.once('SIGTERM', () => process.exit())
