import { type Command, InvalidArgumentError } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { SimulatedDtu } from '../../devices/simulators/dtu/simulated-dtu.ts'
import { ElectricLoad } from '../../devices/simulators/meter/electricity.ts'
import { loadCurves } from '../../devices/simulators/meter/load-curve.ts'
import { SerialBus } from '../../devices/simulators/modbus/serial-bus.ts'
import { ModbusUnit } from '../../devices/simulators/modbus/unit.ts'
import { seededRandom } from '../../devices/simulators/random.ts'
import { GatewayError } from '../model/errors.ts'
import { wholeNumber } from './numbers.ts'
import { ending } from './simulation-ending.ts'

interface SimulateFlags {
  readonly to?: { readonly host: string; readonly port: number }
  readonly id: string
  readonly units?: readonly number[]
  readonly model: string
  readonly lineEnd: boolean
  readonly heartbeat: number
  readonly duration?: number
}

const REDIAL_MS = 2_000
const USUAL_PORT = { host: '127.0.0.1', port: 8502 }

/** `citygate dtu simulate`: a DTU with electricity meters behind it, for trying. */
export function registerDtuSimulation(dtu: Command): void {
  dtu
    .command('simulate')
    .description('dial a gateway as a DTU with Modbus electricity meters behind it. Says every second how often each was asked')
    .option('--to <HOST:PORT>', 'the gateway’s port for DTUs (usual: 127.0.0.1:8502)', hostPort)
    .option('--id <ID>', 'what it registers with', '490154203237518')
    .option('--units <LIST>', 'Modbus units behind it, such as 1,2,5 (usual: 1)', unitList)
    .option('--model <MODEL>', 'what they are: a Modbus electricity meter', 'eastron-sdm630')
    .option('--no-line-end', 'leave CR LF behind the registration out')
    .option('--heartbeat <SECONDS>', 'sends `ping` so often; 0: never', wholeNumber, 30)
    .option('--duration <SECONDS>', 'stop after so long (usual: on Ctrl-C)', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  citygate dtu simulate --id DEMO-DTU-1 --units 1,2
  citygate dtu list                       (elsewhere, with a gateway that was started with --dtu 8502)
  citygate dtu probe DEMO-DTU-1
  citygate dtu adopt DEMO-DTU-1 --model eastron-sdm630 --org demo --unit 1`,
    )
    .action(async (flags: SimulateFlags) => simulate(flags))
}

async function simulate(flags: SimulateFlags): Promise<void> {
  const { to = USUAL_PORT, units: numbers = [1] } = flags
  const entry = (await loadCatalogue({})).model(flags.model)
  if (entry?.model.protocol !== 'modbus' || entry.kind.id !== 'electricity-meter')
    throw new GatewayError('SIMULATION_FAILED', `${flags.model} is no electricity meter that speaks Modbus, such as eastron-sdm630`)
  const [curve] = loadCurves
  if (!curve) return
  const units = new Map(numbers.map(unit => [unit, new ModbusUnit(unit, entry.model, new ElectricLoad(curve, seededRandom(`${flags.id} ${unit}`)))] as const))
  const bus = new SerialBus({ units, now: Date.now })
  const heartbeat = flags.heartbeat > 0 && { heartbeat: { bytes: Buffer.from('ping'), everyMs: 1000 * flags.heartbeat } }
  const registration = Buffer.from(`${flags.id}${flags.lineEnd ? '\r\n' : ''}`)
  const dtu = new SimulatedDtu({ ...to, registration, line: bus, redialMs: REDIAL_MS, ...heartbeat })
  dtu.start()
  const began = performance.now()
  const seconds = (): number => Math.round((performance.now() - began) / 1000)
  const asked = (): Record<string, number> => Object.fromEntries(numbers.map(unit => [unit, bus.asked.get(unit) ?? 0]))
  const progress = setInterval(() => {
    const state = dtu.connected ? 'connected' : `not connected to ${to.host}:${to.port}, tried again`
    const requests = Object.entries(asked()).map(([unit, times]) => `unit ${unit} asked ${times} times`)
    console.error([`${seconds()} s`, state, ...requests].join('  '))
  }, 1000)
  await ending(flags.duration)
  clearInterval(progress)
  const { connections } = dtu
  dtu.stop()
  bus.stop()
  console.log(JSON.stringify({ id: flags.id, seconds: seconds(), connections, asked: asked() }))
  if (connections > 0) return
  console.error(`${to.host}:${to.port} could not be reached: is a gateway running with --dtu ${to.port}?`)
  process.exitCode = 1
}

function hostPort(text: string): NonNullable<SimulateFlags['to']> {
  const [, host = '', port = ''] = /^([A-Za-z0-9_.-]{1,253}|\[[0-9a-f:]+\]):(\d{1,5})$/i.exec(text) ?? []
  if (Number(port) < 1 || Number(port) > 65_535) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:8502.')
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

function unitList(text: string): readonly number[] {
  const units = text.split(',').map(Number)
  if (units.length > 64 || units.some(unit => !Number.isInteger(unit) || unit < 1 || unit > 247))
    throw new InvalidArgumentError('Expected units from 1 to 247 with commas between them, such as 1,2,5.')
  return units
}
