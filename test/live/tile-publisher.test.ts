import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveStates } from '../../gateway/live/live-states.ts'
import { TilePublisher } from '../../gateway/live/tile-publisher.ts'
import type { Kind } from '../../gateway/model/kind.ts'
import { decodeTile } from './decode-tile.ts'
import { busReading, MockDirectory, MockPublisher, memoryLog, mockSubscription, NOON } from './fakes.ts'
import { movesOf } from './map-client.ts'

const kinds: readonly Kind[] = [
  { id: 'bus', title: { en: 'Bus', zh: '公交车' }, moves: true, staleAfterSeconds: 60, fields: {} },
  { id: 'water-meter', title: { en: 'Water meter', zh: '水表' }, moves: false, staleAfterSeconds: 3_600, fields: {} },
]
const BUND = { lat: 31.2397, lon: 121.4998 }
const PUDONG = { lat: 31.2222, lon: 121.5444 }
const BUND_TOPIC = 'live/v1/pudong-bus/w/t/w/3/s'
const PUDONG_TOPIC = 'live/v1/pudong-bus/w/t/w/3/t'

/** Rounds are begun by hand: a test says when a second has passed. */
const A_DAY = 86_400_000

let folder = ''
let clock = 0
let live: LiveStates
let directory: MockDirectory
let publisher: MockPublisher
let tiles: TilePublisher
let origin = 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-tiles-'))
  live = new LiveStates({ file: join(folder, 'live.db'), log: memoryLog() })
  await live.start()
  directory = new MockDirectory()
  publisher = new MockPublisher()
  clock = NOON + 2_000
  origin = 0
  tiles = new TilePublisher({ live, directory, publisher, kinds, now: () => clock, log: memoryLog(), everyMs: A_DAY })
  await tiles.start()
})

afterEach(async () => {
  await tiles.stop()
  await live.stop()
  rmSync(folder, { recursive: true, force: true })
})

function bus(...ids: string[]): void {
  directory.put(...ids.map(id => ({ id, org: 'pudong-bus', model: 'citygate-bus-unit' })))
}

async function drive(device: string, position: { lat: number; lon: number }, parts: Parameters<typeof busReading>[0] = {}): Promise<void> {
  origin += 1
  await live.take([busReading({ device, position, at: NOON + origin, origin, ...parts })])
}

/** Lets the round before this pass with somebody listening: from here on changes are told. */
async function listen(filter = 'live/v1/#'): Promise<void> {
  publisher.filters.add(filter)
  await tiles.tick()
  publisher.take()
}

