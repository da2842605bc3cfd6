import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CityTopics } from '../../gateway/feeds/city-topics.ts'
import { StateFeed } from '../../gateway/feeds/state-feed.ts'
import { LiveStates } from '../../gateway/live/live-states.ts'
import type { ReadingJson, StateJson } from '../../gateway/model/json.ts'
import { busReading, MockPublisher, memoryLog, mockSubscription, NOON, type Sent } from '../live/fakes.ts'

/** Rounds of states are begun by hand: a test says when a second has passed. */
const A_DAY = 86_400_000

let folder = ''
let live: LiveStates
let publisher: MockPublisher
let city: CityTopics
let states: StateFeed
const log = memoryLog()
const running = new AbortController().signal

beforeEach(async () => {
  log.lines.length = 0
  folder = mkdtempSync(join(tmpdir(), 'citygate-city-'))
  live = new LiveStates({ file: join(folder, 'live.db'), log })
  await live.start()
  publisher = new MockPublisher()
  city = new CityTopics({ live, publisher, log, everyMs: A_DAY })
  states = new StateFeed({ live, publisher, log, everyMs: A_DAY })
  await city.start()
  states.start()
})

afterEach(async () => {
  await city.stop()
  await states.stop()
  await live.stop()
  rmSync(folder, { recursive: true, force: true })
})

function json(sent: Sent | undefined): unknown {
  return typeof sent?.payload === 'string' ? JSON.parse(sent.payload) : undefined
}

describe('readings', () => {
  it('are published as JSON, flags and all, in their order', async () => {
    publisher.filters.add('city/v1/pudong-bus/#')
    const historical = busReading({ at: NOON - 3_600_000, origin: 1, position: { lat: 31.2, lon: 121.5 }, flags: { historical: true } })
    await city.take([busReading({ receivedAt: NOON + 250 }), historical], running)
    const sent = publisher.take()
    expect(sent.map(({ topic, qos }) => [topic, qos])).toEqual([
      ['city/v1/pudong-bus/bus/bus-1/reading', 1],
      ['city/v1/pudong-bus/bus/bus-1/reading', 1],
    ])
    expect(json(sent[0])).toEqual({
      device: 'bus-1',
      org: 'pudong-bus',
      kind: 'bus',
      model: 'citygate-bus-unit',
      at: '2026-05-01T12:00:00.000Z',
      receivedAt: '2026-05-01T12:00:00.250Z',
      values: { speed: 30 },
    } satisfies ReadingJson)
    expect(json(sent[1])).toMatchObject({ at: '2026-05-01T11:00:00.000Z', position: { lat: 31.2, lon: 121.5 }, flags: { historical: true } })
  })

  it('are published only where a subscription matches', async () => {
    await city.take([busReading()], running)
    publisher.filters.add('city/v1/other/#')
    await city.take([busReading()], running)
    expect(publisher.questions).toBe(0)
    publisher.filters.add('city/v1/pudong-bus/bus/bus-2/reading')
    await city.take([busReading(), busReading({ device: 'bus-2' })], running)
    expect(publisher.take().map(({ topic }) => topic)).toEqual(['city/v1/pudong-bus/bus/bus-2/reading'])
  })

  it('of one device wait for one another, those of others do not', async () => {
    publisher.filters.add('city/v1/#')
    let release = (): void => undefined
    publisher.hold = new Promise(resolve => {
      release = resolve
    })
    const handed = vi.spyOn(publisher, 'publish')
    const taking = city.take([busReading(), busReading({ device: 'bus-2' }), busReading({ at: NOON + 1, origin: 1 })], running)
    await new Promise(resolve => setImmediate(resolve))
    expect(handed.mock.calls.map(([topic]) => topic.split('/')[4])).toEqual(['bus-1', 'bus-2'])
    release()
    await taking
    expect(handed).toHaveBeenCalledTimes(3)
  })

  it('that the broker refuses are handed over again', async () => {
    publisher.filters.add('city/v1/#')
    publisher.failNext = new Error('no')
    await expect(city.take([busReading()], running)).rejects.toMatchObject({ retryable: true })
    await city.take([busReading()], running)
    expect(publisher.take()).toHaveLength(1)
  })

  it('stop with the gateway', async () => {
    publisher.filters.add('city/v1/#')
    await expect(city.take([busReading()], AbortSignal.abort())).rejects.toMatchObject({ code: 'STOPPED', retryable: true })
    expect(publisher.take()).toEqual([])
  })
})

