import type { StyleSpecification } from 'maplibre-gl'
import type { Language } from '../i18n/catalogue.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'
import type { BaseMap } from './base-map.ts'
import { DISTRICTS_URL } from './districts.ts'
import type { TileArchive } from './pmtiles-archive.ts'
import { vectorLayers } from './vector-layers.ts'

/** How the base map is drawn. */
export interface BaseLook {
  readonly scheme: Scheme
  readonly language: Language
  /** Of the schematic outlines. */
  readonly attribution: string
}

/** The style of the map below the marks. No glyphs or sprites are fetched unless the gateway's own style names them. */
export function baseStyle(base: BaseMap, look: BaseLook): StyleSpecification | string {
  if (base.type === 'style') return base.url
  if (base.type === 'raster') return rasterStyle({ tiles: [base.tiles] }, look.scheme)
  if (base.type === 'archive') return archiveStyle(base.archive, look)
  return schematicStyle(look)
}

function schematicStyle({ scheme, attribution }: BaseLook): StyleSpecification {
  const colours = tokens.map[scheme]
  return {
    version: 8,
    sources: { districts: { type: 'geojson', data: DISTRICTS_URL, attribution } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colours.water } },
      { id: 'land', type: 'fill', source: 'districts', paint: { 'fill-color': colours.land, 'fill-antialias': false } },
      {
        id: 'district-lines',
        type: 'line',
        source: 'districts',
        layout: { 'line-join': 'round' },
        paint: { 'line-color': colours.line, 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.7, 13, 1.6] },
      },
    ],
  }
}

function archiveStyle({ url, vector, layers, attribution }: TileArchive, { scheme, language }: BaseLook): StyleSpecification {
  if (!vector) return rasterStyle({ url, attribution }, scheme)
  return { version: 8, sources: { tiles: { type: 'vector', url, attribution } }, layers: vectorLayers('tiles', layers, scheme, language) }
}

function rasterStyle(source: { readonly tiles: string[] } | { readonly url: string; readonly attribution: string }, scheme: Scheme): StyleSpecification {
  return {
    version: 8,
    sources: { tiles: { type: 'raster', ...source, tileSize: 256 } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': tokens.map[scheme].water } },
      // Raster maps are made for daylight; dimmed, they do not glare beside a dark page.
      { id: 'tiles', type: 'raster', source: 'tiles', paint: scheme === 'dark' ? { 'raster-brightness-max': 0.6, 'raster-saturation': -0.4 } : {} },
    ],
  }
}
