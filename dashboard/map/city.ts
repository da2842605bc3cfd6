import type { Bounds } from '../live/geohash.ts'
import type { MapView } from './url-state.ts'

/** The whole city. */
export const CITY: Bounds = { west: 120.85, south: 30.68, east: 122.0, north: 31.87 }
/** Where the map begins when the address does not say: the middle of the city. */
export const START: MapView = { lat: 31.215, lon: 121.47, zoom: 10.2 }
