import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LiveStates } from '../../gateway/live/live-states.ts'
import type { LiveState } from '../../gateway/model/live.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import { busReading, memoryLog, NOON } from './fakes.ts'

/** Few times and devices, so that ties and clashes are common. `sub` tells apart what has one time, as it does in the pipeline. */
const readings = fc
  .array(
    fc.record({
      device: fc.constantFrom('bus-1', 'bus-2'),
      origin: fc.nat(6),
      // By frame: all readings of a frame were received together.
      at: fc.integer({ min: -4, max: 12 }),
      values: fc.dictionary(fc.constantFrom('speed', 'heading', 'occupancy'), fc.integer({ min: 0, max: 100 })),
      position: fc.option(fc.record({ lat: fc.integer({ min: -90, max: 90 }), lon: fc.integer({ min: -180, max: 180 }) }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map(list =>
    list.map(({ device, origin, at, values, position }, sub): Reading => {
      const receivedAt = NOON + origin * 2
      return busReading({
        device,
        origin,
        at: NOON + at,
        receivedAt,
        sub,
        values,
        ...(position && { position }),
        flags: NOON + at > receivedAt + 3 ? { clockSuspect: true } : {},
      })
    }),
  )

function comparable(states: Iterable<LiveState>): unknown {
  return Object.fromEntries(Array.from(states, state => [state.device, { ...state, revision: 0 }]))
}

/** The same, said the slow way: sort all readings, then let each overwrite what it names. */
function naive(list: readonly Reading[]): unknown {
  const key = (of: Reading): number[] => [Math.min(of.at, of.receivedAt), of.origin, of.at, of.sub]
  const sorted = [...list].sort(
    (a, b) =>
      key(a)
        .map((part, index) => part - (key(b)[index] ?? 0))
        .find(difference => difference !== 0) ?? 0,
  )
  const states = new Map<string, LiveState>()
  for (const reading of sorted) {
    const at = reading.flags.clockSuspect ? Math.min(reading.at, reading.receivedAt) : reading.at
    const { device, org, kind, model, receivedAt, flags } = reading
    const before = states.get(device)
    const position = reading.position ?? before?.position
    const values = Object.fromEntries(Object.entries(reading.values).map(([field, value]) => [field, { value, at }]))
    states.set(device, {
      device,
      org,
      kind,
      model,
      at,
      receivedAt,
      flags,
      ...(position && { position }),
      values: { ...before?.values, ...values },
      revision: 0,
    })
  }
  return comparable(states.values())
}

it('leads to one state whatever the order, the batches, the repetitions and the restarts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-live-'))
  let run = 0
  try {
    const shuffled = readings.chain(list =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray([...list, ...list], { minLength: list.length, maxLength: 2 * list.length }),
        fc.nat(list.length),
        fc.nat(list.length),
      ),
    )
    await fc.assert(
      fc.asyncProperty(shuffled, async ([list, mixed, restartAfter, replayFrom]) => {
        const file = join(folder, `${run++}.db`)
        const before = new LiveStates({ file, log: memoryLog() })
        await before.start()
        await before.take(mixed.slice(0, restartAfter))
        await before.stop()
        const live = new LiveStates({ file, log: memoryLog() })
        await live.start()
        await live.take(mixed.slice(Math.min(replayFrom, restartAfter)))
        await live.take(list)
        const { revision } = live
        await live.take(mixed)
        expect(live.revision).toBe(revision)
        expect(comparable(live.all())).toEqual(naive(list))
        await live.stop()
      }),
      { numRuns: 150 },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('never moves a field back in the order, nor the state itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-live-'))
  let run = 0
  try {
    await fc.assert(
      fc.asyncProperty(readings, async list => {
        const live = new LiveStates({ file: join(folder, `${run++}.db`), log: memoryLog() })
        await live.start()
        // With clocks that are right, the order is that of event time.
        const honest = list.map(reading => busReading({ ...reading, receivedAt: Math.max(reading.at, reading.receivedAt), flags: {} }))
        const newest = new Map<string, number>()
        for (const reading of honest) {
          await live.take([reading])
          const state = live.get(reading.device)
          for (const [field, { at }] of [['', { at: state?.at ?? 0 }] as const, ...Object.entries(state?.values ?? {})]) {
            const key = `${reading.device}/${field}`
            expect(at).toBeGreaterThanOrEqual(newest.get(key) ?? 0)
            newest.set(key, at)
          }
        }
        await live.stop()
      }),
      { numRuns: 50 },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
