/** The broker and the journal of the gateway without what comes behind them: what the lane itself costs. Arguments: data folder, devices as `prefix,number`. Prints its port. */
import { join } from 'node:path'
import { Broker } from '../../gateway/broker/broker.ts'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import type { Device, DeviceDirectory } from '../../gateway/model/device.ts'
import type { Log } from '../../gateway/model/log.ts'
import { speakerOf } from './generator.ts'

const [folder = '', prefix = '', number = '0'] = process.argv.slice(2)
const log: Log = { debug: () => undefined, info: () => undefined, warn: (_, message) => console.error(message), error: (_, message) => console.error(message) }
const devices = new Map<string, Device>()
for (let n = 0; n < Number(number); n++) {
  const { name } = speakerOf({ prefix, devicesEach: 1 }, n)
  devices.set(name, { id: name, org: 'bench', model: 'citygate-bus-unit' })
}
const directory: DeviceDirectory = { get: id => devices.get(id), all: () => devices.values(), size: devices.size, version: 1, onChange: () => () => undefined }
const journal = new FileJournal({ folder: join(folder, 'journal'), segmentBytes: 64e6, budgetBytes: 2e9, keepBytes: 0, log })
await journal.open()
// Nobody reads it: what is full goes.
setInterval(() => journal.release(journal.end), 200)
const broker = new Broker({
  host: '127.0.0.1',
  port: 0,
  journal,
  directory,
  authenticator: { device: id => (devices.has(id) ? { type: 'device', device: id } : undefined), token: () => undefined, tokenHolds: () => false },
  tickets: { issue: () => ({ username: '', password: '', expiresInSeconds: 0 }), check: () => undefined, holds: () => false },
  dataFolder: folder,
  log,
  now: Date.now,
})
await broker.start()
console.log(broker.port)
