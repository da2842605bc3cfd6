import 'maplibre-gl/dist/maplibre-gl.css'
import { type GeoJSONSource, Map as MapLibreMap, type MapMouseEvent, Marker, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { MapSettings } from '../api/types.ts'
import { type Counts, countMarks, NO_COUNTS, sameCounts } from '../live/counts.ts'
import type { Bounds } from '../live/geohash.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import type { Scheme } from '../theme/tokens.ts'
import { baseStyle, isSchematic, schematicStyle } from './base-style.ts'
import { DistrictLabels } from './district-labels.ts'
import { drawImages, PIXEL_RATIO } from './icon-images.ts'
import { type Look, UNKNOWN_LOOK } from './looks.ts'
import { layerFilters, MARKS_LAYER, MARKS_SOURCE, markLayers } from './mark-layers.ts'
import { MarksDrawing } from './marks-drawing.ts'
import type { MapFilter, MapView } from './url-state.ts'

setWorkerUrl(workerUrl)

/** The source is brought up to date no more often than this. */
const STEP_MS = 100
/** States and counts change with time alone: looked at this often. */
const SWEEP_MS = 1_000
/** Pixels around the pointer in which a mark counts as hit: fingers are broad. */
const HIT = 9
/** The whole city, where nothing else is known. */
const CITY: Bounds = { west: 120.85, south: 30.68, east: 122.0, north: 31.87 }
const START: MapView = { lat: 31.215, lon: 121.47, zoom: 10.2 }

/** What the map is told from outside, at any time. */
export interface MapInput {
  readonly scheme: Scheme
  readonly attribution: string
  readonly districtNames: Readonly<Record<string, string>>
  readonly filter: MapFilter
  readonly selected: string | undefined
  /** CSS pixels of the map that the device panel covers. */
  readonly covered: { readonly right: number; readonly bottom: number }
}

export interface CityMapOptions {
  readonly container: HTMLElement
  readonly settings: MapSettings
  readonly view: MapView | undefined
  readonly marks: Marks
  readonly looks: ReadonlyMap<string, Look>
  readonly stateOf: (mark: Mark) => MarkState
  readonly onView: (view: MapView, bounds: Bounds) => void
  readonly onPick: (device: string | undefined) => void
  readonly onCounts: (counts: Counts) => void
  /** The gateway's own style could not be loaded; the schematic map stands in. */
  readonly onStyleFailed: () => void
}

/** The map: MapLibre with the marks as WebGL layers above a base map. */
export class CityMap {
  readonly #options: CityMapOptions
  readonly #drawing: MarksDrawing
  readonly #map: MapLibreMap
  readonly #labels: DistrictLabels
  readonly #nameTag: Marker
  #input: MapInput
  #ready = false
  #pushing = false
  #steppedAtMs = 0
  #sweptAtMs = 0
  #frame = 0
  #counts: Counts = NO_COUNTS
  #fallenBack = false
  #stopped = false

  constructor(options: CityMapOptions, input: MapInput) {
    this.#options = options
    this.#input = input
    this.#drawing = new MarksDrawing({ marks: options.marks, state: options.stateOf, look: kind => options.looks.get(kind) ?? UNKNOWN_LOOK })
    const { lat, lon, zoom } = options.view ?? START
    this.#map = new MapLibreMap({
      container: options.container,
      style: baseStyle(options.settings, input.scheme, input.attribution),
      center: [lon, lat],
      zoom,
      minZoom: 4,
      maxZoom: 19,
      attributionControl: { compact: true },
      // Marks appear and vanish at once: a fade would hide how new they are.
      fadeDuration: 0,
      pitchWithRotate: false,
      dragRotate: false,
      maxPitch: 0,
    })
    this.#map.touchZoomRotate.disableRotation()
    this.#labels = new DistrictLabels(this.#map)
    const element = document.createElement('div')
    element.className = 'cg-name-tag'
    this.#nameTag = new Marker({ element, anchor: 'bottom', offset: [0, -14] })
  }

  start(): void {
    const map = this.#map
    map.on('style.load', this.#dress)
    map.on('error', ({ error }) => this.#failed(error))
    map.on('moveend', this.#moved)
    map.on('click', this.#clicked)
    map.on('mousemove', MARKS_LAYER, () => map.getCanvas().style.setProperty('cursor', 'pointer'))
    map.on('mouseleave', MARKS_LAYER, () => map.getCanvas().style.removeProperty('cursor'))
    if (isSchematic(this.#options.settings)) void this.#labels.start(this.#input.districtNames)
    this.#moved()
    this.#frame = requestAnimationFrame(this.#step)
  }

  stop(): void {
    this.#stopped = true
    cancelAnimationFrame(this.#frame)
    this.#labels.stop()
    this.#map.remove()
  }

  /** Takes over what changed. */
  update(input: MapInput): void {
    const before = this.#input
    this.#input = input
    if (input.districtNames !== before.districtNames) this.#labels.rename(input.districtNames)
    if (input.scheme !== before.scheme || input.attribution !== before.attribution) {
      this.#ready = false
      this.#map.setStyle(this.#style(), { diff: false })
    } else if (this.#ready && (input.filter !== before.filter || input.selected !== before.selected)) {
      for (const [layer, filter] of layerFilters(input.filter, input.selected)) this.#map.setFilter(layer, filter)
    }
  }

  zoomBy(levels: number): void {
    this.#map.zoomTo(this.#map.getZoom() + levels, { duration: quick() })
  }

  showCity(): void {
    const { west, south, east, north } = CITY
    this.#map.fitBounds([west, south, east, north], { padding: this.#padding(24), duration: quick() })
  }

  /** Brings a place into the part of the map no panel covers; leaves the map alone when it is there already. */
  show(place: { readonly lat: number; readonly lon: number }, closer: boolean): void {
    const { x, y } = this.#map.project([place.lon, place.lat])
    const { width, height } = this.#options.container.getBoundingClientRect()
    const { right, bottom } = this.#input.covered
    const seen = x > 40 && y > 40 && x < width - right - 40 && y < height - bottom - 40
    if (seen && !closer) return
    const zoom = closer ? Math.max(this.#map.getZoom(), 13.5) : this.#map.getZoom()
    this.#map.easeTo({ center: [place.lon, place.lat], zoom, offset: [-right / 2, -bottom / 2], duration: quick() })
  }

  #padding(around: number) {
    const { right, bottom } = this.#input.covered
    return { top: around, left: around, right: around + right, bottom: around + bottom }
  }

  #style() {
    if (this.#fallenBack) return schematicStyle(this.#input.scheme, this.#input.attribution)
    return baseStyle(this.#options.settings, this.#input.scheme, this.#input.attribution)
  }

  /** A style has come: our images, source and layers go on top of it. */
  readonly #dress = (): void => {
    const { scheme, filter, selected } = this.#input
    for (const [kind, look] of this.#options.looks) {
      for (const [name, image] of drawImages(kind, look, scheme)) if (!this.#map.hasImage(name)) this.#map.addImage(name, image, { pixelRatio: PIXEL_RATIO })
    }
    this.#map.addSource(MARKS_SOURCE, { type: 'geojson', data: this.#drawing.whole(), maxzoom: 14, tolerance: 0, buffer: 64 })
    for (const layer of markLayers(scheme, filter, selected)) this.#map.addLayer(layer)
    this.#ready = true
  }

  #failed(error: { readonly message: string }): void {
    // Without its style the map is nothing; a single tile that fails is only a hole.
    if (this.#map.isStyleLoaded() !== false || this.#fallenBack || this.#options.settings.styleUrl === undefined || this.#ready) {
      console.warn('map:', error.message)
      return
    }
    this.#fallenBack = true
    this.#options.onStyleFailed()
    this.#map.setStyle(this.#style(), { diff: false })
  }

  readonly #moved = (): void => {
    const { lat, lng } = this.#map.getCenter()
    this.#options.onView({ lat, lon: lng, zoom: this.#map.getZoom() }, this.#bounds())
    this.#sweptAtMs = 0
  }

  #bounds(): Bounds {
    const bounds = this.#map.getBounds()
    return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() }
  }

  readonly #clicked = (event: MapMouseEvent): void => {
    if (!this.#ready) return
    const { x, y } = event.point
    const hits = this.#map.queryRenderedFeatures(
      [
        [x - HIT, y - HIT],
        [x + HIT, y + HIT],
      ],
      { layers: [MARKS_LAYER] },
    )
    const device: unknown = hits[0]?.properties.device
    this.#options.onPick(typeof device === 'string' ? device : undefined)
  }

  readonly #step = (nowMs: number): void => {
    if (this.#stopped) return
    this.#frame = requestAnimationFrame(this.#step)
    this.#placeNameTag()
    if (!this.#ready || this.#pushing || nowMs - this.#steppedAtMs < STEP_MS) return
    this.#steppedAtMs = nowMs
    const sweep = nowMs - this.#sweptAtMs >= SWEEP_MS
    if (sweep) {
      this.#sweptAtMs = nowMs
      this.#count()
    }
    const diff = this.#drawing.changes({ degreesPerPixel: 360 / (512 * 2 ** this.#map.getZoom()), all: sweep })
    const source = diff && this.#map.getSource<GeoJSONSource>(MARKS_SOURCE)
    if (!source) return
    // The next step waits until the worker has taken this one: a slow machine gets fewer steps, not a growing queue.
    this.#pushing = true
    source.updateData(diff).then(
      () => {
        this.#pushing = false
      },
      (error: unknown) => {
        this.#pushing = false
        console.warn('map: marks could not be updated', error)
        this.#options.marks.touchAll()
      },
    )
  }

  #count(): void {
    const counts = countMarks(this.#options.marks.all(), this.#bounds(), this.#options.stateOf)
    if (sameCounts(counts, this.#counts)) return
    this.#counts = counts
    this.#options.onCounts(counts)
  }

  /** The selected device carries its name along. */
  #placeNameTag(): void {
    const { selected } = this.#input
    const mark = selected === undefined ? undefined : this.#options.marks.get(selected)
    const place = mark && this.#options.marks.place(mark.device)
    if (!place) {
      this.#nameTag.remove()
      return
    }
    const element = this.#nameTag.getElement()
    const name = mark.name ?? mark.device
    if (element.textContent !== name) element.textContent = name
    const at = this.#nameTag.getLngLat()
    if (at?.lng === place.lon && at.lat === place.lat && element.isConnected) return
    this.#nameTag.setLngLat([place.lon, place.lat])
    if (!element.isConnected) this.#nameTag.addTo(this.#map)
  }
}

/** Milliseconds of a movement the operator asked for; none for who wants none. */
function quick(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 450
}
