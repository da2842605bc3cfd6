import type { z } from 'zod'
import type { FoundReading, FrameReading } from '../model/frame-reading.ts'
import type { MaskedBytes, Span } from '../model/masked.ts'
import { timeText } from './device-json.ts'
import { partsJson } from './explanation-json.ts'
import type { DecodedFrameSchema } from './frame-schemas.ts'

/** Bytes in hexadecimal, and which of them are masked. */
export function bytesJson({ bytes, masked }: MaskedBytes): { readonly bytes: string; readonly masked?: Span[] } {
  return { bytes: Buffer.from(bytes).toString('hex'), ...(masked.length > 0 && { masked: masked.map(span => ({ ...span })) }) }
}

/** What a frame says. `shown`: its bytes, with passwords masked. */
export function decodedJson(read: FrameReading, shown: MaskedBytes, receivedAt: number): z.input<typeof DecodedFrameSchema> {
  const { protocol, recognised, model, kind, tried, outcome, explanation } = read
  const explained = explanation && partsJson(explanation.parts)
  return {
    protocol,
    ...bytesJson(shown),
    ...(recognised && {
      recognised: {
        by: recognised.by,
        ...(recognised.what && { what: { ...recognised.what } }),
        ...(recognised.sender !== undefined && { sender: recognised.sender }),
      },
    }),
    ...(model !== undefined && { model }),
    ...(kind !== undefined && { kind }),
    tried: tried.map(each => ({ ...each })),
    ok: outcome.ok,
    ...(outcome.ok
      ? { readings: outcome.readings.map(reading => readingJson(reading, receivedAt)), ...(outcome.valueless && { valueless: outcome.valueless }) }
      : { reason: outcome.reason, detail: outcome.detail }),
    ...(explanation?.header && { header: { ...explanation.header } }),
    ...(explained && { parts: explained.parts, ...(!explained.whole && { shortened: true as const }) }),
  }
}

/** A reading without a time of its own happened when the frame came in. */
function readingJson(
  { at, values, position, historical, quality, outOfRange }: FoundReading,
  receivedAt: number,
): NonNullable<z.input<typeof DecodedFrameSchema>['readings']>[number] {
  const flags = { ...(historical && { historical }), ...(outOfRange.length > 0 && { outOfRange: [...outOfRange] }) }
  return {
    at: timeText(at ?? receivedAt),
    ownTime: at !== undefined,
    values: { ...values },
    ...(position && { position: { lat: position.lat, lon: position.lon } }),
    ...(Object.keys(flags).length > 0 && { flags }),
    ...(quality && { quality: { ...quality } }),
  }
}
