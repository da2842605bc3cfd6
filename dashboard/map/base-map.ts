import type { MapSettings } from '../api/types.ts'
import type { Datum } from './datum.ts'
import type { TileArchive } from './pmtiles-archive.ts'

/** The map below the marks. */
export type BaseMap =
  /** The outlines that come with the dashboard. `failed`: in the place of a map of the gateway's that could not be loaded. */
  | { readonly type: 'schematic'; readonly failed: boolean }
  | { readonly type: 'style'; readonly url: string }
  | { readonly type: 'raster'; readonly tiles: string }
  | { readonly type: 'archive'; readonly archive: TileArchive }

const SCHEMATIC = { type: 'schematic', failed: false } as const

/** The base map the gateway sets: its style, else its raster tiles, else its PMTiles file, else the schematic one. What reads PMTiles is loaded only where it may be needed. */
export async function chooseBaseMap({ styleUrl, tilesUrl, pmtilesUrl }: MapSettings): Promise<BaseMap> {
  if (styleUrl === undefined && tilesUrl === undefined && pmtilesUrl === undefined) return SCHEMATIC
  if (tilesUrl !== undefined && styleUrl === undefined) return { type: 'raster', tiles: tilesUrl }
  try {
    const { openArchive, registerArchives } = await import('./pmtiles-archive.ts')
    registerArchives()
    if (styleUrl !== undefined) return { type: 'style', url: styleUrl }
    return { type: 'archive', archive: await openArchive(pmtilesUrl ?? '') }
  } catch (error) {
    console.warn('map: the PMTiles file cannot be read', error)
    return { ...SCHEMATIC, failed: true }
  }
}

/** The datum a base map is drawn in. The schematic outlines state none and are taken as WGS-84. */
export function datumOf(base: BaseMap, settings: MapSettings): Datum {
  return base.type === 'schematic' ? 'wgs84' : (settings.datum ?? 'wgs84')
}
