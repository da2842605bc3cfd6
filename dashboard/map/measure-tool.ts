import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, LayerSpecification, Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl'
import { type Scheme, tokens } from '../theme/tokens.ts'
import type { LatLon } from './datum.ts'
import type { MapPlane } from './map-plane.ts'

const SOURCE = 'measure'
/** More corners than this nobody sets by hand. */
const MOST_PLACES = 500

interface MeasureOptions {
  readonly map: MapLibreMap
  readonly plane: MapPlane
  readonly onPlaces: (places: readonly LatLon[]) => void
}

/** Takes places from the pointer, or from the middle of the map, and draws the line and the area they make. */
export class MeasureTool {
  readonly #options: MeasureOptions
  #active = false
  #places: readonly LatLon[] = []
  /** Where the pointer is: the line reaches to it. */
  #pointer: LatLon | undefined
  #redrawing = 0

  constructor(options: MeasureOptions) {
    this.#options = options
  }

  get active(): boolean {
    return this.#active
  }

  switch(on: boolean): void {
    if (on === this.#active) return
    const { map } = this.#options
    this.#active = on
    this.#pointer = undefined
    if (on) {
      map.on('click', this.#clicked)
      map.on('mousemove', this.#pointed)
      map.on('mouseout', this.#left)
      // A second click sets the next place.
      map.doubleClickZoom.disable()
    } else {
      map.off('click', this.#clicked)
      map.off('mousemove', this.#pointed)
      map.off('mouseout', this.#left)
      map.doubleClickZoom.enable()
    }
    map.getCanvas().classList.toggle('cg-measuring', on)
    this.clear()
  }

  /** A style has come: our layers go on top of it. */
  dress(scheme: Scheme): void {
    this.#options.map.addSource(SOURCE, { type: 'geojson', data: this.#drawn() })
    for (const layer of layers(scheme)) this.#options.map.addLayer(layer)
  }

  add(place: LatLon): void {
    if (this.#places.length < MOST_PLACES) this.#set([...this.#places, place])
  }

  addCentre(): void {
    this.add(this.#options.plane.centre)
  }

  undo(): void {
    this.#set(this.#places.slice(0, -1))
  }

  clear(): void {
    this.#set([])
  }

  stop(): void {
    cancelAnimationFrame(this.#redrawing)
  }

  #set(places: readonly LatLon[]): void {
    this.#places = places
    this.#options.onPlaces(places)
    this.#redraw()
  }

  readonly #clicked = (event: MapMouseEvent): void => this.add(this.#options.plane.place(event.point))

  readonly #pointed = (event: MapMouseEvent): void => {
    this.#pointer = this.#options.plane.place(event.point)
    this.#redraw()
  }

  readonly #left = (): void => {
    this.#pointer = undefined
    this.#redraw()
  }

  /** Once a frame at most, however fast the pointer is. */
  #redraw(): void {
    cancelAnimationFrame(this.#redrawing)
    this.#redrawing = requestAnimationFrame(() => void this.#options.map.getSource<GeoJSONSource>(SOURCE)?.setData(this.#drawn()))
  }

  #drawn(): FeatureCollection {
    const set = this.#places.map(place => this.#options.plane.drawn(place))
    const next = this.#pointer && set.length > 0 ? [...set, this.#options.plane.drawn(this.#pointer)] : set
    const collection: FeatureCollection = { type: 'FeatureCollection', features: [] }
    const add = (geometry: FeatureCollection['features'][number]['geometry']) => collection.features.push({ type: 'Feature', properties: {}, geometry })
    const [first] = next
    if (first && next.length >= 3) add({ type: 'Polygon', coordinates: [[...next, first]] })
    if (next.length >= 2) add({ type: 'LineString', coordinates: next })
    for (const coordinates of set) add({ type: 'Point', coordinates })
    return collection
  }
}

function layers(scheme: Scheme): LayerSpecification[] {
  const colour = tokens.measure[scheme]
  return [
    {
      id: 'measure-area',
      type: 'fill',
      source: SOURCE,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colour, 'fill-opacity': 0.14 },
    },
    {
      id: 'measure-line',
      type: 'line',
      source: SOURCE,
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': colour, 'line-width': 2.5 },
    },
    {
      id: 'measure-places',
      type: 'circle',
      source: SOURCE,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-color': tokens.map[scheme].outline, 'circle-radius': 4, 'circle-stroke-color': colour, 'circle-stroke-width': 2 },
    },
  ]
}
