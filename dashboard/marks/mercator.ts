/** A place on the map of the world: 0 to 1 from west to east and from north to south (spherical Mercator, EPSG:3857, as MapLibre draws it). */
export interface WorldPlace {
  readonly x: number
  readonly y: number
}

/** CSS pixels of the whole world at zoom 0: MapLibre's tiles are 512 wide. */
const WORLD_PIXELS = 512
/** Farther north and south the map ends. Degrees. */
const LAST_LATITUDE = 85.0511

export function worldX(lon: number): number {
  return (lon + 180) / 360
}

export function worldY(lat: number): number {
  const sine = Math.sin((Math.max(-LAST_LATITUDE, Math.min(LAST_LATITUDE, lat)) * Math.PI) / 180)
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
}

/** CSS pixels of the whole world at a zoom. */
export function worldPixels(zoom: number): number {
  return WORLD_PIXELS * 2 ** zoom
}
