import type { Feature, FeatureCollection, Point } from 'geojson'
import type { GeoJSONFeatureDiff, GeoJSONSourceDiff } from 'maplibre-gl'
import type { Mark, MarkState, Place } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import { imageName } from './icon-images.ts'
import type { Look } from './looks.ts'

/** A shift smaller than this cannot be seen: it waits until it has grown. In pixels. */
const SMALLEST_SHIFT = 0.6
/** A turn smaller than this cannot be seen either. In degrees. */
const SMALLEST_TURN = 3

interface Drawn {
  lat: number
  lon: number
  turn: number
  icon: string
  state: MarkState
  label: string
}

/** Works out what has to change in the map's source so that it shows `Marks`. Keeps what was handed over last; holds no map. */
export class MarksDrawing {
  readonly #marks: Marks
  readonly #look: (kind: string) => Look
  readonly #state: (mark: Mark) => MarkState
  readonly #drawn = new Map<string, Drawn>()

  constructor(options: { readonly marks: Marks; readonly look: (kind: string) => Look; readonly state: (mark: Mark) => MarkState }) {
    this.#marks = options.marks
    this.#look = options.look
    this.#state = options.state
  }

  /** Everything, to fill an empty source with. */
  whole(): FeatureCollection {
    this.#marks.takeChanges()
    this.#drawn.clear()
    const features: Feature[] = []
    for (const mark of this.#marks.all()) {
      const place = this.#marks.place(mark.device)
      if (!place) continue
      const next = this.#next(mark, place)
      this.#drawn.set(mark.device, next)
      features.push(feature(mark, next))
    }
    return { type: 'FeatureCollection', features }
  }

  /** What changed since; undefined when nothing did. `all`: looks at every mark, as states change with time alone; else only at those that moved or were told of. */
  changes(options: { readonly degreesPerPixel: number; readonly all: boolean }): GeoJSONSourceDiff | undefined {
    const { touched, removed } = this.#marks.takeChanges()
    const add: Feature[] = []
    const update: GeoJSONFeatureDiff[] = []
    const remove: string[] = []
    for (const device of removed) if (this.#drawn.delete(device)) remove.push(device)
    for (const device of options.all ? everyDevice(this.#marks) : moving(touched, this.#marks)) {
      const mark = this.#marks.get(device)
      const place = this.#marks.place(device)
      if (!mark || !place) continue
      const known = this.#drawn.get(device)
      const next = this.#next(mark, place)
      if (known) {
        const diff = difference(device, known, next, options.degreesPerPixel)
        if (diff) update.push(diff)
      } else {
        this.#drawn.set(device, next)
        add.push(feature(mark, next))
      }
    }
    if (add.length + update.length + remove.length === 0) return undefined
    return { add, update, remove }
  }

  #next(mark: Mark, place: Place): Drawn {
    const look = this.#look(mark.kind)
    const state = this.#state(mark)
    const turned = look.arrow !== undefined && mark.heading !== undefined
    return {
      lat: place.lat,
      lon: place.lon,
      turn: turned ? (mark.heading ?? 0) : 0,
      icon: imageName(mark.kind, state === 'stale', turned),
      state,
      label: `${mark.device} ${mark.name ?? ''}`.toLowerCase(),
    }
  }
}

function* moving(touched: ReadonlySet<string>, marks: Marks): Iterable<string> {
  yield* touched
  for (const device of marks.gliding()) if (!touched.has(device)) yield device
}

function* everyDevice(marks: Marks): Iterable<string> {
  for (const mark of marks.all()) yield mark.device
}

/** Brings `known` up to `next` as far as the difference can be seen. */
function difference(device: string, known: Drawn, next: Drawn, degreesPerPixel: number): GeoJSONFeatureDiff | undefined {
  const shift = Math.max(Math.abs(next.lat - known.lat), Math.abs(next.lon - known.lon)) / degreesPerPixel
  const properties: { key: string; value: string | number }[] = []
  const put = <K extends 'turn' | 'icon' | 'state' | 'label'>(key: K) => {
    known[key] = next[key]
    properties.push({ key, value: next[key] })
  }
  if (Math.abs(next.turn - known.turn) >= SMALLEST_TURN) put('turn')
  if (next.icon !== known.icon) put('icon')
  if (next.state !== known.state) put('state')
  if (next.label !== known.label) put('label')
  const moved = shift >= SMALLEST_SHIFT
  if (!moved && properties.length === 0) return undefined
  if (moved) {
    known.lat = next.lat
    known.lon = next.lon
  }
  return {
    id: device,
    ...(moved && { newGeometry: point(next) }),
    ...(properties.length > 0 && { addOrUpdateProperties: properties }),
  }
}

function feature(mark: Mark, { turn, icon, state, label, lat, lon }: Drawn): Feature {
  return { type: 'Feature', id: mark.device, geometry: point({ lat, lon }), properties: { device: mark.device, kind: mark.kind, turn, icon, state, label } }
}

function point({ lat, lon }: { readonly lat: number; readonly lon: number }): Point {
  return { type: 'Point', coordinates: [lon, lat] }
}
