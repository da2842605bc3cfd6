/**
 * What HJ 212 stations cost: decoding beside telemetry, and 2,000 stations at 0.5 Hz over sockets of their own into the store. `node test/bench/hj212.bench.ts [stations] [seconds]`; prints
 * figures, asserts nothing.
 */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { encodeData, groupsOf } from '../../devices/protocols/hj212/encode.ts'
import { explainHj212 } from '../../devices/protocols/hj212/explain.ts'
import { nextPiece } from '../../devices/protocols/hj212/frame.ts'
import { readMapping } from '../../devices/protocols/hj212/mapping.ts'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { dataFolder, startGateway } from '../support/gateway.ts'
import { usage } from './processes.ts'

const STATIONS = Number(process.argv[2] ?? 2000)
const SECONDS = Number(process.argv[3] ?? 60)
const RATE = 0.5
const AT = 1_767_225_600_000
const catalogue = await loadCatalogue({})
const many = Array.from({ length: 256 }, (_, index) => index)

const site = { pm25: 48.5, tsp: 205.7, noise: 66.4, temperature: -1.5, humidity: 71, pressure: 101.6, windSpeed: 3.2, windDirection: 315 }
const packets = many.map(index => hj212Packet(index))
row('telemetry: worksite sample, protobuf', 'citygate-worksite-unit', 'telemetry', many.map(telemetry))
row('hj212: worksite, nine factors with flags', 'hj212-worksite-dust', 'hj212', packets)
timed('hj212: found in a stream', packets, bytes => nextPiece(bytes, 0))
const explained = catalogue.model('hj212-worksite-dust')
timed('hj212: explained byte by byte', packets, bytes => explainHj212(bytes, explained?.model, explained?.kind))
if (STATIONS > 0) await fleet()

function hj212Packet(index: number): Buffer {
  const entry = catalogue.model('hj212-worksite-dust')
  if (!entry) throw new Error('no model hj212-worksite-dust')
  const mapping = readMapping(entry.model, entry.kind)
  const head = { qn: '20260101080000000', st: '39', pw: '123456', mn: 'BENCH0001', flag: 5 }
  return Buffer.concat(encodeData(head, 'realTime', AT + index * 1000, groupsOf(mapping, 'realTime', { ...site, pm10: 121 + (index % 9) }), mapping))
}

function telemetry(index: number): Uint8Array {
  const worksite = { timeMs: AT + index, pm25Ugm3: 48.5, pm10Ugm3: 121 + (index % 9), tspUgm3: 205.7, noiseDba: 66.4, temperatureC: -1.5 }
  return encodeTelemetry({ worksite: { ...worksite, humidityPercent: 71, pressureKpa: 101.6, windSpeedMps: 3.2, windDirectionDeg: 315 } })
}

function row(name: string, model: string, channel: string, payloads: readonly Uint8Array[]): void {
  const decoder = catalogue.model(model)?.decoderFor(channel)
  timed(name, payloads, payload => decoder?.decode(payload, { receivedAt: AT }))
}

/** The best of three rounds, in processor time of this thread. */
function timed(name: string, payloads: readonly Uint8Array[], work: (payload: Uint8Array) => unknown): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const until = performance.now() + 700
    const start = process.threadCpuUsage()
    let count = 0
    for (; performance.now() < until; count += payloads.length) for (const payload of payloads) work(payload)
    const { user, system } = process.threadCpuUsage(start)
    best = Math.min(best, ((user + system) * 1000) / count)
  }
  const bytes = Math.round(payloads.reduce((sum, { length }) => sum + length, 0) / payloads.length)
  console.log(`${name.padEnd(48)} ${String(Math.round(best)).padStart(7)} ns  ${String(bytes).padStart(4)} bytes`)
}

/** The gateway in a process of its own, the stations in another. */
async function fleet(): Promise<void> {
  const data = await dataFolder()
  const gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', '0', '--hj212', '0', '--log-level', 'warn'] })
  const address = /hj212:\/\/([\d.]+:\d+)/.exec(gateway.output())?.[1]
  if (address === undefined) throw new Error(`the gateway does not say where stations dial in:\n${gateway.output()}`)
  const cli = join(import.meta.dirname, '..', '..', 'gateway', 'cli', 'citygate.ts')
  const words = ['simulate', '--protocol', 'hj212', '--count', String(STATIONS), '--rate', String(RATE), '--to', address, '--data', data]
  const running = promisify(execFile)(process.execPath, [cli, ...words, '--duration', String(SECONDS)], { maxBuffer: 1 << 24 })
  const received = async (): Promise<number> => (await gateway.get<{ received: number }>('/account')).received
  await pause((SECONDS * 1000) / 3)
  const [before, framesBefore] = [usage(gateway.pid), await received()]
  await pause((SECONDS * 1000) / 2)
  const [after, framesAfter] = [usage(gateway.pid), await received()]
  const { stdout } = await running
  await pause(2000)
  const account = await gateway.get<{ received: number; stored: number; duplicate: number; rejected: number; pending: number }>('/account')
  const stats = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { acknowledged: number; latencyMs: { p50: number; p99: number } }
  const frames = framesAfter - framesBefore
  console.log(
    `${STATIONS} stations at ${RATE} Hz for ${SECONDS} s: ${stats.acknowledged} answered, p50 ${stats.latencyMs.p50} ms, p99 ${stats.latencyMs.p99} ms`,
  )
  console.log(
    `  gateway: ${((1e6 * (after.cpuSeconds - before.cpuSeconds)) / frames).toFixed(0)} µs of processor time a frame from socket to store (${Math.round(frames / (SECONDS / 2))} frames/s), ${Math.round(after.memoryBytes / 1e6)} MB`,
  )
  console.log(`  account: ${JSON.stringify(account)}`)
  await gateway.stop()
  await rm(data, { recursive: true, force: true })
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
