/**
 * What JT/T 808 terminals cost: decoding beside telemetry, 1,000 terminals at 1 Hz and 10,000 at 0.1 Hz over sockets of their own into the store, and what a connection holds in memory.
 * `node test/bench/jt808.bench.ts [seconds]`, or as a detail of `npm run bench`; prints figures, asserts nothing.
 */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { encodeFrame } from '../../devices/protocols/jt808/encode.ts'
import { locationBody } from '../../devices/protocols/jt808/encode-terminal.ts'
import { explainJt808 } from '../../devices/protocols/jt808/explain.ts'
import { FrameFinder } from '../../devices/protocols/jt808/frame.ts'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { usage } from './processes.ts'

const SECONDS = Number(process.argv[2] ?? 40)
const AT = 1_767_225_600_000
const catalogue = await loadCatalogue({})
const many = Array.from({ length: 256 }, (_, index) => index)

const frames = many.map(jt808Frame)
decoding('telemetry: bus position, protobuf', 'citygate-bus-unit', 'telemetry', many.map(telemetry))
decoding('jt808: bus, location with five items', 'jt808-bus-terminal', 'jt808', frames)
decoding('jt808: vehicle, location with five items', 'jt808-vehicle-terminal', 'jt808', frames)
timed('jt808: found in a stream', frames, frame => new FrameFinder().take(frame))
const model = catalogue.model('jt808-bus-terminal')?.model
timed('jt808: explained byte by byte', frames, frame => explainJt808(frame, model))
if (SECONDS > 0) {
  await fleet(1_000, 1)
  await fleet(10_000, 0.1)
}

function jt808Frame(index: number): Uint8Array {
  const items = [
    { id: 0x01, data: Uint8Array.of(0, 34, 239, index) },
    { id: 0x02, data: Uint8Array.of(6, index) },
    { id: 0x03, data: Uint8Array.of(1, index) },
    { id: 0x30, data: Uint8Array.of(24) },
    { id: 0x31, data: Uint8Array.of(14) },
  ]
  const location = {
    alarm: 0,
    status: 0xc_0003,
    lat: 31.2304 + index / 1e5,
    lon: 121.4737,
    altitude: 12,
    speed: 33.3,
    heading: 271,
    at: AT + 1000 * index,
    items,
  }
  return encodeFrame({ messageId: 0x0200, phone: '13912345678', serial: index, body: locationBody(location), version: 1 })
}

function telemetry(index: number): Uint8Array {
  const fix = { fixTimeMs: AT + index, latitude: 31.2304 + index / 1e5, longitude: 121.4737, speedKmh: 33.3, headingDeg: 271, route: '71', trip: '71-0042' }
  return encodeTelemetry({ bus: { ...fix, occupancy: 38, odometerKm: 184_223.7, doorOpen: false, satellites: 14, fix: 'FIX_3D' } })
}

function decoding(name: string, id: string, channel: string, payloads: readonly Uint8Array[]): void {
  const decoder = catalogue.model(id)?.decoderFor(channel)
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

/** The gateway in a process of its own, the terminals in another. */
async function fleet(count: number, rate: number): Promise<void> {
  const data = await dataFolder()
  const gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', '0', '--jt808', '0', '--log-level', 'warn'] })
  const address = /jt808:\/\/([\d.]+:\d+)/.exec(gateway.output())?.[1]
  if (address === undefined) throw new Error(`the gateway does not say where terminals dial in:\n${gateway.output()}`)
  const cli = join(import.meta.dirname, '..', '..', 'gateway', 'cli', 'citygate.ts')
  const words = ['simulate', '--protocol', 'jt808', '--count', String(count), '--rate', String(rate), '--to', address, '--data', data]
  const empty = usage(gateway.pid).memoryBytes
  // 500 dial in a second, after their routes are laid.
  const running = promisify(execFile)(process.execPath, [cli, ...words, '--duration', String(SECONDS + 30)], { maxBuffer: 1 << 24 })
  await until(async () => (await received(gateway)) >= count * (1 + rate))
  await pause(5_000)
  const [before, framesBefore] = [usage(gateway.pid), await received(gateway)]
  await pause(SECONDS * 500)
  const [after, framesAfter] = [usage(gateway.pid), await received(gateway)]
  const { stdout } = await running
  await pause(2_000)
  const stats = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { published: number; acknowledged: number; latencyMs: { p50: number; p99: number } }
  const taken = framesAfter - framesBefore
  console.log(
    `${count} terminals at ${rate} Hz: ${stats.acknowledged} of ${stats.published} acknowledged, p50 ${stats.latencyMs.p50} ms, p99 ${stats.latencyMs.p99} ms; ${Math.round(taken / (SECONDS / 2))} frames/s, ` +
      `${((1e6 * (after.cpuSeconds - before.cpuSeconds)) / taken).toFixed(0)} µs of processor time each from socket to store; ${Math.round(after.memoryBytes / 1e6)} MB, ${Math.round((after.memoryBytes - empty) / 1000 / count)} kB a connection more than empty`,
  )
  console.log(`  account: ${JSON.stringify(await gateway.get('/account'))}`)
  await gateway.stop()
  await rm(data, { recursive: true, force: true })
}

async function received(gateway: GatewayProcess): Promise<number> {
  return (await gateway.get<{ received: number }>('/account')).received
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('the terminals did not come')
    await pause(500)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
