import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { RtuServer } from '../../devices/simulators/modbus/rtu-server.ts'
import { SerialBus } from '../../devices/simulators/modbus/serial-bus.ts'
import { ModbusUnit } from '../../devices/simulators/modbus/unit.ts'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'
import { commandLine } from './run-citygate.ts'

const { run } = commandLine()
let bus: SerialBus
let server: RtuServer
let url = ''
let gateway: GatewayProcess

beforeAll(async () => {
  const model = (await loadCatalogue()).model('citygate-gas-rtu')?.model
  if (!model) throw new Error('no such model')
  const unit = new ModbusUnit(3, model, { sample: at => ({ at, values: { flow: 12.5, valveOpen: true } }) })
  bus = new SerialBus({ units: new Map([[3, unit]]), now: Date.now })
  server = new RtuServer({ host: '127.0.0.1', port: 0, bus })
  await server.start()
  url = `rtu-tcp://127.0.0.1:${server.port}`
  gateway = await startGateway()
  await gateway.citygate('device', 'add', '--id', 'gas', '--org', 'test', '--model', 'citygate-gas-rtu', '--link', url, '--unit', '3')
})
afterAll(async () => {
  await gateway.stop()
  await server.stop()
  bus.stop()
})

describe('a line without a gateway', () => {
  test('is scanned, read and not written without --yes', async () => {
    const found = await run(['modbus', 'scan', url, '--units', '2-4', '--timeout', '100'])
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^unit 3: answers/m) })
    expect(found.stdout).not.toMatch(/^unit [24]:/m)
    const read = await run(['modbus', 'read', url, '--unit', '3', '--function', '4', '--address', '8', '--type', 'f32', '--json'])
    expect(read).toMatchObject({ code: 0, stdout: '{"address":8,"value":12.5}\n' })
    const refused = await run(['modbus', 'write', url, '--unit', '3', '--function', '5', '--address', '0', '--value', '1'])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('03 05 00 00 FF 00') })
    expect(await run(['modbus', 'write', url, '--unit', '3', '--address', '0', '--value', '70000', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('0 to 65535'),
    })
    expect(await run(['modbus', 'read', url, '--unit', '9', '--address', '0', '--timeout', '100'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unit 9 does not answer'),
    })
  })

  test('is reckoned, and a plan that can not be met is refused with the numbers', async () => {
    const link = 'serial:///dev/ttyUSB0?baud=9600'
    const fits = await run(['modbus', 'plan', '--model', 'eastron-sdm630', '--link', link])
    expect(fits).toMatchObject({ code: 0, stdout: expect.stringContaining('input registers') })
    const over = await run(['modbus', 'plan', '--model', 'eastron-sdm630', '--link', link, '--count', '200'])
    expect(over).toMatchObject({ code: 1, stderr: expect.stringMatching(/asks for \d{3,} % of the line's time/) })
  })
})

describe('a line of a gateway', () => {
  test('is shown in the API, and its devices take the orders of their models', async () => {
    await expect
      .poll(() => gateway.get<{ lines: readonly object[] }>('/lines'), { timeout: 20_000 })
      .toMatchObject({ lines: [{ url, connected: true, devices: 1, silent: 0 }] })
    await expect
      .poll(async () => (await gateway.citygate('modbus', 'watch', 'gas', '--times', '1')).stdout, { timeout: 20_000 })
      .toContain('"valveOpen":{"value":true')
    const listed = await gateway.citygate('command', 'gas')
    expect(listed.stdout).toMatch(/valveOpen +false \| true/)
    expect(await gateway.citygate('command', 'gas', 'explode')).toMatchObject({ code: 1, stderr: expect.stringContaining('there are valveOpen') })
    expect(await gateway.citygate('command', 'gas', 'valveOpen', '7')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected one of false, true'),
    })
    const closed = await gateway.citygate('command', 'gas', 'valveOpen', 'false')
    expect(closed).toMatchObject({ code: 0, stdout: expect.stringContaining('confirmed') })
    expect((await gateway.citygate('command', 'gas')).stdout).toMatch(/valveOpen +false +confirmed/)
  }, 60_000)
})