describe('a round', () => {
  it('tells each cell what changed in it, and nothing when nothing did', async () => {
    bus('bus-1', 'bus-2')
    await listen()
    await drive('bus-1', BUND, { values: { speed: 30.5, heading: 270 } })
    await drive('bus-2', PUDONG, { flags: { outOfRange: ['speed'] } })
    await tiles.tick()
    const sent = publisher.take()
    expect(sent.map(({ topic, qos }) => [topic, qos])).toEqual([
      [BUND_TOPIC, 0],
      [PUDONG_TOPIC, 0],
    ])
    const [first, second] = sent.map(({ payload }) => decodeTile(payload))
    expect(first).toEqual({
      sentAtMs: clock,
      revision: live.revision - 1,
      previousRevision: 0,
      snapshotPart: 0,
      snapshotParts: 0,
      marks: [
        {
          device: 'bus-1',
          kind: 'bus',
          latE6: 31_239_700,
          lonE6: 121_499_800,
          ageMs: 1_999,
          heading: 270,
          speed: 30.5,
          gone: false,
          flagged: false,
          simulated: false,
          stale: false,
          number: 1,
        },
      ],
      moves: null,
    })
    expect(second).toMatchObject({ revision: live.revision, marks: [{ device: 'bus-2', flagged: true }] })
    await tiles.tick()
    expect(publisher.take()).toEqual([])
  })

  it('names the frame before it, so that a lost one is noticed', async () => {
    bus('bus-1')
    await listen()
    const frames = []
    for (let round = 0; round < 3; round++) {
      await drive('bus-1', BUND)
      await tiles.tick()
      frames.push(...publisher.take().map(({ payload }) => decodeTile(payload)))
    }
    expect(frames.map(frame => frame.previousRevision)).toEqual([0, frames[0]?.revision, frames[1]?.revision])
  })

  it('takes a bus out of the cell it left', async () => {
    bus('bus-1')
    await listen()
    await drive('bus-1', BUND)
    await tiles.tick()
    publisher.take()
    await drive('bus-1', PUDONG)
    await tiles.tick()
    const sent = publisher.take().map(({ topic, payload }) => ({ topic, marks: decodeTile(payload).marks.map(({ device, gone }) => ({ device, gone })) }))
    expect(sent).toEqual([
      { topic: BUND_TOPIC, marks: [{ device: 'bus-1', gone: true }] },
      { topic: PUDONG_TOPIC, marks: [{ device: 'bus-1', gone: false }] },
    ])
  })

  it('says nothing of a bus that went round the corner and came back', async () => {
    bus('bus-1')
    await listen()
    await drive('bus-1', BUND)
    await tiles.tick()
    publisher.take()
    await drive('bus-1', PUDONG)
    await drive('bus-1', BUND)
    await tiles.tick()
    const sent = publisher.take()
    expect(sent.map(({ topic }) => topic)).toEqual([BUND_TOPIC])
    expect(decodeTile(sent[0]?.payload ?? '')).toMatchObject({ marks: [], moves: { numbers: [1] } })
  })

  it('tells in columns what only moved, and in full again whose flags changed', async () => {
    bus('bus-1', 'bus-2', 'bus-3')
    directory.put({ id: 'meter-1', org: 'pudong-bus', model: 'tuf-2000m', place: BUND })
    await listen()
    for (const id of ['bus-1', 'bus-2', 'bus-3']) await drive(id, BUND)
    await live.take([busReading({ device: 'meter-1', kind: 'water-meter', values: {} })])
    await tiles.tick()
    publisher.take()
    await drive('bus-3', { lat: 31.24, lon: 121.5 }, { values: { speed: 30.5, heading: 359.9 } })
    await drive('bus-1', BUND, { values: { speed: 300 } })
    await drive('bus-2', BUND, { flags: { outOfRange: ['speed'] } })
    await live.take([busReading({ device: 'meter-1', kind: 'water-meter', values: {}, at: clock + 5, receivedAt: clock + 5, origin: 9 })])
    await tiles.tick()
    const tile = decodeTile(publisher.take()[0]?.payload ?? '')
    expect(tile.marks).toMatchObject([{ device: 'bus-2', flagged: true, number: 2 }])
    expect(tile.moves).toMatchObject({ numbers: [1, 2, 1], speeds: [301, 32, 0], agesMs: [1_995, 1_996, -5] })
    expect(Array.from(tile.moves?.headings ?? [])).toEqual([255, 0, 255])
    expect(movesOf(BUND_TOPIC, tile)[1]?.lat).toBeCloseTo(31.24, 6)
    expect(movesOf(BUND_TOPIC, tile)[1]?.lon).toBeCloseTo(121.5, 6)
  })

  it('tells in full what the columns can not hold, and leaves out those of which nothing is known', async () => {
    bus('bus-1', 'bus-2')
    await listen()
    for (const id of ['bus-1', 'bus-2']) await drive(id, BUND)
    await tiles.tick()
    publisher.take()
    await drive('bus-1', BUND, { values: { speed: -3 } })
    await drive('bus-2', BUND)
    await tiles.tick()
    const tile = decodeTile(publisher.take()[0]?.payload ?? '')
    expect(tile.marks).toMatchObject([{ device: 'bus-1', speed: -3 }])
    expect(tile.moves).toMatchObject({ numbers: [2], headings: { length: 0 } })
    clock += 40 * 86_400_000
    await drive('bus-2', BUND)
    await tiles.tick()
    expect(decodeTile(publisher.take()[0]?.payload ?? '').marks).toMatchObject([{ device: 'bus-2', number: 2 }])
  })

  it('gives the number of one that left to the next who comes, told in full', async () => {
    bus('bus-1', 'bus-2', 'bus-3')
    await listen()
    await drive('bus-1', BUND)
    await drive('bus-2', BUND)
    await tiles.tick()
    publisher.take()
    await drive('bus-1', PUDONG)
    await drive('bus-3', BUND)
    await drive('bus-2', BUND)
    await tiles.tick()
    const bund = publisher.take().find(({ topic }) => topic === BUND_TOPIC)
    const tile = decodeTile(bund?.payload ?? '')
    expect(tile.marks).toMatchObject([
      { device: 'bus-1', gone: true, number: 0 },
      { device: 'bus-3', gone: false, number: 1 },
    ])
    expect(tile.moves).toMatchObject({ numbers: [2] })
  })

  it('shows what does not move where it is installed, without heading or speed', async () => {
    directory.put({ id: 'meter-1', org: 'pudong-bus', model: 'tuf-2000m', place: BUND, simulated: true })
    await listen()
    await live.take([busReading({ device: 'meter-1', kind: 'water-meter', values: { speed: 1, heading: 2 } })])
    await tiles.tick()
    const [mark] = decodeTile(publisher.take()[0]?.payload ?? '').marks
    expect(mark).toMatchObject({ device: 'meter-1', latE6: 31_239_700, simulated: true })
    expect(mark).not.toHaveProperty('speed')
    expect(mark).not.toHaveProperty('heading')
  })

  it('leaves a bus where it was when its position is not on Earth, and off the map when it never had one', async () => {
    bus('bus-1', 'bus-2')
    await listen()
    await drive('bus-1', BUND)
    await tiles.tick()
    publisher.take()
    await drive('bus-1', { lat: 91, lon: 500 }, { flags: { outOfRange: ['position'] } })
    await drive('bus-2', { lat: Number.NaN, lon: 0 })
    await tiles.tick()
    expect(decodeTile(publisher.take()[0]?.payload ?? '').marks).toMatchObject([{ device: 'bus-1', latE6: 31_239_700, flagged: true }])
  })

  it('announces a removed device, and one that is moved to another organisation in both', async () => {
    bus('bus-1', 'bus-2')
    await listen()
    await drive('bus-1', BUND)
    await drive('bus-2', BUND)
    await tiles.tick()
    publisher.take()
    directory.remove('bus-1')
    live.forget('bus-1')
    directory.put({ id: 'bus-2', org: 'minhang-bus', model: 'citygate-bus-unit' })
    await tiles.tick()
    const sent = publisher.take().map(({ topic, payload }) => [topic, decodeTile(payload).marks.map(({ device, gone }) => [device, gone])])
    expect(sent).toContainEqual(['live/v1/minhang-bus/w/t/w/3/s', [['bus-2', false]]])
    expect(sent).toContainEqual([
      BUND_TOPIC,
      [
        ['bus-2', true],
        ['bus-1', true],
      ],
    ])
  })

  it('publishes only where somebody listens, and asks one question when nobody does', async () => {
    bus('bus-1', 'bus-2')
    await drive('bus-1', BUND)
    publisher.filters.add('city/v1/#')
    await tiles.tick()
    expect(publisher.questions).toBe(0)
    await listen('live/v1/pudong-bus/w/t/w/3/t/#')
    await drive('bus-1', BUND)
    await drive('bus-2', PUDONG)
    await tiles.tick()
    expect(publisher.take().map(({ topic }) => topic)).toEqual([PUDONG_TOPIC])
  })

  it('cuts a crowded cell into frames that follow one another', async () => {
    const ids = Array.from({ length: 4_500 }, (_, index) => `bus-${index}`)
    bus(...ids)
    await listen()
    for (const id of ids) await drive(id, BUND)
    await tiles.tick()
    const frames = publisher.take().map(({ payload }) => decodeTile(payload))
    expect(frames.map(frame => frame.marks.length)).toEqual([2_000, 2_000, 500])
    expect(frames.map(frame => frame.previousRevision)).toEqual([0, frames[0]?.revision, frames[1]?.revision])
    directory.remove(...ids)
    await tiles.tick()
    const gone = publisher.take().map(({ payload }) => decodeTile(payload))
    expect(gone.map(frame => frame.marks.length)).toEqual([2_000, 2_000, 500])
    expect(new Set(gone.map(frame => frame.revision)).size).toBe(3)
    expect(gone.every(frame => frame.revision > frame.previousRevision)).toBe(true)
  })

  it('gathers changes while the broker can not get rid of what it has', async () => {
    const ids = Array.from({ length: 5_100 }, (_, index) => `bus-${index}`)
    bus(...ids)
    await listen()
    let release = (): void => undefined
    publisher.hold = new Promise(resolve => {
      release = resolve
    })
    // Each in a cell of its own: as many frames as buses.
    for (const [index, id] of ids.entries()) await drive(id, { lat: 0.02 + 0.05 * Math.floor(index / 100), lon: 0.02 + 0.05 * (index % 100) })
    await tiles.tick()
    await drive('bus-0', BUND)
    await drive('bus-0', PUDONG)
    await tiles.tick()
    publisher.hold = undefined
    release()
    await vi.waitFor(() => expect(publisher.sent.length).toBeGreaterThan(5_000))
    publisher.take()
    await tiles.tick()
    const marks = publisher.take().flatMap(({ payload }) => decodeTile(payload).marks)
    expect(marks.filter(({ device }) => device === 'bus-0').map(({ gone }) => gone)).toEqual([true, false])
  })

  it('goes on after a frame that the broker refused, and the gap shows', async () => {
    bus('bus-1')
    await listen()
    await drive('bus-1', BUND)
    await tiles.tick()
    const [before] = publisher.take().map(({ payload }) => decodeTile(payload))
    publisher.failNext = new Error('no')
    await drive('bus-1', BUND)
    await tiles.tick()
    expect(publisher.take()).toEqual([])
    await drive('bus-1', BUND)
    await tiles.tick()
    const [after] = publisher.take().map(({ payload }) => decodeTile(payload))
    expect(after?.previousRevision).toBeGreaterThan(before?.revision ?? Number.NaN)
  })
})

