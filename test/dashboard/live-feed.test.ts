import protobuf from 'protobufjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GatewayClock } from '../../dashboard/live/gateway-clock.ts'
import { backOffMs } from '../../dashboard/live/link-state.ts'
import { LiveFeed, type Snapshot } from '../../dashboard/live/live-feed.ts'
import type { LiveSocket, SocketEvents } from '../../dashboard/live/live-socket.ts'
import { Marks, stateOf } from '../../dashboard/live/marks.ts'
import { snapshotFrom } from '../../dashboard/live/snapshot.ts'

const TileMessage = protobuf.loadSync(new URL('../../proto/citygate/live/v1/live.proto', import.meta.url).pathname).lookupType('citygate.live.v1.Tile')
const STREET = { west: 121.47, south: 31.22, east: 121.475, north: 31.225 }
const TOPIC = 'live/v1/pudong-bus/w/t/w/3/s'

/** A connection that only notes what it is asked for: a mock. */
class MockSocket implements LiveSocket {
  readonly org = '+'
  readonly filters = new Set<string>()
  /** All that was ever subscribed to, again and again. */
  readonly asked: string[] = []
  closed = false
  readonly events: SocketEvents

  constructor(events: SocketEvents) {
    this.events = events
  }
  subscribe(filters: readonly string[]): void {
    this.asked.push(...filters)
    for (const filter of filters) this.filters.add(filter)
  }
  unsubscribe(filters: readonly string[]): void {
    for (const filter of filters) this.filters.delete(filter)
  }
  ping(): void {}
  close(): void {
    this.closed = true
  }
  tell(topic: string, tile: object): void {
    this.events.onHeard()
    this.events.onTile(topic, TileMessage.encode(TileMessage.fromObject(tile)).finish())
  }
}

