import type { Map as MapLibreMap, PointLike } from 'maplibre-gl'
import { MARKS_LAYER } from './mark-layers.ts'

/** Pixels around the pointer in which a mark counts as hit: fingers are broad. */
const HIT = 9
/** A mark that is nearer to the pointer than all others by this much is the one that is meant. */
const CLEARLY = 4

/** The devices a pointer means: one, where one is clearly the nearest; all it may mean otherwise, the nearest first. */
export function hitsAt(map: MapLibreMap, point: { readonly x: number; readonly y: number }): readonly string[] {
  const box: [PointLike, PointLike] = [
    [point.x - HIT, point.y - HIT],
    [point.x + HIT, point.y + HIT],
  ]
  const distances = new Map<string, number>()
  for (const { geometry, properties } of map.queryRenderedFeatures(box, { layers: [MARKS_LAYER] })) {
    const device: unknown = properties.device
    if (typeof device !== 'string' || geometry.type !== 'Point') continue
    const [lon = 0, lat = 0] = geometry.coordinates
    const { x, y } = map.project([lon, lat])
    distances.set(device, Math.hypot(x - point.x, y - point.y))
  }
  const sorted = [...distances].sort((a, b) => a[1] - b[1])
  const [nearest, second] = sorted
  if (nearest && second && second[1] - nearest[1] >= CLEARLY) return [nearest[0]]
  return sorted.map(([device]) => device)
}
