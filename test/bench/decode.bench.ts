/** Prints what decoding costs, in nanoseconds of the thread's processor time a frame, so that a busy machine does not count. `node test/bench/decode.bench.ts`; asserts nothing. */
import { loadCatalogue } from '../../devices/catalogue.ts'
import { readRequest, readResponse } from '../../devices/protocols/modbus/frame.ts'
import { planPolls } from '../../devices/protocols/modbus/plan.ts'
import { encodeRegisters } from '../../devices/protocols/modbus/registers.ts'
import { encodeTelemetry, type TelemetryMessage } from '../../devices/protocols/telemetry/encode.ts'
import type { Decoder } from '../../gateway/model/decoded.ts'
import type { Model } from '../../gateway/model/device.ts'
import { allVectors } from '../devices/vectors.ts'

const SECONDS = 0.7
const ROUNDS = 3
const catalogue = await loadCatalogue()
const vectors = await allVectors()

const bus = (index: number): { readonly bus: Extract<TelemetryMessage, { bus: unknown }>['bus'] } => ({
  bus: {
    fixTimeMs: 1_767_225_600_000 + index * 1000,
    latitude: 31.2304 + index * 1e-5,
    longitude: 121.4737 + index * 1e-5,
    speedKmh: 20 + (index % 300) / 10,
    headingDeg: index % 360,
    route: '71',
    trip: '71-0042',
    occupancy: index % 90,
    odometerKm: 184_223.7 + index * 0.01,
    doorOpen: index % 9 === 0,
    satellites: 14,
    fix: 'FIX_3D',
  },
})
const site = (index: number): TelemetryMessage => ({
  worksite: {
    timeMs: 1_767_225_600_000 + index,
    pm25Ugm3: 48.5,
    pm10Ugm3: 121 + (index % 9),
    noiseDba: 66.4,
    windSpeedMps: 3.2,
    windDirectionDeg: 315,
    temperatureC: -1.5,
    humidityPercent: 71,
    craneLoadT: 4.75,
  },
})
const meter = (index: number): TelemetryMessage => ({
  meter: {
    timeMs: 1_767_225_600_000 + index,
    registers: ['1.8.0', '16.7.0', '32.7.0', '52.7.0', '72.7.0', '14.7.0'].map((name, place) => ({ name, value: 10 * place + (index % 7) / 10 })),
  },
})
const many = Array.from({ length: 256 }, (_, index) => index)

row(
  'telemetry: bus position, protobuf',
  'citygate-bus-unit',
  many.map(index => encodeTelemetry(bus(index))),
)
row(
  'telemetry: bus position, JSON',
  'citygate-bus-unit',
  many.map(index => json(bus(index))),
)
row(
  'telemetry: worksite sample, protobuf',
  'citygate-worksite-unit',
  many.map(index => encodeTelemetry(site(index))),
)
row(
  'telemetry: meter with six registers, protobuf',
  'citygate-meter-unit',
  many.map(index => encodeTelemetry(meter(index))),
)
row(
  'telemetry: batch of 100 bus positions, protobuf (a position)',
  'citygate-bus-unit',
  [encodeTelemetry({ batch: { items: many.slice(0, 100).map(bus) } })],
  100,
)
row(
  'modbus: SDM630, 13 values of one block',
  'eastron-sdm630',
  many.map(index => exchange('eastron-sdm630', { voltageL1: 230 + index / 100, currentL1: 5.2, activePower: 3.35, frequency: 50.02 })),
)
row(
  'modbus: TUF-2000M, 5 values and the clock',
  'tuf-2000m',
  many.map(index => exchange('tuf-2000m', { flow: index / 7, total: 1033.25, temperature: 11.5, signalQuality: 88 })),
)
row(
  'modbus: Renke, 10 values',
  'renke-rs-fsxcs-n01',
  many.map(index => exchange('renke-rs-fsxcs-n01', { noise: 40 + index / 10, pm10: 121, temperature: -1.5 })),
)
row(
  'modbus: DTSD1352, 7 values of one block, 6 of them multiplied',
  'acrel-dtsd1352',
  many.map(index => exchange('acrel-dtsd1352', { voltageL1: 230 + index / 10, currentL1: 5.2, frequency: 50.02 })),
)
row(
  'modbus: an answer with a wrong CRC',
  'eastron-sdm630',
  many.map(index => exchange('eastron-sdm630', { voltageL1: index }).fill(0x55, 20, 21)),
)
row('jt808: location with items', 'jt808-bus-terminal', framesOf('jt808', 'jt808-bus-terminal'))
row('hj212: dust and noise', 'hj212-worksite-dust', framesOf('hj212', 'hj212-worksite-dust'))
row('dlt645: block of three voltages, request and answer', 'dlt645-three-phase', framesOf('dlt645', 'dlt645-three-phase', 'request and answer'))
row('cjt188: water meter, request and answer', 'cjt188-water-meter', framesOf('cjt188', 'cjt188-water-meter', 'request and answer'))
row('sparkplug: data by alias', 'sparkplug-energy-node', framesOf('sparkplug', 'sparkplug-energy-node', 'data by alias'))

/** Published and hand-made frames of a protocol that its model reads. */
function framesOf(protocol: string, model: string, name = ''): Uint8Array[] {
  return vectors
    .filter(vector => vector.protocol === protocol && vector.model === model && vector.name.includes(name))
    .filter(({ expect }) => expect.ok && expect.readings.length === 1)
    .map(({ hex }) => Buffer.from(hex, 'hex'))
}

function json(message: TelemetryMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message))
}

function exchange(id: string, values: Readonly<Record<string, number>>): Uint8Array {
  const model = modelOf(id)
  const [block] = planPolls(model)
  if (!block) throw new Error(`${id} plans no reads`)
  const registers = encodeRegisters(model, values, 1_767_225_600_000)
  const words = Array.from({ length: block.count }, (_, index) => registers.get(block.address + index) ?? 0)
  return Buffer.concat([readRequest(1, block), readResponse(1, block.functionCode, Uint8Array.from(words.flatMap(word => [word >> 8, word & 255])))])
}

function modelOf(id: string): Model {
  const entry = catalogue.model(id)
  if (!entry) throw new Error(`no model ${id}`)
  return entry.model
}

function row(name: string, model: string, payloads: readonly Uint8Array[], per = 1): void {
  const decoder = catalogue.model(model)?.decoderFor(modelOf(model).protocol)
  if (!decoder) throw new Error(`no decoder for ${model}`)
  const best = Math.min(...Array.from({ length: ROUNDS }, () => nanoseconds(decoder, payloads)))
  const bytes = Math.round(payloads.reduce((sum, payload) => sum + payload.length, 0) / payloads.length)
  console.log(
    `${name.padEnd(62)} ${Math.round(best / per)
      .toString()
      .padStart(6)} ns  ${bytes.toString().padStart(5)} bytes`,
  )
}

function nanoseconds(decoder: Decoder, payloads: readonly Uint8Array[]): number {
  const context = { receivedAt: 1_767_225_600_000 }
  const until = performance.now() + SECONDS * 1000
  const start = process.threadCpuUsage()
  let frames = 0
  while (performance.now() < until) {
    for (const payload of payloads) decoder.decode(payload, context)
    frames += payloads.length
  }
  const { user, system } = process.threadCpuUsage(start)
  return ((user + system) * 1e3) / frames
}
