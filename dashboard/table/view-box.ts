import type { MapView } from '../map/url-state.ts'

/** Pixels of the whole world at zoom 0, as MapLibre counts zooms. */
const WORLD = 512

/**
 * The part of the world a map of so many pixels shows: `west,south,east,north` in degrees.
 * Source: Web Mercator (EPSG:3857), where latitudes lie at atanh(sin φ).
 */
export function viewBox({ lat, lon, zoom }: MapView, width: number, height: number): string {
  const scale = WORLD * 2 ** zoom
  const halfWidth = Math.min(180, (180 * width) / scale)
  const middle = Math.atanh(Math.sin((lat * Math.PI) / 180))
  const latitude = (pixels: number) => (Math.asin(Math.tanh(middle + (2 * Math.PI * pixels) / scale)) * 180) / Math.PI
  const edges = [Math.max(-180, lon - halfWidth), latitude(-height / 2), Math.min(180, lon + halfWidth), latitude(height / 2)]
  return edges.map(degrees => degrees.toFixed(5)).join(',')
}
