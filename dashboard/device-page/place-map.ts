import type { Feature, FeatureCollection } from 'geojson'
import { type GeoJSONSource, LngLatBounds, type Map as MapLibreMap } from 'maplibre-gl'
import type { Position } from '../api/types.ts'
import type { BaseMap } from '../map/base-map.ts'
import type { BaseLook } from '../map/base-style.ts'
import type { Datum } from '../map/datum.ts'
import { FlatMap } from '../map/flat-map.ts'
import { type KindColour, tokens } from '../theme/tokens.ts'
import type { Track } from './track.ts'

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
  readonly #flat: FlatMap
  readonly #map: MapLibreMap
  #input: PlaceMapInput
  /** What was brought into view last: the map is not moved again while somebody looks around in it. */
  #framed: Track | undefined | 'nothing' = 'nothing'

  constructor(container: HTMLElement, options: { readonly base: BaseMap; readonly datum: Datum }, input: PlaceMapInput) {
    this.#input = input
    const view = input.place ? { lat: input.place.lat, lon: input.place.lon, zoom: 12 } : { lat: 31.22, lon: 121.47, zoom: 8 }
    this.#flat = new FlatMap({ container, ...options, look: input.look, view, cooperative: true, onStyle: () => this.#dress() })
    this.#map = this.#flat.map
  }

  start(): void {
    this.#flat.start()
    void this.#map.once('idle', this.#foldAttribution)
  }

  stop(): void {
    this.#flat.stop()
  }

  update(input: PlaceMapInput): void {
    this.#input = input
    this.#flat.look = input.look
    if (this.#flat.ready) {
      void this.#map.getSource<GeoJSONSource>(WAY)?.setData(this.#wayOf(input.track))
      void this.#map.getSource<GeoJSONSource>(PLACE)?.setData(this.#placeOf(input.place))
    }
    this.#frame()
  }

  #dress(): void {
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
    this.#frame()
  }

  /** It covers a good part of so small a map; a click on its sign opens it again. */
  readonly #foldAttribution = (): void => {
    const attribution = this.#map.getContainer().querySelector('.maplibregl-ctrl-attrib')
    attribution?.classList.remove('maplibregl-compact-show')
    attribution?.removeAttribute('open')
  }

  #frame(): void {
    const { track, place } = this.#input
    if (this.#framed === track || (!track && !place)) return
    this.#framed = track
    const bounds = new LngLatBounds()
    for (const { lat, lon } of [...(track?.pieces.flat() ?? []), ...(place ? [place] : [])]) bounds.extend(this.#flat.plane.drawn({ lat, lon }))
    if (!bounds.isEmpty()) this.#map.fitBounds(bounds, { padding: 28, maxZoom: this.#flat.schematic ? NEAREST.schematic : NEAREST.others, duration: 0 })
  }

  #wayOf(track: Track | undefined): FeatureCollection {
    const features = (track?.pieces ?? []).map(
      (piece): Feature => ({
        type: 'Feature',
        properties: {},
        geometry: { type: 'LineString', coordinates: piece.map(place => this.#flat.plane.drawn(place)) },
      }),
    )
    return { type: 'FeatureCollection', features: features.filter(({ geometry }) => geometry.type === 'LineString' && geometry.coordinates.length > 1) }
  }

  #placeOf(place: Position | undefined): FeatureCollection {
    const features: Feature[] = place ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: this.#flat.plane.drawn(place) } }] : []
    return { type: 'FeatureCollection', features }
  }
}
