import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StateFeed } from '../../gateway/feeds/state-feed.ts'
import { LiveStates } from '../../gateway/live/live-states.ts'
import { TilePublisher } from '../../gateway/live/tile-publisher.ts'
import type { Log } from '../../gateway/model/log.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import { MockDirectory, MockPublisher, mockSubscription } from '../live/fakes.ts'

/** What live state, tiles and city topics cost, with a mock in the broker's place: `node test/bench/live.bench.ts`. Printed, not asserted. */
const DEVICES = 10_000
const ROUNDS = 15
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const folder = mkdtempSync(join(tmpdir(), 'citygate-bench-'))
const live = new LiveStates({ file: join(folder, 'live.db'), log: silent })
const directory = new MockDirectory()
const publisher = new MockPublisher()
const kinds = [{ id: 'bus', title: { en: 'Bus', zh: '公交车' }, moves: true, staleAfterSeconds: 60, fields: {} }]
const quietly = { publisher, live, log: silent, everyMs: 86_400_000 }
const tiles = new TilePublisher({ ...quietly, directory, kinds, now: Date.now })
const states = new StateFeed(quietly)
const running = new AbortController().signal
let round = 0

try {
  directory.put(
    ...Array.from({ length: DEVICES }, (_, index) => ({ id: `bus-${index}`, org: `org-${index % 5}`, model: 'citygate-bus-unit', simulated: true as const })),
  )
  await live.start()
  await tiles.start()
  states.start()
  await live.take(city())
  await liveState()
  await tileRounds()
  await greetings()
} finally {
  await tiles.stop()
  await states.stop()
  await live.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function liveState(): Promise<void> {
  const taking = await median(async () => {
    const batch = city().slice(0, 5_000)
    return await timed(() => live.take(batch))
  })
  print('take, 5,000 readings of 6 fields', `${taking.toFixed(1)} ms, ${((taking * 1_000) / 5_000).toFixed(2)} µs a reading`)
  const replayed = city()
  await live.take(replayed)
  const replay = await median(() => timed(() => live.take(replayed)))
  print('take, readings taken before', `${((replay * 1_000) / DEVICES).toFixed(2)} µs a reading`)
  const flush = await median(async () => {
    await live.take(city())
    return await timed(() => live.flush())
  })
  print(`flush, ${DEVICES} changed devices`, `${flush.toFixed(0)} ms, ${((flush * 1_000) / DEVICES).toFixed(1)} µs a device, in turns of 200`)
  print('live.db', `${(statSync(join(folder, 'live.db')).size / DEVICES).toFixed(0)} bytes a device`)
  const again = new LiveStates({ file: join(folder, 'live.db'), log: silent })
  print('start with them', `${(await timed(() => again.start())).toFixed(0)} ms`)
  await again.stop()
}

async function tileRounds(): Promise<void> {
  const unheard = await median(async () => {
    await live.take(city())
    return await timed(() => tiles.tick())
  })
  print('tile round, nobody listens', `${unheard.toFixed(2)} ms`)
  publisher.filters.add('live/v1/#')
  await tiles.tick()
  let bytes = 0
  let frames = 0
  let longest = 0
  const heard = await median(async () => {
    await live.take(city())
    const took = await timed(() => tiles.tick())
    const sent = publisher.take()
    frames = sent.length
    bytes = sent.reduce((sum, { payload }) => sum + payload.length, 0)
    longest = Math.max(longest, ...sent.map(({ payload }) => payload.length))
    return took
  })
  print(
    `tile round, ${DEVICES} changed devices`,
    `${heard.toFixed(1)} ms, ${frames} frames, ${(bytes / DEVICES).toFixed(1)} bytes a mark, longest frame ${longest} bytes`,
  )
}

async function greetings(): Promise<void> {
  let bytes = 0
  const measured = (filter: string): ReturnType<typeof mockSubscription> =>
    mockSubscription(filter, {
      send: (_, payload) => {
        bytes += payload.length
        return Promise.resolve(true)
      },
    })
  const snapshot = await median(() => timed(() => tiles.greet(measured('live/v1/#'))))
  print(`snapshot of ${DEVICES} marks`, `${snapshot.toFixed(1)} ms, ${(bytes / ROUNDS / 1_024).toFixed(0)} KiB`)
  bytes = 0
  const greeting = await median(() => timed(() => states.greet(measured('city/v1/+/+/+/state'))))
  print(
    `greeting with ${DEVICES} states`,
    `${greeting.toFixed(0)} ms, ${((greeting * 1_000) / DEVICES).toFixed(1)} µs and ${(bytes / ROUNDS / DEVICES).toFixed(0)} bytes a state`,
  )
  publisher.filters.clear()
  publisher.filters.add('city/v1/+/+/+/state')
  const states10k = await median(async () => {
    await live.take(city())
    const took = await timed(() => states.round(running))
    publisher.take()
    return took
  })
  print(`state round, ${DEVICES} changed devices`, `${states10k.toFixed(0)} ms (the broker's own work comes on top)`)
}

/** A second of a city: every bus reports. */
function city(): Reading[] {
  round += 1
  const now = Date.now() + round * 1_000
  return Array.from({ length: DEVICES }, (_, index): Reading => {
    const position = { lat: 31 + ((index * 7_919) % 4_000) / 10_000 + round / 1e5, lon: 121.2 + ((index * 104_729) % 6_000) / 10_000 }
    const values = {
      speed: (index + round) % 60,
      heading: (index * 7 + round) % 360,
      odometer: 1_000 + round,
      occupancy: index % 80,
      doorOpen: round % 2 === 0,
      route: `r${index % 40}`,
    }
    return {
      device: `bus-${index}`,
      org: `org-${index % 5}`,
      kind: 'bus',
      model: 'citygate-bus-unit',
      at: now,
      sub: 0,
      receivedAt: now + 40,
      values,
      position,
      flags: {},
      origin: round * DEVICES + index,
    }
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function median(work: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < ROUNDS; index++) times.push(await work())
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(42)} ${figure}`)
}
