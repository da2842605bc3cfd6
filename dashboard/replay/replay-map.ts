import 'maplibre-gl/dist/maplibre-gl.css'
import { type GeoJSONSource, Map as MapLibreMap, type MapMouseEvent, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { Bounds } from '../live/geohash.ts'
import type { BaseMap } from '../map/base-map.ts'
import { type BaseLook, baseStyle } from '../map/base-style.ts'
import { type Datum, datumShift } from '../map/datum.ts'
import { DistrictLabels, type DistrictWords } from '../map/district-labels.ts'
import type { DistrictIndex } from '../map/districts.ts'
import type { Look } from '../map/looks.ts'
import { MapPlane } from '../map/map-plane.ts'
import type { MapView } from '../map/url-state.ts'
import { lineLayers } from './line-layers.ts'
import { MarksOverlay, type Scene, type Tally } from './marks-overlay.ts'
import { trackLines } from './track-line.ts'

setWorkerUrl(workerUrl)

const LINE_SOURCE = 'replay-line'
const START: MapView = { lat: 31.215, lon: 121.47, zoom: 10.2 }
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
  readonly #map: MapLibreMap
  readonly #overlay: MarksOverlay
  readonly #plane: MapPlane
  readonly #labels: DistrictLabels
  #base: BaseMap
  #input: ReplayMapInput
  #scene: Scene = EMPTY
  #at = 0
  #dirty = true
  #tally: Tally = { seen: 0, silent: 0 }

  constructor(options: ReplayMapOptions, input: ReplayMapInput) {
    this.#options = options
    this.#input = input
    this.#base = options.base
    const shift = datumShift(options.datum)
    const view = options.view ?? START
    const { lat, lon } = shift.toMap(view)
    this.#map = new MapLibreMap({
      container: options.container,
      style: baseStyle(options.base, input.look),
      center: [lon, lat],
      zoom: view.zoom,
      minZoom: 4,
      maxZoom: 19,
      attributionControl: { compact: true },
      fadeDuration: 0,
      pitchWithRotate: false,
      dragRotate: false,
      maxPitch: 0,
    })
    this.#map.touchZoomRotate.disableRotation()
    this.#plane = new MapPlane(this.#map, shift)
    const container = this.#map.getCanvasContainer()
    this.#labels = new DistrictLabels({ container, plane: this.#plane, onPick: id => this.#showDistrict(id) })
    const canvas = document.createElement('canvas')
    canvas.className = 'cg-replay-marks'
    canvas.setAttribute('aria-hidden', 'true')
    container.append(canvas)
    this.#overlay = new MarksOverlay({ canvas, looks: options.looks, scheme: input.look.scheme, toMap: shift.toMap })
  }

  start(): void {
    const map = this.#map
    map.on('style.load', this.#dress)
    map.on('error', this.#failed)
    map.on('move', this.#moved)
    map.on('resize', this.#moved)
    map.on('moveend', () => this.#options.onView({ ...this.#plane.centre, zoom: this.#plane.zoom }))
    map.on('click', this.#clicked)
    map.on('mousemove', this.#hovered)
    this.#label(undefined)
  }

  stop(): void {
    this.#labels.stop()
    this.#map.remove()
  }

  update(input: ReplayMapInput): void {
    const before = this.#input
    this.#input = input
    this.#label(before)
    if (input.look === before.look) return
    this.#overlay.scheme = input.look.scheme
    this.#dirty = true
    this.#map.setStyle(baseStyle(this.#base, input.look), { diff: false })
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
    this.#map.zoomTo(this.#map.getZoom() + levels, { duration: quick() })
  }

  fit({ west, south, east, north }: Bounds): void {
    const corners: [[number, number], [number, number]] = [this.#plane.drawn({ lat: south, lon: west }), this.#plane.drawn({ lat: north, lon: east })]
    this.#map.fitBounds(corners, { padding: 48, maxZoom: 15.5, duration: quick() })
  }

  centre(lat: number, lon: number): void {
    this.#map.easeTo({ center: this.#plane.drawn({ lat, lon }), duration: quick() })
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
    if (this.#base.type !== 'schematic' || !districts) return
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
  readonly #dress = (): void => {
    this.#map.addSource(LINE_SOURCE, { type: 'geojson', data: this.#line(), tolerance: 0.2 })
    for (const layer of lineLayers(LINE_SOURCE, this.#input.look.scheme)) this.#map.addLayer(layer)
  }

  readonly #failed = ({ error }: { readonly error: { readonly message: string } }): void => {
    if (this.#base.type !== 'style' || this.#map.isStyleLoaded() !== false) {
      console.warn('map:', error.message)
      return
    }
    this.#base = { type: 'schematic', failed: true }
    this.#map.setStyle(baseStyle(this.#base, this.#input.look), { diff: false })
    this.#label(undefined)
  }

  readonly #clicked = ({ point }: MapMouseEvent): void => this.#options.onPick(this.#overlay.hit(point.x, point.y)?.device)

  readonly #hovered = ({ point }: MapMouseEvent): void => {
    this.#map.getCanvas().style.setProperty('cursor', this.#overlay.hit(point.x, point.y) ? 'pointer' : '')
  }
}

/** Milliseconds of a movement the operator asked for; none for who wants none. */
function quick(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 450
}
