import type { LayerSpecification } from 'maplibre-gl'
import { type Scheme, tokens } from '../theme/tokens.ts'
import { classColour, speedClasses } from './speed-classes.ts'

/** The line of a track: an outline, a dashed way across what is not known, and a layer for each class of speed. */
export function lineLayers(source: string, scheme: Scheme): LayerSpecification[] {
  const { outline, stale } = tokens.map[scheme]
  return [
    {
      id: 'replay-outline',
      type: 'line',
      source,
      filter: ['>=', ['get', 'speed'], 0],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': outline, 'line-width': 10, 'line-opacity': 0.8 },
    },
    {
      id: 'replay-unknown',
      type: 'line',
      source,
      filter: ['==', ['get', 'speed'], -1],
      paint: { 'line-color': stale, 'line-width': 1.5, 'line-dasharray': [2, 3] },
    },
    ...speedClasses.map(
      ({ width }, index): LayerSpecification => ({
        id: `replay-speed-${index}`,
        type: 'line',
        source,
        filter: ['==', ['get', 'speed'], index],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': classColour(index, scheme), 'line-width': width },
      }),
    ),
  ]
}
