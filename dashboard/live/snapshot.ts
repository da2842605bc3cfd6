import type { LiveAnswer } from '../api/types.ts'
import type { Bounds } from './geohash.ts'
import type { Snapshot } from './live-feed.ts'

/** The API's picture of a rectangle as marks. A device that never sent a reading stands at its place, silent since ever. */
export function snapshotFrom(answer: LiveAnswer): Snapshot {
  const marks = answer.features.map(({ geometry, properties }) => {
    const [lon, lat] = geometry.coordinates
    const { device, kind, org, name, group, route = group, at, heading, speed, flagged, simulated, revision, staleSince } = properties
    return {
      device,
      kind,
      org,
      ...(name !== undefined && { name }),
      ...(route !== undefined && { route }),
      lat,
      lon,
      at: at === undefined ? 0 : Date.parse(at),
      ...(heading !== undefined && { heading }),
      ...(speed !== undefined && { speedKmh: speed }),
      flagged,
      simulated,
      gone: staleSince !== undefined,
      revision,
    }
  })
  return { revision: answer.revision, marks, ...madeAt(answer) }
}

/** A rectangle as the API takes it: west, south, east, north. */
export function bboxText({ west, south, east, north }: Bounds): string {
  return [Math.max(-180, west), Math.max(-90, south), Math.min(180, east), Math.min(90, north)].map(degrees => degrees.toFixed(6)).join(',')
}

/** Each feature tells its event time and its age: together they are the gateway's time. */
function madeAt({ features }: LiveAnswer): { readonly madeAtMs?: number } {
  for (const { properties } of features) {
    if (properties.at !== undefined && properties.ageSeconds !== undefined) return { madeAtMs: Date.parse(properties.at) + properties.ageSeconds * 1_000 }
  }
  return {}
}
