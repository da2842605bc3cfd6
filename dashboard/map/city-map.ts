import type { Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl'
import { type Counts, countMarks, NO_COUNTS, sameCounts } from '../live/counts.ts'
import type { Bounds } from '../live/geohash.ts'
import { GLIDE_MS, type Mark, type MarkState } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import { MarkBuffer, type NearMark } from '../marks/mark-buffer.ts'
import { MarksCanvas } from '../marks/marks-canvas.ts'
import { worldPixels, worldX, worldY } from '../marks/mercator.ts'
import type { BaseMap } from './base-map.ts'
import type { BaseLook } from './base-style.ts'
import { CITY, START } from './city.ts'
import type { Crowd } from './crowds.ts'
import type { Datum, LatLon } from './datum.ts'
import type { DistrictIndex } from './districts.ts'
import { type FilterTest, filterTest, type MapFilter } from './filter.ts'
import { FlatMap, movementMs } from './flat-map.ts'
import { FollowCamera } from './follow-camera.ts'
import { meant, reachAt } from './hits.ts'
import { type Look, UNKNOWN_LOOK } from './looks.ts'
import type { MapPlane } from './map-plane.ts'
import { MarksDrawing, rankOf } from './marks-drawing.ts'
import { MeasureTool } from './measure-tool.ts'
import { Overlay, type OverlayWords } from './overlay.ts'
import type { MapView } from './url-state.ts'

/** What was told of marks is taken over no more often than this; they glide in every frame. */
const STEP_MS = 100
/** States and counts change with time alone: looked at this often. */
const SWEEP_MS = 1_000
/** Degrees: a crowd as small as this cannot be told apart by going nearer. */
const ONE_SPOT = 0.0002

/** What the map is told from outside, at any time. */
export interface MapInput {
  /** The same object as long as nothing of it changed. */
  readonly look: BaseLook
  readonly words: OverlayWords
  readonly districts: DistrictIndex | undefined
  readonly filter: MapFilter
  readonly selected: string | undefined
  /** The selected device is kept in view. */
  readonly follow: boolean
  /** CSS pixels of the map that the device panel covers. */
  readonly covered: { readonly right: number; readonly bottom: number }
  readonly measuring: boolean
}

export interface CityMapOptions {
  readonly container: HTMLElement
  readonly base: BaseMap
  readonly datum: Datum
  readonly view: MapView | undefined
  readonly marks: Marks
  readonly looks: ReadonlyMap<string, Look>
  readonly stateOf: (mark: Mark) => MarkState
  readonly visibilityOf: (mark: Mark) => number
  readonly onView: (view: MapView, bounds: Bounds) => void
  readonly onPick: (device: string | undefined) => void
  /** Several devices stand where the operator pointed. */
  readonly onSpot: (devices: readonly string[]) => void
  readonly onDistrict: (id: string) => void
  readonly onFollowEnd: () => void
  readonly onCounts: (counts: Counts) => void
  readonly onMeasured: (places: readonly LatLon[]) => void
  /** The gateway's own style could not be loaded; the schematic map stands in. */
  readonly onStyleFailed: () => void
}

/** The map: a base map by MapLibre, the marks on a canvas above it, and what lies above both. */
export class CityMap {
  readonly measure: MeasureTool
  readonly #options: CityMapOptions
  readonly #flat: FlatMap
  readonly #map: MapLibreMap
  readonly #plane: MapPlane
  readonly #buffer = new MarkBuffer(GLIDE_MS)
  readonly #canvas: MarksCanvas
  readonly #drawing: MarksDrawing
  readonly #overlay: Overlay
  readonly #camera: FollowCamera
  #input: MapInput
  #test: FilterTest
  #steppedAtMs = 0
  #sweptAtMs = 0
  /** What is still to be done of the sweep, last first. */
  #sweeping: ('counts' | 'overlay' | 'marks')[] = []
  #frame = 0
  #counts: Counts = NO_COUNTS
  #stopped = false

  constructor(options: CityMapOptions, input: MapInput) {
    this.#options = options
    this.#input = input
    this.#test = this.#testOf(input)
    this.#flat = new FlatMap({
      container: options.container,
      base: options.base,
      datum: options.datum,
      look: input.look,
      view: options.view ?? START,
      onStyle: () => this.#dress(),
      onFailed: options.onStyleFailed,
    })
    this.#map = this.#flat.map
    this.#plane = this.#flat.plane
    const look = (kind: string) => options.looks.get(kind) ?? UNKNOWN_LOOK
    const { marks, stateOf } = options
    this.#overlay = new Overlay({
      map: this.#map,
      plane: this.#plane,
      marks,
      stateOf,
      look,
      shows: (mark, state) => this.#test.shows(mark, state),
      districtLabels: this.#flat.schematic,
      onCrowd: crowd => this.#open(crowd),
      onDistrict: options.onDistrict,
    })
    this.measure = new MeasureTool({ map: this.#map, plane: this.#plane, onPlaces: options.onMeasured })
    this.#canvas = new MarksCanvas({
      below: this.#map.getCanvas(),
      buffer: this.#buffer,
      looks: options.looks,
      scheme: input.look.scheme,
      glideMs: GLIDE_MS,
      ringed: rankOf('flagged'),
    })
    this.#drawing = new MarksDrawing({
      marks,
      buffer: this.#buffer,
      sprites: this.#canvas.sprites,
      look,
      state: stateOf,
      visibility: options.visibilityOf,
      shows: (mark, state) => this.#test.shows(mark, state) && !this.#overlay.piled.has(mark.device),
      drawnAt: place => this.#plane.drawn(place),
    })
    this.#camera = new FollowCamera({
      map: this.#map,
      plane: this.#plane,
      covered: () => this.#input.covered,
      onEnd: options.onFollowEnd,
      still: () => movementMs() === 0,
    })
  }

  start(): void {
    const map = this.#map
    this.#flat.start()
    map.on('moveend', this.#moved)
    map.on('move', () => this.#overlay.arrange())
    map.on('click', this.#clicked)
    map.on('mousemove', this.#hovered)
    // In the same frame as the base map: else marks would lag behind it.
    map.on('render', () => this.#canvas.frame(this.#flat.camera, performance.now()))
    this.#canvas.selected = this.#input.selected
    this.#canvas.start()
    this.#camera.start()
    this.#camera.follow(this.#input.follow)
    this.measure.switch(this.#input.measuring)
    if (this.#input.districts) this.#overlay.showDistricts(this.#input.districts)
    this.#moved()
    this.#frame = requestAnimationFrame(this.#step)
  }

  stop(): void {
    this.#stopped = true
    cancelAnimationFrame(this.#frame)
    this.measure.stop()
    this.#overlay.stop()
    this.#canvas.stop()
    this.#flat.stop()
  }

  /** Takes over what changed. */
  update(input: MapInput): void {
    const before = this.#input
    this.#input = input
    this.#camera.follow(input.follow)
    this.measure.switch(input.measuring)
    if (input.districts && input.districts !== before.districts) this.#overlay.showDistricts(input.districts)
    if (input.filter !== before.filter || input.districts !== before.districts) this.#test = this.#testOf(input)
    // Seen at the next step.
    this.#sweptAtMs = 0
    this.#flat.look = input.look
    this.#canvas.scheme = input.look.scheme
    this.#canvas.selected = input.selected
  }

  zoomBy(levels: number): void {
    this.#flat.zoomBy(levels)
  }

  showCity(): void {
    this.showBounds(CITY)
  }

  showBounds(bounds: Bounds): void {
    const { right, bottom } = this.#input.covered
    this.#flat.fit(bounds, { padding: { top: 24, left: 24, right: 24 + right, bottom: 24 + bottom }, maxZoom: 17 })
  }

  /** Goes to where it began, or to this view. */
  showView(view: MapView = START): void {
    this.#map.easeTo({ center: this.#plane.drawn(view), zoom: view.zoom, duration: movementMs() })
  }

  /** Brings a place into the part of the map no panel covers; leaves the map alone when it is there already. */
  show(place: LatLon, closer: boolean): void {
    const { x, y } = this.#plane.pixel(place)
    const { width, height } = this.#options.container.getBoundingClientRect()
    const { right, bottom } = this.#input.covered
    const seen = x > 40 && y > 40 && x < width - right - 40 && y < height - bottom - 40
    if (seen && !closer) return
    const zoom = closer ? Math.max(this.#map.getZoom(), 13.5) : this.#map.getZoom()
    this.#map.easeTo({ center: this.#plane.drawn(place), zoom, offset: [-right / 2, -bottom / 2], duration: movementMs() })
  }

  #testOf({ filter, districts }: MapInput): FilterTest {
    return filterTest(filter, mark => districts?.at(mark))
  }

  #dress(): void {
    this.measure.dress(this.#input.look.scheme)
  }

  readonly #moved = (): void => {
    this.#options.onView({ ...this.#plane.centre, zoom: this.#plane.zoom }, this.#plane.bounds)
    this.#sweptAtMs = 0
  }

  readonly #clicked = (event: MapMouseEvent): void => {
    if (!this.#flat.ready || this.measure.active) return
    const hits = meant(this.#near(event), worldPixels(this.#plane.zoom))
    if (hits.length > 1) this.#options.onSpot(hits)
    else this.#options.onPick(hits[0])
  }

  readonly #hovered = (event: MapMouseEvent): void => {
    const { style } = this.#map.getCanvas()
    if (this.#near(event).length > 0) style.setProperty('cursor', 'pointer')
    else style.removeProperty('cursor')
  }

  /** The marks a pointer may mean, the nearest first. From afar there are none. */
  #near({ lngLat: { lng, lat } }: MapMouseEvent): readonly NearMark[] {
    if (this.#overlay.far) return []
    return this.#buffer.near({ x: worldX(lng), y: worldY(lat) }, reachAt(this.#plane.zoom) / worldPixels(this.#plane.zoom), performance.now())
  }

  /** A crowd is gone into as long as that tells it apart; then it is a list. */
  #open(crowd: Crowd): void {
    const { west, south, east, north } = crowd.bounds
    if (east - west > ONE_SPOT || north - south > ONE_SPOT) this.showBounds(crowd.bounds)
    else this.#options.onSpot(this.#overlay.devicesOf(crowd))
  }

  readonly #step = (nowMs: number): void => {
    if (this.#stopped) return
    this.#frame = requestAnimationFrame(this.#step)
    const { selected } = this.#input
    const place = this.#overlay.follow(selected)
    this.#canvas.hidden = this.#overlay.far
    this.#canvas.frame(this.#flat.camera, performance.now())
    if (nowMs - this.#steppedAtMs < STEP_MS) return
    this.#steppedAtMs = nowMs
    this.#camera.keep(place)
    if (nowMs - this.#sweptAtMs >= SWEEP_MS) {
      this.#sweptAtMs = nowMs
      this.#sweeping = ['marks', 'overlay', 'counts']
    }
    // What looks at every mark takes turns, a step each: together they would hold up the page.
    const turn = this.#sweeping.pop()
    if (turn === 'counts') this.#count()
    if (turn === 'overlay') this.#overlay.sweep({ words: this.#input.words, selected, counts: this.#counts })
    // From afar crowds are shown and no marks: they are brought up to date when they are seen again.
    if (!this.#overlay.far && this.#drawing.step(turn === 'marks')) this.#canvas.touch()
  }

  #count(): void {
    const { districts } = this.#input
    const counts = countMarks(this.#options.marks.all(), {
      view: this.#plane.bounds,
      stateOf: this.#options.stateOf,
      ...this.#test,
      districtOf: districts && (mark => districts.at(mark)),
    })
    if (sameCounts(counts, this.#counts)) return
    this.#counts = counts
    this.#options.onCounts(counts)
  }
}