describe('a new subscriber', () => {
  it('is sent each cell that its filter matches, with what it may see', async () => {
    bus('bus-1', 'bus-2', 'bus-3')
    directory.put({ id: 'far', org: 'pudong-bus', model: 'citygate-bus-unit' })
    await drive('bus-1', BUND)
    await drive('bus-2', BUND)
    await drive('bus-3', PUDONG)
    await drive('far', { lat: 0, lon: 0 })
    const subscription = mockSubscription('live/v1/+/w/t/w/#', { permits: (_org, _kind, device) => device !== 'bus-2' })
    await tiles.greet(subscription)
    const got = subscription.got.map(({ topic, payload }) => [topic, decodeTile(payload).marks.map(({ device }) => device)])
    expect(got).toEqual([
      [BUND_TOPIC, ['bus-1']],
      [PUDONG_TOPIC, ['bus-3']],
    ])
  })

  it.each(['city/v1/#', 'live/v1/other/#', 'live/v1/pudong-bus/w/t/w/3', 'live/#/x', ''])('of %j is sent nothing', async filter => {
    bus('bus-1')
    await drive('bus-1', BUND)
    const subscription = mockSubscription(filter)
    await tiles.greet(subscription)
    expect(subscription.got).toEqual([])
  })

  it('gets a snapshot whose revision the next frame names', async () => {
    bus('bus-1')
    await drive('bus-1', BUND)
    publisher.filters.add('live/v1/#')
    const subscription = mockSubscription('live/v1/#')
    await tiles.greet(subscription)
    await tiles.tick()
    expect(publisher.take()).toEqual([])
    await drive('bus-1', BUND)
    await tiles.tick()
    const snapshot = decodeTile(subscription.got[0]?.payload ?? '')
    const [next] = publisher.take().map(({ payload }) => decodeTile(payload))
    expect(snapshot).toMatchObject({ snapshotPart: 1, snapshotParts: 1, previousRevision: 0, marks: [{ device: 'bus-1', number: 1 }] })
    expect(next?.previousRevision).toBe(snapshot.revision)
    expect(next).toMatchObject({ marks: [], moves: { numbers: [1] } })
  })

  it('gets a crowded cell in parts, handed over together', async () => {
    const ids = Array.from({ length: 4_100 }, (_, index) => `bus-${index}`)
    bus(...ids)
    for (const id of ids) await drive(id, BUND)
    let pending = 0
    let together = 0
    const parts: number[][] = []
    const send = async (_topic: string, payload: Uint8Array | string): Promise<boolean> => {
      pending += 1
      together = Math.max(together, pending)
      const { snapshotPart, snapshotParts, marks } = decodeTile(payload)
      parts.push([snapshotPart, snapshotParts, marks.length])
      await new Promise(resolve => setImmediate(resolve))
      pending -= 1
      return true
    }
    await tiles.greet(mockSubscription('live/v1/#', { send }))
    expect(parts).toEqual([
      [1, 3, 2_000],
      [2, 3, 2_000],
      [3, 3, 100],
    ])
    expect(together).toBe(3)
  })

  it('that goes away is not sent the rest', async () => {
    bus('bus-1', 'bus-2')
    await drive('bus-1', BUND)
    await drive('bus-2', PUDONG)
    const send = vi.fn(() => Promise.resolve(false))
    await tiles.greet(mockSubscription('live/v1/#', { send }))
    expect(send).toHaveBeenCalledTimes(1)
  })
})
