import type { EpochMs } from '../model/frame.ts'
import type { FoundReading, FrameReading } from '../model/frame-reading.ts'

/** What became of a frame: its readings, or why there are none. A reading without a time of its own happened when it came in. */
export function outcomeJson(outcome: FrameReading['outcome'], receivedAt: EpochMs): object {
  if (!outcome.ok) return outcome
  return { ok: true, readings: outcome.readings.map(reading => foundJson(reading, receivedAt)), ...(outcome.valueless && { valueless: true }) }
}

/** All that was found out about a frame, as one JSON object. */
export function readingAsJson(read: FrameReading, receivedAt: EpochMs, withParts: boolean): object {
  const { protocol, model, kind, recognised, tried, outcome, explanation } = read
  return {
    protocol,
    ...(recognised && { recognised }),
    ...(model !== undefined && { model, kind }),
    ...(tried.length > 1 && { tried }),
    ...outcomeJson(outcome, receivedAt),
    ...(explanation?.header && { header: explanation.header }),
    ...(withParts && explanation && { parts: explanation.parts }),
  }
}

function foundJson({ at, values, position, historical, quality, outOfRange }: FoundReading, receivedAt: EpochMs): object {
  const flags = { ...(historical && { historical }), ...(outOfRange.length > 0 && { outOfRange }), ...(quality && { quality }) }
  return { at: new Date(at ?? receivedAt).toISOString(), values, ...(position && { position }), ...(Object.keys(flags).length > 0 && { flags }) }
}
