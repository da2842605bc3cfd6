import type { DecodedFrame, FoundReading } from './frame-types.ts'

/** A frame and what it was read as, as one line of a `vectors/*.jsonl`. Who keeps it says in `source` where the frame comes from. */
export function vectorLine(frame: DecodedFrame): string {
  const { protocol, model = '', bytes, ok, readings = [], reason, valueless } = frame
  const expect = ok ? { ok, readings: readings.map(readingOf), ...(valueless && { valueless }) } : { ok, reason }
  return JSON.stringify({ name: `${protocol} frame of ${bytes.length / 2} bytes`, model, hex: bytes, expect, source: '' })
}

/** As decoders answer it: a time only where the frame has one. */
function readingOf({ at, ownTime, values, position, flags, quality }: FoundReading): object {
  return {
    ...(ownTime && { at: Date.parse(at) }),
    values,
    ...(position && { position }),
    ...(flags?.historical && { historical: true }),
    ...(quality && { quality }),
  }
}
