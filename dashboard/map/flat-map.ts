import 'maplibre-gl/dist/maplibre-gl.css'
import { Map as MapLibreMap, type PaddingOptions, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { Bounds } from '../live/geohash.ts'
import type { Camera } from '../marks/marks-painter.ts'
import { worldX, worldY } from '../marks/mercator.ts'
import type { BaseMap } from './base-map.ts'
import { type BaseLook, baseStyle } from './base-style.ts'
import { type Datum, datumShift } from './datum.ts'
import { MapPlane } from './map-plane.ts'
import type { MapView } from './url-state.ts'

setWorkerUrl(workerUrl)

interface FlatMapOptions {
  readonly container: HTMLElement
  readonly base: BaseMap
  /** In which the base map is drawn. */
  readonly datum: Datum
  readonly look: BaseLook
  /** Where it begins. */
  readonly view: MapView
  /** The map is part of a page: the wheel scrolls the page unless Ctrl is held, and on phones it takes two fingers. */
  readonly cooperative?: boolean
  /** A style has come: what is drawn goes on top of it, anew with each. */
  readonly onStyle: () => void
  /** The gateway's own style could not be loaded; the schematic map stands in. */
  readonly onFailed?: () => void
}

/** A base map by MapLibre, with north up and seen from above, on which others draw. */
export class FlatMap {
  readonly map: MapLibreMap
  readonly plane: MapPlane
  readonly #options: FlatMapOptions
  #base: BaseMap
  #look: BaseLook
  #ready = false
  #size = { width: 0, height: 0 }

  constructor(options: FlatMapOptions) {
    const { container, base, datum, look, view, cooperative = false } = options
    this.#options = options
    this.#base = base
    this.#look = look
    const shift = datumShift(datum)
    const { lat, lon } = shift.toMap(view)
    this.map = new MapLibreMap({
      container,
      style: baseStyle(base, look),
      center: [lon, lat],
      zoom: view.zoom,
      minZoom: 4,
      maxZoom: 19,
      attributionControl: { compact: true },
      cooperativeGestures: cooperative,
      // What is drawn appears and vanishes at once: a fade would hide how new it is.
      fadeDuration: 0,
      pitchWithRotate: false,
      dragRotate: false,
      maxPitch: 0,
    })
    this.map.touchZoomRotate.disableRotation()
    this.plane = new MapPlane(this.map, shift)
  }

  start(): void {
    this.map.on('resize', () => this.#measure())
    this.#measure()
    this.map.on('style.load', () => {
      this.#ready = true
      this.#options.onStyle()
    })
    this.map.on('error', ({ error }) => this.#failed(error))
  }

  stop(): void {
    this.map.remove()
  }

  /** Whether there is a style on which can be drawn. */
  get ready(): boolean {
    return this.#ready
  }

  /** Where it looks, as marks are drawn. */
  get camera(): Camera {
    const { lat, lng } = this.map.getCenter()
    return { centre: { x: worldX(lng), y: worldY(lat) }, zoom: this.map.getZoom(), ...this.#size }
  }

  /** Whether it is the map of the dashboard itself, which names nothing. */
  get schematic(): boolean {
    return this.#base.type === 'schematic'
  }

  /** The same look as before is left as it is. */
  set look(look: BaseLook) {
    if (look === this.#look) return
    this.#look = look
    this.#restyle()
  }

  zoomBy(levels: number): void {
    this.map.zoomTo(this.map.getZoom() + levels, { duration: movementMs() })
  }

  fit(bounds: Bounds, options: { readonly padding: number | PaddingOptions; readonly maxZoom: number }): void {
    const southWest = this.plane.drawn({ lat: bounds.south, lon: bounds.west })
    const northEast = this.plane.drawn({ lat: bounds.north, lon: bounds.east })
    this.map.fitBounds([southWest, northEast], { ...options, duration: movementMs() })
  }

  /** Asked only when it changes: reading it in each frame would have the browser lay out the page each time. */
  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.container
    this.#size = { width, height }
  }

  #restyle(): void {
    this.#ready = false
    this.map.setStyle(baseStyle(this.#base, this.#look), { diff: false })
  }

  #failed(error: { readonly message: string }): void {
    // Without its style the map is nothing; a single tile that fails is only a hole.
    if (this.#ready || this.#base.type !== 'style') {
      console.warn('map:', error.message)
      return
    }
    this.#base = { type: 'schematic', failed: true }
    this.#options.onFailed?.()
    this.#restyle()
  }
}

/** Milliseconds of a movement the operator asked for; none for who wants none. */
export function movementMs(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 450
}
