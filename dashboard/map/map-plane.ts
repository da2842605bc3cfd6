import type { Map as MapLibreMap, PointLike } from 'maplibre-gl'
import type { Bounds } from '../live/geohash.ts'
import type { DatumShift, LatLon } from './datum.ts'

/** The map as a plane for WGS-84 places, whatever datum its base map is drawn in: the only place where the two meet. */
export class MapPlane {
  readonly #map: MapLibreMap
  readonly #shift: DatumShift

  constructor(map: MapLibreMap, shift: DatumShift) {
    this.#map = map
    this.#shift = shift
  }

  /** Longitude and latitude as the map draws them. */
  drawn(place: LatLon): [number, number] {
    const { lat, lon } = this.#shift.toMap(place)
    return [lon, lat]
  }

  /** CSS pixels from the map's upper left corner. */
  pixel(place: LatLon): { readonly x: number; readonly y: number } {
    return this.#map.project(this.drawn(place))
  }

  /** The place at a pixel. */
  place(pixel: PointLike): LatLon {
    const { lat, lng } = this.#map.unproject(pixel)
    return this.#shift.fromMap({ lat, lon: lng })
  }

  get centre(): LatLon {
    const { lat, lng } = this.#map.getCenter()
    return this.#shift.fromMap({ lat, lon: lng })
  }

  get zoom(): number {
    return this.#map.getZoom()
  }

  /** What is in view. */
  get bounds(): Bounds {
    const view = this.#map.getBounds()
    const southWest = this.#shift.fromMap({ lat: view.getSouth(), lon: view.getWest() })
    const northEast = this.#shift.fromMap({ lat: view.getNorth(), lon: view.getEast() })
    return { west: southWest.lon, south: southWest.lat, east: northEast.lon, north: northEast.lat }
  }
}
