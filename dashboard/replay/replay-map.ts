import type { GeoJSONSource, Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl'
import type { Bounds } from '../live/geohash.ts'
import type { BaseMap } from '../map/base-map.ts'
import type { BaseLook } from '../map/base-style.ts'
import { START } from '../map/city.ts'
import { type Datum, datumShift } from '../map/datum.ts'
import { DistrictLabels, type DistrictWords } from '../map/district-labels.ts'
import type { DistrictIndex } from '../map/districts.ts'
import { FlatMap, movementMs } from '../map/flat-map.ts'
import type { Look } from '../map/looks.ts'
import type { MapPlane } from '../map/map-plane.ts'
import type { MapView } from '../map/url-state.ts'
import { lineLayers } from './line-layers.ts'
import { MarksOverlay, type Scene, type Tally } from './marks-overlay.ts'
import { trackLines } from './track-line.ts'

const LINE_SOURCE = 'replay-line'
const EMPTY: Scene = { tracks: [], shown: undefined, stops: [], events: [] }

interface ReplayMapOptions {
  readonly container: HTMLElement
  readonly base: BaseMap
  readonly datum: Datum
  readonly view: MapView | undefined
  readonly looks: ReadonlyMap<string, Look>
  readonly onView: (view: MapView) => void
  readonly onPick: (device: string | undefined) => void
  readonly onTally: (tally: Tally) => void
}

/** The looks and words of the map, which may change. */
export interface ReplayMapInput {
  /** The same object as long as nothing of it changed. */
  readonly look: BaseLook
  readonly words: DistrictWords
  readonly districts: DistrictIndex | undefined
}

/** The map of the past: a base map with the line of one track, and the marks of all on a canvas above it. It draws when it is told the moment. */
export class ReplayMap {
  readonly #options: ReplayMapOptions
  readonly #flat: FlatMap
  readonly #map: MapLibreMap
  readonly #overlay: MarksOverlay
  readonly #plane: MapPlane
  readonly #labels: DistrictLabels
  #input: ReplayMapInput
  #scene: Scene = EMPTY
  #at = 0
  #dirty = true
  #tally: Tally = { seen: 0, silent: 0 }

  constructor(options: ReplayMapOptions, input: ReplayMapInput) {
    this.#options = options
    this.#input = input
    this.#flat = new FlatMap({
      container: options.container,
      base: options.base,
      datum: options.datum,
      look: input.look,
      view: options.view ?? START,
      onStyle: () => this.#dress(),
      onFailed: () => this.#label(undefined),
    })
    this.#map = this.#flat.map
    this.#plane = this.#flat.plane
    const container = this.#map.getCanvasContainer()
    this.#labels = new DistrictLabels({ container, plane: this.#plane, onPick: id => this.#showDistrict(id) })
    const canvas = document.createElement('canvas')
    canvas.className = 'cg-replay-marks'
    canvas.setAttribute('aria-hidden', 'true')
    container.append(canvas)
    this.#overlay = new MarksOverlay({ canvas, looks: options.looks, scheme: input.look.scheme, toMap: datumShift(options.datum).toMap })
  }

  start(): void {
    const map = this.#map
    this.#flat.start()
    map.on('move', this.#moved)
    map.on('resize', this.#moved)
    map.on('moveend', () => this.#options.onView({ ...this.#plane.centre, zoom: this.#plane.zoom }))
    map.on('click', this.#clicked)
    map.on('mousemove', this.#hovered)
    this.#label(undefined)
  }

  stop(): void {
    this.#labels.stop()
    this.#flat.stop()
  }

  update(input: ReplayMapInput): void {
    const before = this.#input
    this.#input = input
    this.#label(before)
    if (input.look === before.look) return
    this.#overlay.scheme = input.look.scheme
    this.#dirty = true
    this.#flat.look = input.look
  }

  show(scene: Scene): void {
    const line = scene.shown !== this.#scene.shown
    this.#scene = scene
    this.#dirty = true
    // A source that is taken away with its style meanwhile gets the line with the next one.
    if (line)
      this.#map
        .getSource<GeoJSONSource>(LINE_SOURCE)
        ?.setData(this.#line())
        .catch((error: unknown) => console.warn('map: the line could not be drawn', error))
  }

  /** Draws a moment; when it is the one that is drawn already, nothing. */
  moment(at: number): void {
    if (at === this.#at && !this.#dirty) return
    this.#at = at
    this.#draw()
  }

  zoomBy(levels: number): void {
    this.#flat.zoomBy(levels)
  }

  fit(bounds: Bounds): void {
    this.#flat.fit(bounds, { padding: 48, maxZoom: 15.5 })
  }

  centre(lat: number, lon: number): void {
    this.#map.easeTo({ center: this.#plane.drawn({ lat, lon }), duration: movementMs() })
  }

  bounds(): Bounds {
    return this.#plane.bounds
  }

  #line() {
    return trackLines(this.#scene.shown, (lat, lon) => this.#plane.drawn({ lat, lon }))
  }

  /** A base map of the gateway's names its districts itself. */
  #label(before: ReplayMapInput | undefined): void {
    const { words, districts } = this.#input
    if (!this.#flat.schematic || !districts) return
    if (districts !== before?.districts) this.#labels.show(districts.districts)
    if (districts === before?.districts && words === before.words) return
    this.#labels.say(words, new Map())
    this.#labels.arrange([])
  }

  #showDistrict(id: string): void {
    const district = this.#input.districts?.get(id)
    if (district) this.fit(district.bounds)
  }

  #draw(): void {
    this.#dirty = false
    const { lat, lng } = this.#map.getCenter()
    const { clientWidth: width, clientHeight: height } = this.#options.container
    const tally = this.#overlay.draw(this.#scene, this.#at, { lat, lon: lng, zoom: this.#map.getZoom(), width, height })
    if (tally.seen === this.#tally.seen && tally.silent === this.#tally.silent) return
    this.#tally = tally
    this.#options.onTally(tally)
  }

  readonly #moved = (): void => {
    this.#labels.arrange([])
    this.#draw()
  }

  /** A style has come: the line goes on top of it. */
  #dress(): void {
    this.#map.addSource(LINE_SOURCE, { type: 'geojson', data: this.#line(), tolerance: 0.2 })
    for (const layer of lineLayers(LINE_SOURCE, this.#input.look.scheme)) this.#map.addLayer(layer)
  }

  readonly #clicked = ({ point }: MapMouseEvent): void => this.#options.onPick(this.#overlay.hit(point.x, point.y)?.device)

  readonly #hovered = ({ point }: MapMouseEvent): void => {
    this.#map.getCanvas().style.setProperty('cursor', this.#overlay.hit(point.x, point.y) ? 'pointer' : '')
  }
}
