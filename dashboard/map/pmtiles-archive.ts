import { addProtocol } from 'maplibre-gl'
import { PMTiles, Protocol, TileType } from 'pmtiles'

/** Tiles of a PMTiles file, as far as the map has to know them. */
export interface TileArchive {
  /** Such as `pmtiles://https://host/maps/city.pmtiles`. */
  readonly url: string
  readonly vector: boolean
  /** Names of its layers; none of raster tiles. */
  readonly layers: readonly string[]
  /** HTML, as its maker wrote it. */
  readonly attribution: string
}

/** One for the page: MapLibre keeps its protocols per page, too. */
const protocol = new Protocol()

/** Lets MapLibre read `pmtiles://` addresses, also those in styles. Each tile is a range of the file. */
export function registerArchives(): void {
  addProtocol('pmtiles', protocol.tile)
}

/** Reads the head of a PMTiles file. Rejects when it cannot be read, or holds no tiles a map can show. */
export async function openArchive(address: string): Promise<TileArchive> {
  const url = new URL(address, window.location.href).href
  const archive = new PMTiles(url)
  protocol.add(archive)
  const { tileType } = await archive.getHeader()
  if (tileType === TileType.Unknown) throw new Error(`${address} does not say what its tiles are`)
  const metadata: unknown = await archive.getMetadata()
  return { url: `pmtiles://${url}`, vector: tileType === TileType.Mvt, layers: layersOf(metadata), attribution: attributionOf(metadata) }
}

function layersOf(metadata: unknown): readonly string[] {
  const layers: unknown = isRecord(metadata) ? metadata.vector_layers : undefined
  if (!Array.isArray(layers)) return []
  return layers.flatMap((layer: unknown) => (isRecord(layer) && typeof layer.id === 'string' ? [layer.id] : []))
}

function attributionOf(metadata: unknown): string {
  return isRecord(metadata) && typeof metadata.attribution === 'string' ? metadata.attribution : ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
