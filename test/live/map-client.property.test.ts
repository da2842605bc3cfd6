import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LiveStates } from '../../gateway/live/live-states.ts'
import { TilePublisher } from '../../gateway/live/tile-publisher.ts'
import { busReading, MockDirectory, MockPublisher, memoryLog, mockSubscription, NOON, type Sent } from './fakes.ts'
import { MapClient } from './map-client.ts'

/** What may happen. A client's frames wait in its queue, as they do in a broker, while what it is greeted with is written at once. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('drive' as const),
        device: fc.nat(2),
        lat: fc.integer({ min: -1, max: 1 }),
        metres: fc.nat(2_000),
        speed: fc.option(fc.integer({ min: -1, max: 2_000 }), { nil: undefined }),
        heading: fc.option(fc.double({ min: 0, max: 360, noNaN: true }), { nil: undefined }),
        flagged: fc.nat(5).map(chance => chance === 0),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), device: fc.nat(3) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('subscribe' as const), client: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), client: fc.nat(1) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const) }) },
  ),
  { maxLength: 60, size: 'max' },
)

/** Rounds are begun by hand: a test says when a second has passed. */
const A_DAY = 86_400_000

/** Degrees: a mark in full is rounded to a millionth, a move to the middle of a 65,536th of its cell. */
const A_MARK_OFF = 0.6e-6

let folder = ''
let run = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-map-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

it('brings every client to the picture that live state has, whenever it came and went', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async list => {
      const live = new LiveStates({ file: join(folder, `${run++}.db`), log: memoryLog() })
      await live.start()
      const directory = new MockDirectory()
      const publisher = new MockPublisher()
      let clock = NOON
      const tiles = new TilePublisher({
        live,
        directory,
        publisher,
        kinds: [{ id: 'bus', title: { en: 'Bus', zh: '公交车' }, moves: true, staleAfterSeconds: 60, fields: {} }],
        now: () => clock,
        log: memoryLog(),
        everyMs: A_DAY,
      })
      await tiles.start()
      const clients: ({ map: MapClient; queue: Sent[] } | undefined)[] = []
      const publish = async (): Promise<void> => {
        await tiles.tick()
        const sent = publisher.take()
        for (const client of clients) client?.queue.push(...sent)
      }
      const deliver = (): void => {
        for (const client of clients) for (const { topic, payload } of client?.queue.splice(0) ?? []) client?.map.receive(topic, payload)
      }
      for (const step of list) {
        clock += 1
        if (step.do === 'drive') {
          const id = `bus-${step.device}`
          if (directory.get(id) === undefined) directory.put({ id, org: 'pudong-bus', model: 'citygate-bus-unit' })
          await live.take([
            busReading({
              device: id,
              at: clock,
              receivedAt: clock,
              origin: clock,
              position: { lat: step.lat + step.metres / 111_000, lon: 121 + step.metres / 222_000 },
              values: { ...(step.speed !== undefined && { speed: step.speed / 10 }), ...(step.heading !== undefined && { heading: step.heading }) },
              flags: step.flagged ? { outOfRange: ['speed'] } : {},
            }),
          ])
        } else if (step.do === 'remove') {
          directory.remove(`bus-${step.device}`)
          live.forget(`bus-${step.device}`)
        } else if (step.do === 'tick') await publish()
        else if (step.do === 'deliver') deliver()
        else if (step.do === 'leave') clients[step.client] = undefined
        else {
          // Frames that were on their way when the client subscribed reach it after its snapshot.
          const others = clients.find(client => client !== undefined)
          const client = { map: new MapClient(), queue: [...(others?.queue ?? [])] }
          clients[step.client] = client
          publisher.filters.add('live/v1/#')
          await tiles.greet(
            mockSubscription('live/v1/#', {
              send: (topic, payload) => {
                client.map.receive(topic, payload)
                return Promise.resolve(true)
              },
            }),
          )
        }
        if (clients.every(client => client === undefined)) publisher.filters.clear()
      }
      await publish()
      deliver()
      for (const client of clients) {
        if (client === undefined) continue
        expect([...client.map.devices.keys()].sort()).toEqual(Array.from(live.all(), ({ device }) => device).sort())
        for (const { device, position, at, flags, values } of live.all()) {
          const shown = client.map.devices.get(device)
          expect(shown).toMatchObject({ at, flagged: (flags.outOfRange?.length ?? 0) > 0 })
          expect(Math.abs((shown?.lat ?? Number.NaN) - (position?.lat ?? Number.NaN))).toBeLessThan(A_MARK_OFF)
          expect(Math.abs((shown?.lon ?? Number.NaN) - (position?.lon ?? Number.NaN))).toBeLessThan(A_MARK_OFF)
          expectNear(shown?.speed, values.speed?.value, 0.5)
          expectNear(shown?.heading, values.heading?.value, 0.75)
        }
        expect(client.map.gaps).toEqual([])
      }
      await tiles.stop()
      await live.stop()
    }),
    { numRuns: 300 },
  )
})

/** Both unknown, or no farther from one another; 360 degrees are none. */
function expectNear(shown: number | undefined, truth: unknown, by: number): void {
  if (typeof truth !== 'number' || shown === undefined) {
    expect(shown).toBe(truth)
    return
  }
  const off = Math.abs(shown - truth)
  expect(Math.min(off, Math.abs(off - 360))).toBeLessThanOrEqual(by + 1e-5)
}
