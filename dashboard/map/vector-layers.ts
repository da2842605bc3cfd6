import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { Language } from '../i18n/catalogue.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'

/**
 * The layers of vector tiles in the colours of the dashboard, calm enough to read marks on. Layers of both usual schemas are known: Protomaps basemap (`earth`, `water`, `roads`,
 * `buildings`, `boundaries`, `places`; docs.protomaps.com/basemaps/layers) and OpenMapTiles (`water`, `transportation`, `building`, `boundary`, `place`; openmaptiles.org/schema).
 */
export function vectorLayers(source: string, names: readonly string[], scheme: Scheme, language: Language): LayerSpecification[] {
  const colours = tokens.map[scheme]
  const has = (name: string) => names.includes(name)
  const layers: LayerSpecification[] = [{ id: 'base', type: 'background', paint: { 'background-color': has('earth') ? colours.water : colours.land } }]
  const fill = (name: string, colour: string, opacity = 1, minzoom = 0) => {
    if (has(name)) {
      layers.push({
        id: `base-${name}`,
        type: 'fill',
        source,
        'source-layer': name,
        minzoom,
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': colour, 'fill-opacity': opacity },
      })
    }
  }
  const line = (name: string, width: ExpressionSpecification, dashes?: number[]) => {
    if (has(name)) {
      layers.push({
        id: `base-${name}`,
        type: 'line',
        source,
        'source-layer': name,
        layout: { 'line-join': 'round', 'line-cap': 'round' },
        paint: { 'line-color': colours.line, 'line-width': width, ...(dashes && { 'line-dasharray': dashes }) },
      })
    }
  }
  fill('earth', colours.land)
  fill('water', colours.water)
  for (const name of ['buildings', 'building']) fill(name, colours.line, 0.35, 14)
  for (const name of ['roads', 'transportation']) line(name, roadWidth)
  for (const name of ['boundaries', 'boundary']) line(name, ['literal', 0.8], [3, 2])
  for (const name of ['places', 'place']) if (has(name)) layers.push(placeNames(source, name, scheme, language))
  return layers
}

/** Wider for what carries more traffic: `kind` in Protomaps, `class` in OpenMapTiles. */
const roadWidth: ExpressionSpecification = (() => {
  const rank: ExpressionSpecification = [
    'match',
    ['coalesce', ['get', 'kind'], ['get', 'class'], ''],
    ['highway', 'motorway', 'trunk'],
    3,
    ['major_road', 'primary', 'secondary'],
    2,
    ['rail', 'path', 'ferry', 'other', 'track'],
    0.5,
    1,
  ]
  return ['interpolate', ['exponential', 1.5], ['zoom'], 8, ['*', 0.3, rank], 13, ['*', 1, rank], 18, ['*', 4, rank]]
})()

/** No glyphs are fetched: without an address for them MapLibre draws text with the fonts of the system. */
function placeNames(source: string, name: string, scheme: Scheme, language: Language): LayerSpecification {
  const colours = tokens.map[scheme]
  const own = language === 'zh' ? ['name:zh', 'name:zh-Hans', 'name'] : ['name:en', 'name_en', 'name']
  return {
    id: `base-${name}`,
    type: 'symbol',
    source,
    'source-layer': name,
    layout: {
      'text-field': ['coalesce', ...own.map((key): ExpressionSpecification => ['get', key]), ''],
      'text-size': 12,
      'text-font': ['sans-serif'],
      'text-max-width': 8,
    },
    paint: { 'text-color': colours.label, 'text-halo-color': colours.halo, 'text-halo-width': 1.2, 'text-opacity': 0.85 },
  }
}
