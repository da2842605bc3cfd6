import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { ElectricLoad } from '../../devices/simulators/meter/electricity.ts'
import { loadCurves } from '../../devices/simulators/meter/load-curve.ts'
import { SerialBus } from '../../devices/simulators/modbus/serial-bus.ts'
import { ModbusUnit } from '../../devices/simulators/modbus/unit.ts'
import { seededRandom } from '../../devices/simulators/random.ts'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'

let gateway: GatewayProcess
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway()
  for (const unit of [1, 2]) {
    const more = unit === 1 ? ['--secret', 'a-secret-of-the-dtu'] : ['--behind', 'dtu-1']
    const words = ['--id', `dtu-${unit}`, '--model', 'eastron-sdm630', '--org', 'test', '--link', 'mqtt://dtu-1', '--unit', String(unit), ...more]
    expect(await gateway.citygate('device', 'add', ...words)).toMatchObject({ code: 0 })
  }
  client = await connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { username: 'dtu-1', password: 'a-secret-of-the-dtu' })
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop()
})

it('a DTU that speaks MQTT: two meters behind it are asked, their values stored, every frame accounted for', async () => {
  const entry = (await loadCatalogue({})).model('eastron-sdm630')
  const [curve] = loadCurves
  if (!entry || !curve) throw new Error('the model is gone')
  const units = new Map([1, 2].map(unit => [unit, new ModbusUnit(unit, entry.model, new ElectricLoad(curve, seededRandom(String(unit))))] as const))
  const bus = new SerialBus({ units, now: Date.now })
  const party = bus.join(bytes => void client.publish('up/dtu-1/modbus', Buffer.from(bytes), { qos: 1 }))
  client.on('message', (_topic, payload) => party.take(payload))
  await client.subscribeAsync('down/dtu-1/modbus')
  for (const device of ['dtu-1', 'dtu-2']) {
    const latest = (): Promise<unknown> => gateway.get(`/devices/${device}/latest`)
    await expect.poll(latest, { timeout: 20_000, interval: 300 }).toMatchObject({ values: { voltageL1: { value: expect.any(Number) } } })
  }
  bus.stop()
  const account = (device: string): Promise<unknown> => gateway.get(`/devices/${device}/account`)
  for (const device of ['dtu-1', 'dtu-2']) await expect.poll(() => account(device), { timeout: 5_000 }).toMatchObject({ rejected: 0, pending: 0 })
}, 60_000)
