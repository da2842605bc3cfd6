/** What a frame costs between the socket and the sinks: journal append with sync, reading back, decoding with all steps. Prints figures, asserts nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import type { DeviceDirectory } from '../../gateway/model/device.ts'
import { clockRules } from '../../gateway/pipeline/clock-rules.ts'
import { FrameDecoder } from '../../gateway/pipeline/frame-decoder.ts'
import { MemoryLog } from '../support/log.ts'

const FRAMES = 400_000
const DEVICES = 1_000

const folder = await mkdtemp(join(tmpdir(), 'citygate-bench-'))
const journal = new FileJournal({ folder, segmentBytes: 64 << 20, budgetBytes: 4e9, keepBytes: 0, log: new MemoryLog() })
await journal.open()
const from = Date.now() - FRAMES
const payloads = Array.from({ length: FRAMES }, (_, n) =>
  encodeTelemetry({ bus: { fixTimeMs: from + n, latitude: 31.2, longitude: 121.5, speedKmh: n % 60, headingDeg: n % 360, route: 'SYN-1', satellites: 9 } }),
)

await timed('append, 200 frames a turn, each turn synced', async () => {
  for (let n = 0; n < FRAMES; n += 200) {
    let last = 0
    for (let i = n; i < n + 200; i++)
      last = journal.append({ device: `bus-${i % DEVICES}`, channel: 'telemetry', receivedAt: from + i, payload: payloads[i] ?? new Uint8Array() })
    await journal.synced(last)
  }
})

const directory: DeviceDirectory = {
  get: id => ({ id, org: 'o', model: 'citygate-bus-unit' }),
  all: () => [],
  size: DEVICES,
  version: 1,
  onChange: () => () => undefined,
}
const decoder = new FrameDecoder({ directory, catalogue: await loadCatalogue({}), clock: clockRules(400) })
let readMs = 0
await timed('read back and decode with all steps', async () => {
  for (let next = 0; next < journal.end; ) {
    const started = performance.now()
    const frames = await journal.read(next)
    readMs += performance.now() - started
    for (const frame of frames) decoder.outcome(frame)
    next = (frames.at(-1)?.offset ?? journal.end) + 1
  }
})
console.log(`    of which reading: ${((readMs / FRAMES) * 1000).toFixed(2)} µs a frame`)
await journal.close()
await rm(folder, { recursive: true })

async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now()
  await work()
  const ms = performance.now() - started
  console.log(`  ${name}: ${((ms / FRAMES) * 1000).toFixed(2)} µs a frame, ${Math.round(FRAMES / (ms / 1000))} frames/s`)
}
