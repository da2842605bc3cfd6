import 'maplibre-gl/dist/maplibre-gl.css'
import type { Feature, FeatureCollection } from 'geojson'
import { type ErrorEvent, type GeoJSONSource, LngLatBounds, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { Position } from '../api/types.ts'
import type { BaseMap } from '../map/base-map.ts'
import { type BaseLook, baseStyle } from '../map/base-style.ts'
import type { DatumShift } from '../map/datum.ts'
import { type KindColour, tokens } from '../theme/tokens.ts'
import type { Track } from './track.ts'

setWorkerUrl(workerUrl)

const WAY = 'way'
const PLACE = 'place'
/** Nearer says no more of a single place: the schematic map has nothing there but its districts. */
const NEAREST = { schematic: 12, others: 15 }

/** What is drawn, at any time. */
export interface PlaceMapInput {
  /** The same object as long as nothing of it changed. */
  readonly look: BaseLook
  readonly colour: KindColour
  readonly place: Position | undefined
  readonly track: Track | undefined
}

/** A small map with where a device is and where it went. */
export class PlaceMap {
  readonly #map: MapLibreMap
  /** Positions are WGS-84; base maps may be not. */
  readonly #shift: DatumShift
  #base: BaseMap
  #input: PlaceMapInput
  #ready = false
  /** What was brought into view last: the map is not moved again while somebody looks around in it. */
  #framed: Track | undefined | 'nothing' = 'nothing'

  constructor(container: HTMLElement, options: { readonly base: BaseMap; readonly shift: DatumShift }, input: PlaceMapInput) {
    this.#base = options.base
    this.#shift = options.shift
    this.#input = input
    this.#map = new MapLibreMap({
      container,
      style: baseStyle(options.base, input.look),
      center: this.#drawn(input.place ?? { lat: 31.22, lon: 121.47 }),
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
    void this.#map.once('idle', this.#foldAttribution)
  }

  stop(): void {
    this.#map.remove()
  }

  update(input: PlaceMapInput): void {
    const before = this.#input
    this.#input = input
    if (input.look !== before.look) {
      this.#ready = false
      this.#map.setStyle(baseStyle(this.#base, input.look), { diff: false })
    } else if (this.#ready) {
      void this.#map.getSource<GeoJSONSource>(WAY)?.setData(this.#wayOf(input.track))
      void this.#map.getSource<GeoJSONSource>(PLACE)?.setData(this.#placeOf(input.place))
    }
    this.#frame()
  }

  readonly #dress = (): void => {
    const { look, colour, track, place } = this.#input
    const { scheme } = look
    const stroke = tokens.kind[scheme][colour]
    const { halo } = tokens.map[scheme]
    this.#map.addSource(WAY, { type: 'geojson', data: this.#wayOf(track) })
    this.#map.addSource(PLACE, { type: 'geojson', data: this.#placeOf(place) })
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
  }

  /** It covers a good part of so small a map; a click on its sign opens it again. */
  readonly #foldAttribution = (): void => {
    const attribution = this.#map.getContainer().querySelector('.maplibregl-ctrl-attrib')
    attribution?.classList.remove('maplibregl-compact-show')
    attribution?.removeAttribute('open')
  }

  readonly #failed = ({ error }: ErrorEvent): void => {
    // Without its style the map is nothing; a single tile that fails is only a hole.
    if (this.#ready || this.#base.type !== 'style') {
      console.warn('map:', error.message)
      return
    }
    this.#base = { type: 'schematic', failed: true }
    this.#map.setStyle(baseStyle(this.#base, this.#input.look), { diff: false })
  }

  #frame(): void {
    const { track, place } = this.#input
    if (this.#framed === track || (!track && !place)) return
    this.#framed = track
    const bounds = new LngLatBounds()
    for (const { lat, lon } of [...(track?.pieces.flat() ?? []), ...(place ? [place] : [])]) bounds.extend(this.#drawn({ lat, lon }))
    if (!bounds.isEmpty())
      this.#map.fitBounds(bounds, { padding: 28, maxZoom: this.#base.type === 'schematic' ? NEAREST.schematic : NEAREST.others, duration: 0 })
  }

  #wayOf(track: Track | undefined): FeatureCollection {
    const features = (track?.pieces ?? []).map(
      (piece): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: piece.map(place => this.#drawn(place)) } }),
    )
    return { type: 'FeatureCollection', features: features.filter(({ geometry }) => geometry.type === 'LineString' && geometry.coordinates.length > 1) }
  }

  #placeOf(place: Position | undefined): FeatureCollection {
    const features: Feature[] = place ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: this.#drawn(place) } }] : []
    return { type: 'FeatureCollection', features }
  }

  /** Longitude and latitude as the base map has them. */
  #drawn(place: Position): [number, number] {
    const { lat, lon } = this.#shift.toMap(place)
    return [lon, lat]
  }
}
