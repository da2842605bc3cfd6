import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl'
import { type Scheme, tokens } from '../theme/tokens.ts'
import { FAR_ZOOM } from './crowds.ts'

/** The source of the marks, and the layer a pointer hits. */
export const MARKS_SOURCE = 'marks'
export const MARKS_LAYER = 'marks'
const RING_LAYER = 'mark-rings'
export const SELECTION_LAYER = 'mark-selection'

/** Marks are smaller while the whole city is on the screen. */
const SCALE: readonly [number, number][] = [
  [8, 0.55],
  [11, 0.8],
  [14, 1.05],
]

/** The layers of the marks, bottom to top; from afar there are crowds in their place. Properties of a feature: `kind`, `state`, `icon`, `turn` (degrees), `device`. */
export function markLayers(scheme: Scheme, selected: string | undefined): LayerSpecification[] {
  return [
    {
      id: SELECTION_LAYER,
      type: 'circle',
      source: MARKS_SOURCE,
      filter: selectionFilter(selected),
      paint: { 'circle-radius': byZoom(22), 'circle-color': tokens.kind[scheme].blue, 'circle-opacity': 0.22 },
    },
    {
      id: MARKS_LAYER,
      type: 'symbol',
      source: MARKS_SOURCE,
      minzoom: FAR_ZOOM,
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-size': byZoom(1),
        'icon-rotate': ['get', 'turn'],
        'icon-rotation-alignment': 'map',
        'icon-pitch-alignment': 'viewport',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        // What needs an eye lies above what does not.
        'symbol-sort-key': ['match', ['get', 'state'], 'flagged', 4, 'fresh', 3, 'stale', 2, 1],
      },
    },
    // Above the marks: in a crowd a ring below them would be hidden.
    {
      id: RING_LAYER,
      type: 'circle',
      source: MARKS_SOURCE,
      minzoom: FAR_ZOOM,
      filter: ['==', ['get', 'state'], 'flagged'],
      paint: {
        'circle-radius': byZoom(15),
        'circle-color': tokens.alert[scheme],
        'circle-opacity': 0.12,
        'circle-stroke-color': tokens.alert[scheme],
        'circle-stroke-width': byZoom(2.2),
      },
    },
  ]
}

/** The filter that lights the selected device. */
export function selectionFilter(selected: string | undefined): FilterSpecification {
  return ['==', ['get', 'device'], selected ?? '']
}

function byZoom(size: number): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], ...SCALE.flatMap(([zoom, scale]) => [zoom, size * scale])]
}