describe('the live feed', () => {
  let sockets: MockSocket[]
  let refuse: boolean
  let snapshots: string[]
  let answer: Snapshot
  let marks: Marks
  let feed: LiveFeed
  let clock: GatewayClock
  const latest = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('nothing was opened')
    return socket
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 })
    sockets = []
    refuse = false
    snapshots = []
    answer = { revision: 10, marks: [] }
    marks = new Marks({ now: () => Date.now() })
    clock = new GatewayClock({ now: () => Date.now() })
    feed = new LiveFeed({
      marks,
      clock,
      now: () => Date.now(),
      random: () => 0,
      snapshot: async bounds => {
        snapshots.push(`${bounds.west.toFixed(2)},${bounds.south.toFixed(2)}`)
        return answer
      },
      open: async events => {
        if (refuse) throw new Error('refused')
        const socket = new MockSocket(events)
        sockets.push(socket)
        return socket
      },
    })
    feed.start()
    feed.look(STREET)
  })
  afterEach(() => {
    feed.stop()
    vi.useRealTimers()
  })

  it('subscribes the tiles of the view in every organisation, then takes a snapshot', async () => {
    await pass(0)
    expect([...latest().filters]).toEqual(['live/v1/+/w/t/w/3/s/#'])
    expect(feed.state).toEqual({ phase: 'live' })
    expect(snapshots.length).toBeGreaterThan(0)
    expect(feed.loaded).toBe(true)
  })

  it('leaves subscriptions alone within the same tiles, and changes them beyond', async () => {
    await pass(0)
    const asked = snapshots.length
    feed.look({ ...STREET, east: 121.476 })
    expect(snapshots.length).toBe(asked)
    feed.look({ west: 121.6, south: 31.22, east: 121.605, north: 31.225 })
    await pass(0)
    expect([...latest().filters]).toEqual(['live/v1/+/w/t/w/3/x/#'])
    expect(snapshots.length).toBe(asked + 1)
  })

  it('takes a new snapshot when a tile was missed, and not when none was', async () => {
    await pass(0)
    const asked = snapshots.length
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 11, previousRevision: 9 })
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 12, previousRevision: 11 })
    await pass(5_000)
    expect(snapshots.length).toBe(asked)
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 15, previousRevision: 14 })
    await pass(5_000)
    expect(snapshots.length).toBe(asked + 1)
    expect(latest().asked).toEqual(['live/v1/+/w/t/w/3/s/#', 'live/v1/+/w/t/w/3/s/#'])
  })

  const bus = { device: 'bus-1', kind: 'bus', latE6: 31_240_000, lonE6: 121_470_000, number: 3 }
  const move = { numbers: [3], places: [0x8000_4000], headings: Uint8Array.of(60), speeds: [43], agesMs: [250] }

  it('moves what a snapshot gave a number', async () => {
    await pass(0)
    latest().tell(TOPIC, { sentAtMs: 5_000_000, revision: 20, snapshotPart: 1, snapshotParts: 1, marks: [{ ...bus, simulated: true, flagged: true }] })
    latest().tell(TOPIC, { sentAtMs: 5_001_000, revision: 21, previousRevision: 20, moves: move })
    expect(marks.get('bus-1')).toMatchObject({ at: 5_000_750, heading: 90, speedKmh: 42, kind: 'bus', simulated: true, flagged: true, revision: 21 })
    expect(marks.get('bus-1')?.lat).toBeCloseTo(31.201171875 + 0.0439453125 / 2, 6)
    expect(marks.get('bus-1')?.lon).toBeCloseTo(121.46484375 + 0.0439453125 / 4, 6)
  })

  it('does not move the one who has a number now by a frame from before it had it', async () => {
    await pass(0)
    latest().tell(TOPIC, { sentAtMs: 5_000_000, revision: 20, snapshotPart: 1, snapshotParts: 1, marks: [bus] })
    latest().tell(TOPIC, { sentAtMs: 5_000_000, revision: 19, previousRevision: 18, moves: move })
    expect(marks.get('bus-1')).toMatchObject({ lat: 31.24, at: 5_000_000 })
    latest().tell(TOPIC, { sentAtMs: 5_001_000, revision: 21, previousRevision: 20, moves: move })
    expect(marks.get('bus-1')?.at).toBe(5_000_750)
  })

  it('moves nothing after a missed tile until it was told the numbers again', async () => {
    await pass(0)
    latest().tell(TOPIC, { sentAtMs: 5_000_000, revision: 20, snapshotPart: 1, snapshotParts: 1, marks: [bus] })
    latest().tell(TOPIC, { sentAtMs: 5_002_000, revision: 22, previousRevision: 21, moves: move })
    expect(marks.get('bus-1')?.lat).toBe(31.24)
    const asked = latest().asked.length
    await pass(3_000)
    expect(latest().asked.slice(asked)).toEqual(['live/v1/+/w/t/w/3/s/#'])
    latest().tell(TOPIC, { sentAtMs: 5_003_000, revision: 22, snapshotPart: 1, snapshotParts: 1, marks: [{ ...bus, device: 'bus-2' }] })
    latest().tell(TOPIC, { sentAtMs: 5_004_000, revision: 23, previousRevision: 22, moves: move })
    expect(marks.get('bus-1')?.lat).toBe(31.24)
    expect(marks.get('bus-2')?.at).toBe(5_003_750)
  })

  it('asks once for a cell that is empty by now, and so sends nothing', async () => {
    await pass(0)
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 10, previousRevision: 9, moves: move })
    const asked = latest().asked.length
    await pass(5_000)
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 11, previousRevision: 10, marks: [{ device: 'bus-1', gone: true }] })
    await pass(10_000)
    expect(latest().asked.length).toBe(asked + 1)
  })

  it('asks for numbers it was never told, unless the greeting brings them', async () => {
    await pass(0)
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 10, previousRevision: 9, moves: move })
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 10, snapshotPart: 1, snapshotParts: 1, marks: [bus] })
    const asked = latest().asked.length
    await pass(5_000)
    expect(latest().asked.length).toBe(asked)
    latest().tell(`${TOPIC}/0`, { sentAtMs: Date.now(), revision: 10, previousRevision: 9, moves: move })
    await pass(5_000)
    expect(latest().asked.length).toBe(asked + 1)
  })

  it('sees a first tile that does not follow on the snapshot, and takes a greeting for what it is', async () => {
    await pass(0)
    const asked = snapshots.length
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 20, previousRevision: 0, snapshotPart: 1 })
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 21, previousRevision: 20 })
    await pass(5_000)
    expect(snapshots.length).toBe(asked)
    latest().tell(`${TOPIC}/0`, { sentAtMs: Date.now(), revision: 30, previousRevision: 25 })
    await pass(5_000)
    expect(snapshots.length).toBe(asked + 1)
  })

  it('passes over bytes that are no tile', async () => {
    await pass(0)
    latest().events.onTile(TOPIC, Uint8Array.of(0x22, 0xff, 0x01))
    expect(feed.state).toEqual({ phase: 'live' })
  })

  it('says delayed when tiles come late, and when nothing at all is heard', async () => {
    await pass(0)
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 11, previousRevision: 0 })
    latest().tell(TOPIC, { sentAtMs: Date.now() - 8_000, revision: 12, previousRevision: 11 })
    await pass(1_000)
    expect(feed.state).toEqual({ phase: 'delayed', seconds: 8 })
    latest().tell(TOPIC, { sentAtMs: Date.now(), revision: 13, previousRevision: 12 })
    await pass(1_000)
    expect(feed.state).toEqual({ phase: 'live' })
    await pass(6_000)
    expect(feed.state).toEqual({ phase: 'delayed', seconds: 7 })
  })

  it('comes back by itself, waiting longer each time, with a snapshot of what it missed', async () => {
    await pass(0)
    refuse = true
    latest().events.onClose()
    expect(feed.state).toMatchObject({ phase: 'offline', retryAtMs: Date.now() + 1_000 })
    await pass(1_000)
    expect(feed.state).toMatchObject({ phase: 'offline', retryAtMs: Date.now() + 2_000 })
    await pass(2_000)
    expect(feed.state).toMatchObject({ phase: 'offline', retryAtMs: Date.now() + 4_000 })
    refuse = false
    const asked = snapshots.length
    await pass(4_000)
    expect(feed.state).toEqual({ phase: 'live' })
    expect(sockets).toHaveLength(2)
    expect(snapshots.length).toBe(asked + 1)
  })

  it('does not listen to a connection it gave up', async () => {
    await pass(0)
    const old = latest()
    old.events.onClose()
    await pass(1_000)
    expect(sockets).toHaveLength(2)
    old.events.onClose()
    expect(feed.state).toEqual({ phase: 'live' })
  })

  it('knows the gateway’s time in a page whose clock is an hour off, from the snapshot alone', async () => {
    const madeAt = new Date(Date.now() - 3_600_000).toISOString()
    const properties = { device: 'meter-1', kind: 'water-meter', org: 'city-works', at: madeAt, ageSeconds: 0, flagged: false, simulated: false, revision: 3 }
    answer = snapshotFrom({ revision: 10, truncated: false, features: [{ geometry: { coordinates: [121.472, 31.222] }, properties }] })
    feed.resume()
    await pass(0)
    expect(clock.now()).toBe(Date.now() - 3_600_000)
    expect([...marks.all()].map(mark => stateOf(mark, 60, clock.now()))).toEqual(['fresh'])
  })

  it('after a pause fetches what it missed', async () => {
    await pass(0)
    const asked = snapshots.length
    feed.resume()
    await pass(0)
    expect(snapshots.length).toBe(asked + 1)
  })
})

describe('the wait between attempts', () => {
  it('doubles up to half a minute, and a quarter by chance', () => {
    expect([1, 2, 3, 6, 50].map(failures => backOffMs(failures, () => 0))).toEqual([1_000, 2_000, 4_000, 30_000, 30_000])
    expect(backOffMs(1, () => 1)).toBe(1_250)
  })
})