describe('states', () => {
  it('are published once a second at most, the newest', async () => {
    publisher.filters.add('city/v1/+/+/+/state')
    for (let index = 0; index < 5; index++) await live.take([busReading({ at: NOON + index, origin: index, values: { speed: index } })])
    expect(publisher.take()).toEqual([])
    await states.round()
    const sent = publisher.take()
    expect(sent.map(({ topic, qos }) => [topic, qos])).toEqual([['city/v1/pudong-bus/bus/bus-1/state', 1]])
    expect(json(sent[0])).toEqual({
      device: 'bus-1',
      org: 'pudong-bus',
      kind: 'bus',
      model: 'citygate-bus-unit',
      at: '2026-05-01T12:00:00.004Z',
      receivedAt: '2026-05-01T12:00:00.504Z',
      values: { speed: { value: 4, at: '2026-05-01T12:00:00.004Z' } },
    } satisfies StateJson)
    await states.round()
    expect(publisher.take()).toEqual([])
  })

  it('are not made for those who want readings only', async () => {
    publisher.filters.add('city/v1/+/+/+/reading')
    await live.take([busReading()])
    await states.round()
    expect(publisher.take()).toEqual([])
  })

  it('known from before the start are not published as if they were new', async () => {
    await live.take([busReading()])
    publisher.filters.add('city/v1/#')
    const later = new StateFeed({ live, publisher, log, everyMs: A_DAY })
    later.start()
    await later.round()
    expect(publisher.take()).toEqual([])
    await later.stop()
  })

  it('are published round after round, and after one that the broker refused', async () => {
    publisher.filters.add('city/v1/#')
    publisher.failNext = new Error('no')
    const quick = new CityTopics({ live, publisher, log, everyMs: 5 })
    await quick.start()
    await live.take([busReading()])
    await vi.waitFor(() => expect(log.lines.filter(line => line.startsWith('warn: A state could not be published'))).toHaveLength(1))
    for (let index = 1; index < 4; index++) {
      await live.take([busReading({ at: NOON + index, origin: index, values: { speed: index } })])
      await vi.waitFor(() => expect(publisher.take().map(json)).toMatchObject([{ values: { speed: { value: index } } }]))
    }
    await quick.stop()
    await live.take([busReading({ at: NOON + 9, origin: 9 })])
    expect(publisher.take()).toEqual([])
  })
})

describe('a new subscriber', () => {
  it('is sent every state that its filter matches and that it may see', async () => {
    await live.take([
      busReading(),
      busReading({ device: 'bus-2' }),
      busReading({ device: 'bus-3', org: 'minhang-bus' }),
      busReading({ device: 'meter-1', kind: 'water-meter' }),
    ])
    const subscription = mockSubscription('city/v1/pudong-bus/+/+/state', { permits: (_org, kind) => kind === 'bus' })
    await city.greet(subscription)
    expect(subscription.got.map(({ topic }) => topic)).toEqual(['city/v1/pudong-bus/bus/bus-1/state', 'city/v1/pudong-bus/bus/bus-2/state'])
    expect(json(subscription.got[0])).toMatchObject({ device: 'bus-1', values: { speed: { value: 30 } } })
  })

  it('of one device is sent that, and of none nothing', async () => {
    await live.take([busReading(), busReading({ device: 'bus-2' })])
    const one = mockSubscription('city/v1/pudong-bus/bus/bus-2/state')
    await city.greet(one)
    expect(one.got.map(({ topic }) => topic)).toEqual(['city/v1/pudong-bus/bus/bus-2/state'])
    for (const filter of ['city/v1/pudong-bus/bus/bus-9/state', 'city/v1/other/bus/bus-2/state', 'city/v1/+/+/+/reading', 'live/v1/#', 'city/v1/+/+/#/state']) {
      const none = mockSubscription(filter)
      await city.greet(none)
      expect(none.got).toEqual([])
    }
  })

  it('gets ten thousand states on one subscription, at the pace of its socket, while the event loop goes on', async () => {
    const count = 10_000
    await live.take(Array.from({ length: count }, (_, index) => busReading({ device: `bus-${index}`, origin: index })))
    const got = new Set<string>()
    let open = 0
    let widest = 0
    const send = async (topic: string): Promise<boolean> => {
      open += 1
      widest = Math.max(widest, open)
      got.add(topic)
      if (got.size % 1_000 === 0) await new Promise(resolve => setImmediate(resolve))
      open -= 1
      return true
    }
    let turns = 0
    const count_ = (): void => {
      turns += 1
      if (got.size < count) setImmediate(count_)
    }
    setImmediate(count_)
    await city.greet(mockSubscription('city/v1/#', { send }))
    expect(got.size).toBe(count)
    expect(widest).toBe(1)
    expect(turns).toBeGreaterThan(10)
  })

  it('that goes away is not sent the rest', async () => {
    await live.take([busReading(), busReading({ device: 'bus-2' })])
    const send = vi.fn(() => Promise.resolve(false))
    await city.greet(mockSubscription('city/v1/#', { send }))
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('does not get an older state after a newer one, when a state is on its way while it is greeted', async () => {
    publisher.filters.add('city/v1/#')
    let release = (): void => undefined
    publisher.hold = new Promise(resolve => {
      release = resolve
    })
    // The round hands over speed 1, which waits in the broker; then speed 2 arrives and somebody subscribes.
    await live.take([busReading({ values: { speed: 1 } })])
    const round = states.round()
    await live.take([busReading({ at: NOON + 1, origin: 1, values: { speed: 2 } })])
    const arrived: unknown[] = []
    const arrive = (payload: unknown): unknown => arrived.push(typeof payload === 'string' && JSON.parse(payload).values.speed.value)
    const greeting = states.greet(
      mockSubscription('city/v1/#', {
        send: (_topic, payload) => {
          arrive(payload)
          return Promise.resolve(true)
        },
      }),
    )
    await new Promise(resolve => setImmediate(resolve))
    publisher.hold = undefined
    vi.spyOn(publisher.sent, 'push').mockImplementation((...sent) => {
      for (const { payload } of sent) arrive(payload)
      return 0
    })
    release()
    await greeting
    await round
    await states.round()
    expect(arrived).toEqual([1, 2, 2])
  })
})
