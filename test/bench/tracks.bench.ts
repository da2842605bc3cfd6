import { request } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { gunzipSync, gzip } from 'node:zlib'
import { PartReader, type TrackPart } from '../../dashboard/replay/track-codec.ts'
import { type BusHour, busHour } from './bus-hour.ts'

/**
 * What an hour of 1,000 buses costs as tracks, from each store: `node test/bench/tracks.bench.ts`. Printed, not asserted. The server runs in this process, so the client's
 * reading of parts is among what holds the event loop.
 */
const BUSES = 1_000

for (const everyS of [10, 1]) {
  for (const store of ['sqlite', 'influxdb'] as const) {
    const hour = await busHour({ store, buses: BUSES, everyS })
    try {
      await measure(`${store}, a fix each ${everyS} s`, hour)
    } finally {
      await hour.stop()
    }
  }
}

async function measure(what: string, hour: BusHour): Promise<void> {
  const period = `from=${new Date(hour.from).toISOString()}&to=${new Date(hour.to).toISOString()}`
  for (const [name, query] of [
    ['all', period],
    ['those in a box', `${period}&bbox=121.46,31.19,121.48,31.21`],
    ['one, as stored', `${period}&devices=bus-0007&step=none`],
  ] as const) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const began = performance.now()
    const { bytes, body, firstMs } = await fetched(hour, query)
    const ms = performance.now() - began
    delay.disable()
    const parts = [...new PartReader().read(body)]
    const tracks = parts.flatMap(part => (part.type === 'track' ? [part.track] : []))
    const fixes = tracks.reduce((sum, track) => sum + track.at.length, 0)
    print(
      `${what}: ${name}`,
      `${ms.toFixed(0)} ms (first bytes ${firstMs.toFixed(0)} ms), ${fixes} fixes, ${(bytes / 1e6).toFixed(2)} MB gzipped, ${(body.length / fixes).toFixed(1)} bytes a fix plain, ${(bytes / fixes).toFixed(1)} gzipped; event loop held ${(delay.max / 1e6).toFixed(0)} ms at most`,
    )
    if (name === 'all') await asJson(tracks, body)
  }
}

/** The same columns of differences as JSON, for comparison. */
async function asJson(tracks: readonly TrackPart[], body: Uint8Array): Promise<void> {
  const differences = (column: readonly number[]) => column.map((value, index) => value - (index === 0 ? 0 : (column[index - 1] ?? 0)))
  const text = tracks
    .map(({ at, latE6, lonE6, speed, heading, ...rest }) =>
      JSON.stringify({
        ...rest,
        at: differences(at),
        latE6: differences(latE6),
        lonE6: differences(lonE6),
        speed: differences(speed),
        heading: differences(heading),
      }),
    )
    .join('\n')
  const zipped = await promisify(gzip)(text)
  const parsing = timed(() => text.split('\n').map(line => JSON.parse(line) as unknown))
  const reading = timed(() => [...new PartReader().read(body)])
  print('  as JSON', `${(text.length / 1e6).toFixed(2)} MB, ${(zipped.length / 1e6).toFixed(2)} MB gzipped, read in ${parsing.toFixed(0)} ms without sums`)
  print(
    '  as protobuf',
    `${(body.length / 1e6).toFixed(2)} MB, ${((await promisify(gzip)(body)).length / 1e6).toFixed(2)} MB gzipped, read in ${reading.toFixed(0)} ms with sums`,
  )
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

async function fetched(hour: BusHour, query: string): Promise<{ readonly bytes: number; readonly body: Uint8Array; readonly firstMs: number }> {
  const began = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<{ bytes: number; body: Uint8Array; firstMs: number }>()
  const options = { host: '127.0.0.1', port: hour.city.server.port, path: `/api/v1/tracks?${query}`, headers: { 'accept-encoding': 'gzip' }, agent: false }
  request(options, response => {
    const chunks: Buffer[] = []
    let firstMs = 0
    response.on('data', (chunk: Buffer) => {
      if (firstMs === 0) firstMs = performance.now() - began
      chunks.push(chunk)
    })
    response.on('error', reject)
    response.on('end', () => {
      const bytes = Buffer.concat(chunks)
      if (response.statusCode === 200) resolve({ bytes: bytes.length, body: gunzipSync(bytes), firstMs })
      else reject(new Error(`${response.statusCode}: ${bytes.toString()}`))
    })
  })
    .on('error', reject)
    .end()
  return promise
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(44)} ${figure}`)
}
