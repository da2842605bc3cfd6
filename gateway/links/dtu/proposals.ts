import type { Catalogue, ModelEntry } from '../../model/device.ts'
import type { DtuSighting } from '../../model/dtu.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { ModelId } from '../../model/ids.ts'

const MOST = 8

/** Models that speak what a DTU was heard speaking: those that read plausible values in its frames, the most first; where none does, all that speak its protocols. */
export function proposals(catalogue: Catalogue, seen: readonly DtuSighting[], receivedAt: EpochMs): readonly ModelId[] {
  if (seen.length === 0) return []
  const fitting: { readonly id: ModelId; readonly plausible: number }[] = []
  for (const entry of catalogue.models()) {
    const own = seen.filter(({ protocol }) => protocol === entry.model.protocol)
    if (own.length === 0) continue
    fitting.push({ id: entry.model.id, plausible: Math.max(...own.map(({ frame }) => plausibleValues(entry, frame, receivedAt))) })
  }
  const reading = fitting.filter(({ plausible }) => plausible > 0)
  const best = (reading.length > 0 ? reading : fitting).sort((a, b) => b.plausible - a.plausible)
  return best.slice(0, MOST).map(({ id }) => id)
}

/** Values within their kind's ranges, less those outside: a wrong map reads numbers too, but few that make sense. */
function plausibleValues(entry: ModelEntry, frame: Uint8Array, receivedAt: EpochMs): number {
  const { model, kind } = entry
  const decoded = entry.decoderFor(model.protocol)?.decode(frame, { receivedAt })
  if (!decoded?.ok) return 0
  let plausible = 0
  for (const { values } of decoded.readings) {
    for (const [field, value] of Object.entries(values)) {
      const range = kind.fields[field]?.range
      plausible += typeof value !== 'number' || !range || (value >= range[0] && value <= range[1]) ? 1 : -1
    }
  }
  return plausible
}
