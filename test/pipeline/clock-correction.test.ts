import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../gateway/model/reading.ts'
import { clockRules } from '../../gateway/pipeline/clock-rules.ts'
import { DecodingFacts } from '../../gateway/pipeline/decoding-facts.ts'
import { FrameDecoder } from '../../gateway/pipeline/frame-decoder.ts'
import type { Outcome } from '../../gateway/pipeline/outcome.ts'
import { catalogue, directoryOf } from './city.ts'

const T0 = Date.parse('2026-03-01T00:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ERA = 1024 * 7 * DAY

let facts: DecodingFacts
let decoder: FrameDecoder
let offset: number

/** A decoder as the pipeline has it, with what is known of clocks in memory. */
function begin(correct: 'off' | 'suspect', path?: string): void {
  facts = new DecodingFacts({ retentionDays: 400, ...(path !== undefined && { path }) })
  facts.open()
  decoder = new FrameDecoder({
    directory: directoryOf([{ id: 'p', org: 'o', model: 'probe-1' }]),
    catalogue,
    clock: clockRules(400, correct),
    twins: facts.twins,
    clocks: facts.clocks,
  })
  offset = 0
}

/** A frame with readings at these times; what it became is learned from at once. */
function frame(receivedAt: number, ...times: number[]): Outcome {
  const payload = Buffer.from(JSON.stringify(times.map((at, n) => ({ at, values: { level: (offset + n) % 100 } }))))
  const outcome = decoder.outcome({ offset: offset++, device: 'p', channel: 'test', receivedAt, payload })
  facts.clocks.learn([outcome], 0)
  facts.keepClocks(offset)
  return outcome
}

/** Enough live frames for the clock to be known; answers the time after them. */
function until(fault: string, error: number, from = T0): number {
  let now = from
  for (let n = 0; facts.clocks.get('p')?.fault !== fault; n++) {
    expect(n, `${fault} was not found`).toBeLessThan(1_000)
    now += 15_000
    frame(now, now + error)
  }
  return now + 15_000
}

const at = (outcome: Outcome): number[] => outcome.readings.map(reading => reading.at)
const flags = (outcome: Outcome): Reading['flags'][] => outcome.readings.map(reading => reading.flags)

describe('clock.correct: off', () => {
  beforeEach(() => begin('off'))

  it('refuses what is far off and says when it is a GPS rollover', () => {
    expect(frame(T0, T0 + 2 * DAY)).toMatchObject({
      verdict: 'rejected',
      refusal: { reason: 'CLOCK_IMPLAUSIBLE', detail: expect.stringContaining('2 days ahead') },
    })
    expect(frame(T0, T0 - 500 * DAY).refusal?.detail).toMatch(/500 days behind .*: set the device's clock$/)
    expect(frame(T0, T0 - ERA + 3 * HOUR).refusal?.detail).toMatch(
      /which is 1,024 weeks, a GPS week rollover: update the receiver's firmware, or .* clock.correct: suspect$/,
    )
    expect(frame(T0, T0 - 2 * ERA).refusal?.detail).toContain('2 × 1,024 weeks')
  })

  it('leaves times as they were said, flags them, and tells when they were likely true', () => {
    const now = until('behind', -3 * HOUR)
    const outcome = frame(now, now - 3 * HOUR)
    expect(at(outcome)).toEqual([now - 3 * HOUR])
    expect(flags(outcome)).toEqual([{ clockSuspect: true }])
    expect(Math.abs((outcome.readings[0]?.likelyAt ?? 0) - now)).toBeLessThan(1_000)
    const history = frame(now + 1_000, now - 5 * HOUR)
    expect(flags(history)).toEqual([{ historical: true, clockSuspect: true }])
  })

  it('believes what is late while the clock is right, or was set right', () => {
    expect(flags(frame(T0, T0 - 3 * HOUR))).toEqual([{ historical: true }])
    const now = until('behind', -3 * HOUR, T0 + MINUTE)
    expect(frame(now, now).readings[0]).toMatchObject({ at: now, flags: {} })
    expect(flags(frame(now, now - HOUR))).toEqual([{ historical: true }])
  })

  it('learns from frames that it refuses', () => {
    until('rollover', -ERA)
    expect(facts.clocks.get('p')).toMatchObject({ device: 'p', fault: 'rollover', offsetMs: -ERA })
    expect(facts.clocks.counts()).toEqual({ ahead: 0, behind: 0, stuck: 0, rollover: 1 })
  })
})

describe('clock.correct: suspect', () => {
  beforeEach(() => begin('suspect'))

  it('repairs a GPS rollover exactly, from the first frame on, live and from a buffer', () => {
    const first = frame(T0, T0 - ERA - 2_000)
    expect(at(first)).toEqual([T0 - 2_000])
    expect(flags(first)).toEqual([{ clockSuspect: true, clockCorrected: true }])
    const batch = frame(T0 + 1_000, T0 - 2 * ERA, T0 - 2 * ERA - 2 * DAY)
    expect(at(batch)).toEqual([T0, T0 - 2 * DAY])
    expect(flags(batch)[1]).toEqual({ historical: true, clockSuspect: true, clockCorrected: true })
    const now = until('rollover', -ERA, T0 + MINUTE)
    expect(at(frame(now, now - ERA - 30 * DAY))).toEqual([now - 30 * DAY])
  })

  it('takes the estimated error off once it is known, and leaves right times alone', () => {
    const now = until('ahead', 2 * HOUR)
    expect(at(frame(now, now + 2 * HOUR - 7_000))).toEqual([now - 7_000])
    expect(at(frame(now + 1, now + HOUR))).toEqual([now - HOUR])
    expect(frame(now + 2, now + 2).readings[0]).toMatchObject({ at: now + 2, flags: {} })
  })

  it('takes the time of receipt where nothing is known, and keeps the distances within a frame', () => {
    const outcome = frame(T0, T0 + 900 * DAY, T0 + 900 * DAY - 20_000)
    expect(at(outcome)).toEqual([T0, T0 - 20_000])
    expect(flags(outcome)).toEqual([
      { clockSuspect: true, clockCorrected: true },
      { clockSuspect: true, clockCorrected: true },
    ])
    expect(at(frame(T0 + 1, T0 - 900 * DAY))).toEqual([T0 + 1])
  })

  it('does not move what may well be true because of one wild time in the frame', () => {
    expect(at(frame(T0, T0 + 900 * DAY, T0 - 1_000, T0 - 2 * HOUR))).toEqual([T0, T0 - 1_000, T0 - 2 * HOUR])
  })

  it('gives readings of a clock that stands still the times of their receipt', () => {
    const stuck = T0 + MINUTE
    let now = T0
    for (; facts.clocks.get('p')?.fault !== 'stuck'; now += MINUTE) {
      expect(now).toBeLessThan(T0 + 2 * HOUR)
      frame(now, stuck)
    }
    expect(at(frame(now, stuck))).toEqual([now])
    expect(flags(frame(now + MINUTE, stuck))).toEqual([{ clockSuspect: true, clockCorrected: true }])
    expect(frame(now + 2 * MINUTE, now + 2 * MINUTE).readings[0]).toMatchObject({ at: now + 2 * MINUTE, flags: {} })
  })

  it('keeps two readings apart that differ in the time they said alone', () => {
    const [one, two] = [T0 + 900 * DAY, T0 + 901 * DAY].map(said => {
      const payload = Buffer.from(JSON.stringify([{ at: said, values: { level: 1 } }]))
      return decoder.outcome({ offset: offset++, device: 'p', channel: 'test', receivedAt: T0, payload }).readings[0]
    })
    expect(one?.at).toBe(two?.at)
    expect(one?.sub).not.toBe(two?.sub)
  })
})

describe('after a restart', () => {
  it('a clock is known as it was for each frame: unknown to those before it was found, known to those after', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'citygate-clocks-'))
    try {
      begin('suspect', join(folder, 'decoding.db'))
      const now = until('ahead', 2 * HOUR)
      const found = offset
      facts.close()
      begin('suspect', join(folder, 'decoding.db'))
      expect(facts.clocks.get('p')).toMatchObject({ fault: 'ahead' })
      offset = found - 1
      expect(at(frame(now, now + HOUR))).toEqual([now])
      expect(at(frame(now, now + HOUR))).toEqual([now - HOUR])
      facts.close()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
