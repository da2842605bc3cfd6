import type { Feature, FeatureCollection, Point } from 'geojson'
import type { GeoJSONFeatureDiff, GeoJSONSourceDiff } from 'maplibre-gl'
import type { Mark, MarkState, Place } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import type { LatLon } from './datum.ts'
import { imageName } from './icon-images.ts'
import type { Look } from './looks.ts'

/** A shift smaller than this cannot be seen: it waits until it has grown. In pixels. */
const SMALLEST_SHIFT = 0.6
/** A turn smaller than this cannot be seen either. In degrees. */
const SMALLEST_TURN = 3
/** No more changes in a step than this, so that none holds up the page; what is left comes with the next. */
const MOST_CHANGES = 3_000

interface Drawn {
  lat: number
  lon: number
  turn: number
  icon: string
  state: MarkState
}

export interface DrawingOptions {
  readonly marks: Marks
  readonly look: (kind: string) => Look
  readonly state: (mark: Mark) => MarkState
  /** Whether a mark is drawn by itself. */
  readonly shows: (mark: Mark, state: MarkState) => boolean
  /** Longitude and latitude as the base map has them. */
  readonly drawnAt: (place: LatLon) => [number, number]
}

/** Works out what has to change in the map's source so that it shows those of `Marks` that are to be shown. Keeps what was handed over last; holds no map. */
export class MarksDrawing {
  readonly #options: DrawingOptions
  readonly #drawn = new Map<string, Drawn>()
  /** Left over from the step before. */
  #waiting = new Set<string>()

  constructor(options: DrawingOptions) {
    this.#options = options
  }

  /** Everything, to fill an empty source with. */
  whole(): FeatureCollection {
    const { marks } = this.#options
    marks.takeChanges()
    this.#waiting.clear()
    this.#drawn.clear()
    const features: Feature[] = []
    for (const mark of marks.all()) {
      const place = marks.place(mark.device)
      const next = place && this.#next(mark, place)
      if (!next) continue
      this.#drawn.set(mark.device, next)
      features.push(this.#feature(mark, next))
    }
    return { type: 'FeatureCollection', features }
  }

  /** What changed since; undefined when nothing did. `all`: looks at every mark, as states change with time alone; else only at those that moved or were told of. */
  changes(options: { readonly degreesPerPixel: number; readonly all: boolean }): GeoJSONSourceDiff | undefined {
    const { marks } = this.#options
    const { touched, removed } = marks.takeChanges()
    const add: Feature[] = []
    const update: GeoJSONFeatureDiff[] = []
    const remove: string[] = []
    for (const device of removed) if (this.#drawn.delete(device)) remove.push(device)
    const waited = this.#waiting
    this.#waiting = new Set()
    for (const device of options.all ? everyDevice(marks) : candidates(waited, touched, marks)) {
      if (add.length + update.length + remove.length >= MOST_CHANGES) {
        this.#waiting.add(device)
        continue
      }
      const mark = marks.get(device)
      const place = marks.place(device)
      if (!mark || !place) continue
      const known = this.#drawn.get(device)
      const next = this.#next(mark, place)
      if (!next) {
        if (this.#drawn.delete(device)) remove.push(device)
      } else if (known) {
        const diff = this.#difference(device, known, next, options.degreesPerPixel)
        if (diff) update.push(diff)
      } else {
        this.#drawn.set(device, next)
        add.push(this.#feature(mark, next))
      }
    }
    if (add.length + update.length + remove.length === 0) return undefined
    return { add, update, remove }
  }

  /** How a mark is drawn; undefined when it is not. */
  #next(mark: Mark, place: Place): Drawn | undefined {
    const { look: lookOf, state: stateOf, shows } = this.#options
    const state = stateOf(mark)
    if (!shows(mark, state)) return undefined
    const turned = lookOf(mark.kind).arrow !== undefined && mark.heading !== undefined
    return {
      lat: place.lat,
      lon: place.lon,
      turn: turned ? (mark.heading ?? 0) : 0,
      icon: imageName(mark.kind, state, turned),
      state,
    }
  }

  /** Brings `known` up to `next` as far as the difference can be seen. */
  #difference(device: string, known: Drawn, next: Drawn, degreesPerPixel: number): GeoJSONFeatureDiff | undefined {
    const shift = Math.max(Math.abs(next.lat - known.lat), Math.abs(next.lon - known.lon)) / degreesPerPixel
    const properties: { key: string; value: string | number }[] = []
    const put = <K extends 'turn' | 'icon' | 'state'>(key: K) => {
      known[key] = next[key]
      properties.push({ key, value: next[key] })
    }
    if (Math.abs(next.turn - known.turn) >= SMALLEST_TURN) put('turn')
    if (next.icon !== known.icon) put('icon')
    if (next.state !== known.state) put('state')
    const moved = shift >= SMALLEST_SHIFT
    if (!moved && properties.length === 0) return undefined
    if (moved) {
      known.lat = next.lat
      known.lon = next.lon
    }
    return {
      id: device,
      ...(moved && { newGeometry: this.#point(next) }),
      ...(properties.length > 0 && { addOrUpdateProperties: properties }),
    }
  }

  #feature(mark: Mark, next: Drawn): Feature {
    const { turn, icon, state } = next
    return { type: 'Feature', id: mark.device, geometry: this.#point(next), properties: { device: mark.device, kind: mark.kind, turn, icon, state } }
  }

  #point({ lat, lon }: Drawn): Point {
    return { type: 'Point', coordinates: this.#options.drawnAt({ lat, lon }) }
  }
}

function* candidates(waited: ReadonlySet<string>, touched: ReadonlySet<string>, marks: Marks): Iterable<string> {
  yield* waited
  for (const device of touched) if (!waited.has(device)) yield device
  for (const device of marks.gliding()) if (!touched.has(device) && !waited.has(device)) yield device
}

function* everyDevice(marks: Marks): Iterable<string> {
  for (const mark of marks.all()) yield mark.device
}
