import type { StyleSpecification } from 'maplibre-gl'
import type { MapSettings } from '../api/types.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'

/** The outlines that come with the dashboard. */
export const DISTRICTS_URL = '/shanghai_districts.geojson'

/** The map below the marks: the gateway's style, else its raster tiles, else the schematic outlines. No glyphs or sprites are fetched unless the gateway's own style names them. */
export function baseStyle(settings: MapSettings, scheme: Scheme, attribution: string): StyleSpecification | string {
  if (settings.styleUrl !== undefined) return settings.styleUrl
  if (settings.tilesUrl !== undefined) return rasterStyle(settings.tilesUrl, scheme)
  return schematicStyle(scheme, attribution)
}

/** Whether the schematic outlines, and with them the districts' names, are shown. */
export function isSchematic(settings: MapSettings): boolean {
  return settings.styleUrl === undefined && settings.tilesUrl === undefined
}

/** The schematic map. */
export function schematicStyle(scheme: Scheme, attribution: string): StyleSpecification {
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

function rasterStyle(tilesUrl: string, scheme: Scheme): StyleSpecification {
  return {
    version: 8,
    sources: { tiles: { type: 'raster', tiles: [tilesUrl], tileSize: 256 } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': tokens.map[scheme].water } },
      // Raster maps are made for daylight; dimmed, they do not glare beside a dark page.
      { id: 'tiles', type: 'raster', source: 'tiles', paint: scheme === 'dark' ? { 'raster-brightness-max': 0.6, 'raster-saturation': -0.4 } : {} },
    ],
  }
}
