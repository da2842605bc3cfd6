import 'maplibre-gl/dist/maplibre-gl.css'
import type { Feature, FeatureCollection } from 'geojson'
import { type ErrorEvent, type GeoJSONSource, LngLatBounds, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { MapSettings, Position } from '../api/types.ts'
import { baseStyle, schematicStyle } from '../map/base-style.ts'
import { type KindColour, type Scheme, tokens } from '../theme/tokens.ts'
import type { Track } from './track.ts'

setWorkerUrl(workerUrl)

const WAY = 'way'
const PLACE = 'place'
/** Nearer says no more of a single place. */
const NEAREST = 12

/** What is drawn, at any time. */
export interface PlaceMapInput {
  readonly scheme: Scheme
  readonly attribution: string
  readonly colour: KindColour
  readonly place: Position | undefined
  readonly track: Track | undefined
}

/** A small map with where a device is and where it went. */
export class PlaceMap {
  readonly #map: MapLibreMap
  readonly #settings: MapSettings
  #input: PlaceMapInput
  #ready = false
  #fallenBack = false
  /** What was brought into view last: the map is not moved again while somebody looks around in it. */
  #framed: Track | undefined | 'nothing' = 'nothing'

  constructor(container: HTMLElement, settings: MapSettings, input: PlaceMapInput) {
    this.#settings = settings
    this.#input = input
    this.#map = new MapLibreMap({
      container,
      style: baseStyle(settings, input.scheme, input.attribution),
      center: [input.place?.lon ?? 121.47, input.place?.lat ?? 31.22],
      zoom: input.place ? 12 : 8,
      minZoom: 4,
      maxZoom: 19,
      attributionControl: { compact: true },
      // The wheel scrolls the page unless Ctrl is held; on phones it takes two fingers.
      cooperativeGestures: true,
      fadeDuration: 0,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
    })
  }

  start(): void {
    this.#map.on('style.load', this.#dress)
    this.#map.on('error', this.#failed)
  }

  stop(): void {
    this.#map.remove()
  }

  update(input: PlaceMapInput): void {
    const before = this.#input
    this.#input = input
    if (input.scheme !== before.scheme) {
      this.#ready = false
      this.#map.setStyle(this.#fallenBack ? schematicStyle(input.scheme, input.attribution) : baseStyle(this.#settings, input.scheme, input.attribution), {
        diff: false,
      })
    } else if (this.#ready) {
      void this.#map.getSource<GeoJSONSource>(WAY)?.setData(wayOf(input.track))
      void this.#map.getSource<GeoJSONSource>(PLACE)?.setData(placeOf(input.place))
    }
    this.#frame()
  }

  readonly #dress = (): void => {
    const { scheme, colour, track, place } = this.#input
    const stroke = tokens.kind[scheme][colour]
    const { halo } = tokens.map[scheme]
    this.#map.addSource(WAY, { type: 'geojson', data: wayOf(track) })
    this.#map.addSource(PLACE, { type: 'geojson', data: placeOf(place) })
    const round = { 'line-join': 'round', 'line-cap': 'round' } as const
    this.#map.addLayer({ id: 'way-halo', type: 'line', source: WAY, layout: round, paint: { 'line-color': halo, 'line-width': 5 } })
    this.#map.addLayer({ id: WAY, type: 'line', source: WAY, layout: round, paint: { 'line-color': stroke, 'line-width': 2.5 } })
    this.#map.addLayer({
      id: PLACE,
      type: 'circle',
      source: PLACE,
      paint: { 'circle-radius': 7, 'circle-color': stroke, 'circle-stroke-color': halo, 'circle-stroke-width': 2.5 },
    })
    this.#ready = true
    this.#frame()
    // It covers a good part of so small a map; a click on its sign opens it.
    this.#map.getContainer().querySelector('.maplibregl-ctrl-attrib')?.classList.remove('maplibregl-compact-show')
  }

  readonly #failed = ({ error }: ErrorEvent): void => {
    // Without its style the map is nothing; a single tile that fails is only a hole.
    if (this.#ready || this.#fallenBack || this.#settings.styleUrl === undefined) {
      console.warn('map:', error.message)
      return
    }
    this.#fallenBack = true
    this.#map.setStyle(schematicStyle(this.#input.scheme, this.#input.attribution), { diff: false })
  }

  #frame(): void {
    const { track, place } = this.#input
    if (this.#framed === track || (!track && !place)) return
    this.#framed = track
    const bounds = new LngLatBounds()
    for (const { lat, lon } of [...(track?.pieces.flat() ?? []), ...(place ? [place] : [])]) bounds.extend([lon, lat])
    if (!bounds.isEmpty()) this.#map.fitBounds(bounds, { padding: 28, maxZoom: NEAREST, duration: 0 })
  }
}

function wayOf(track: Track | undefined): FeatureCollection {
  const features = (track?.pieces ?? []).map(
    (piece): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: piece.map(({ lat, lon }) => [lon, lat]) } }),
  )
  return { type: 'FeatureCollection', features: features.filter(({ geometry }) => geometry.type === 'LineString' && geometry.coordinates.length > 1) }
}

function placeOf(place: Position | undefined): FeatureCollection {
  const features: Feature[] = place ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [place.lon, place.lat] } }] : []
  return { type: 'FeatureCollection', features }
}
