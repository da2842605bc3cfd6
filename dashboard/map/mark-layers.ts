import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl'
import { type Scheme, tokens } from '../theme/tokens.ts'
import type { MapFilter } from './url-state.ts'

/** The source of the marks, and the layer a pointer hits. */
export const MARKS_SOURCE = 'marks'
export const MARKS_LAYER = 'marks'
export const RING_LAYER = 'mark-rings'
const SELECTION_LAYER = 'mark-selection'

/** Marks are smaller while the whole city is on the screen. */
const SCALE: readonly [number, number][] = [
  [8, 0.55],
  [11, 0.8],
  [14, 1.05],
]

/** The layers of the marks, bottom to top. Properties of a feature: `kind`, `state`, `icon`, `turn` (degrees), `label` (what a text filter searches, in lower case), `device`. */
export function markLayers(scheme: Scheme, filter: MapFilter, selected: string | undefined): LayerSpecification[] {
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
      filter: marksFilter(filter),
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-size': byZoom(1),
        'icon-rotate': ['get', 'turn'],
        'icon-rotation-alignment': 'map',
        'icon-pitch-alignment': 'viewport',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        // What needs an eye lies above what does not.
        'symbol-sort-key': ['match', ['get', 'state'], 'flagged', 3, 'fresh', 2, 1],
      },
    },
    // Above the marks: in a crowd a ring below them would be hidden.
    {
      id: RING_LAYER,
      type: 'circle',
      source: MARKS_SOURCE,
      filter: ringFilter(filter),
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

/** The filters to set on the layers after the operator chose. */
export function layerFilters(filter: MapFilter, selected: string | undefined): ReadonlyMap<string, FilterSpecification> {
  return new Map([
    [SELECTION_LAYER, selectionFilter(selected)],
    [RING_LAYER, ringFilter(filter)],
    [MARKS_LAYER, marksFilter(filter)],
  ])
}

function selectionFilter(selected: string | undefined): FilterSpecification {
  return ['==', ['get', 'device'], selected ?? '']
}

function ringFilter(filter: MapFilter): FilterSpecification {
  return ['all', ['==', ['get', 'state'], 'flagged'], ...conditions(filter)]
}

function marksFilter(filter: MapFilter): FilterSpecification {
  return ['all', ...conditions(filter)]
}

function conditions(filter: MapFilter): ExpressionSpecification[] {
  const all: ExpressionSpecification[] = []
  if (filter.kinds.length > 0) all.push(['in', ['get', 'kind'], ['literal', [...filter.kinds]]])
  if (filter.states.length > 0) all.push(['in', ['get', 'state'], ['literal', [...filter.states]]])
  const text = filter.text.trim().toLowerCase()
  if (text !== '') all.push(['in', text, ['get', 'label']])
  return all
}

function byZoom(size: number): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], ...SCALE.flatMap(([zoom, scale]) => [zoom, size * scale])]
}
