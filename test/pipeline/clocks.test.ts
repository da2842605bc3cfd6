import { describe, expect, it } from 'vitest'
import { rolloverOf } from '../../gateway/pipeline/clock-rules.ts'
import { ClockSamples, type ClockVerdict } from '../../gateway/pipeline/clock-samples.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ERA = 1024 * 7 * DAY
const TOO_OLD = 400 * DAY

/** Frames as [time by the device's clock, time of receipt]; all that was said of the clock. */
function verdicts(frames: readonly (readonly [number, number])[]): ClockVerdict[] {
  const [first, ...rest] = frames
  const samples = new ClockSamples(first?.[0] ?? 0, first?.[1] ?? 0)
  return rest.flatMap(([at, receivedAt]) => samples.add(at, receivedAt, TOO_OLD) ?? [])
}

/** A device that reports every so often with this error of its clock, and networks that take 0 to 3 seconds. */
function reports(options: { readonly error: number; readonly count: number; readonly every?: number; readonly from?: number }): [number, number][] {
  const { error, count, every = 10 * SECOND, from = T0 } = options
  return Array.from({ length: count }, (_, n) => [from + n * every + error, from + n * every + (n % 4) * SECOND])
}

describe('what is said of a clock', () => {
  it.each([
    ['an hour ahead', HOUR, 'ahead'],
    ['six minutes ahead', 6 * MINUTE, 'ahead'],
    ['ten years ahead', 3650 * DAY, 'ahead'],
    ['an hour behind', -HOUR, 'behind'],
    ['a month behind', -30 * DAY, 'behind'],
    ['at its factory date', Date.parse('2000-01-01T00:00:00Z') - T0, 'behind'],
    ['one GPS era behind', -ERA, 'rollover'],
    ['two eras behind and a few hours off', -2 * ERA + 5 * HOUR, 'rollover'],
  ] as const)('%s', (_, error, fault) => {
    const said = verdicts(reports({ error, count: 400 }))
    expect(new Set(said.map(verdict => verdict.fault))).toEqual(new Set([fault]))
    for (const { offsetMs } of said) expect(Math.abs(offsetMs - error)).toBeLessThan(4 * SECOND)
  })

  it('that it is right when it is, within five minutes', () => {
    for (const error of [0, 4 * MINUTE, -4 * MINUTE]) expect(new Set(verdicts(reports({ error, count: 50 })).map(one => one.fault))).toEqual(new Set(['right']))
  })

  it('nothing from history: a buffer drained oldest first, newest first, or all at once, before and after live readings', () => {
    const live = reports({ error: 0, count: 20 })
    const noon = T0 + HOUR
    const readings = Array.from({ length: 1_000 }, (_, n) => noon - 6 * HOUR + n * 10 * SECOND)
    const slowly = readings.map((at, n): [number, number] => [at, noon + n * SECOND])
    const quickly = readings.map((at, n): [number, number] => [at, noon + n])
    const backwards = readings.toReversed().map((at, n): [number, number] => [at, noon + n * 6 * SECOND])
    for (const history of [slowly, quickly, backwards]) {
      const after = reports({ error: 0, count: 20, from: noon + 2 * HOUR })
      expect(new Set(verdicts([...live, ...history, ...after]).map(one => one.fault))).toEqual(new Set(['right']))
      expect(verdicts(history)).toEqual([])
    }
  })

  it('nothing from a meter that sends once a day what it read two hours before', () => {
    expect(verdicts(reports({ error: -2 * HOUR, count: 60, every: DAY }))).toEqual([])
  })

  it('nothing when one frame in four is late, and not for a single time that is wild', () => {
    const frames = reports({ error: HOUR, count: 80 }).map(([at, receivedAt], n): [number, number] =>
      n % 4 === 3 ? [at - 20 * MINUTE - n * MINUTE, receivedAt] : [at, receivedAt],
    )
    frames[40] = [T0 + 9_000 * DAY, frames[40]?.[1] ?? 0]
    const said = verdicts(frames)
    expect(said.length).toBeGreaterThan(20)
    for (const { fault, offsetMs } of said) {
      expect(fault).toBe('ahead')
      expect(Math.abs(offsetMs - HOUR)).toBeLessThan(4 * SECOND)
    }
  })

  it('follows a drift of one per cent, and a clock that is set right', () => {
    const drifting = Array.from({ length: 2_000 }, (_, n): [number, number] => [T0 + HOUR + Math.round(n * 10 * SECOND * 1.01), T0 + n * 10 * SECOND])
    const said = verdicts(drifting)
    expect(Math.abs((said.at(-1)?.offsetMs ?? 0) - (HOUR + 20_000 * 10))).toBeLessThan(30 * SECOND)
    const set = verdicts([...drifting, ...reports({ error: 0, count: 10, from: T0 + 2_000 * 10 * SECOND })])
    expect(set.at(-1)?.fault).toBe('right')
  })

  it('that it stands still, after more than an hour of it', () => {
    const said = verdicts(Array.from({ length: 600 }, (_, n) => [T0 + MINUTE, T0 + n * 10 * SECOND]))
    expect(said[0]).toMatchObject({ fault: 'stuck' })
    expect(said.length).toBeGreaterThan(100)
    expect(verdicts(Array.from({ length: 300 }, (_, n) => [T0 + MINUTE, T0 + n * 10 * SECOND]))).toEqual([])
  })

  it('counts whole eras, a day more or less, both ways', () => {
    expect([-ERA, -2 * ERA + DAY, -3 * ERA - DAY, ERA].map(rolloverOf)).toEqual([-1, -2, -3, 1])
    expect([0, DAY, -ERA + DAY + 1, -ERA - DAY - 1, -ERA / 2].map(rolloverOf)).toEqual([0, 0, 0, 0, 0])
  })
})
