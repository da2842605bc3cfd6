import type { Mark, MarkState } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import type { MarkBuffer } from '../marks/mark-buffer.ts'
import { type WorldPlace, worldX, worldY } from '../marks/mercator.ts'
import type { SpriteIndex } from '../marks/sprite-atlas.ts'
import type { LatLon } from './datum.ts'
import type { Look } from './looks.ts'

/** No more changes in a step than this, so that none holds up the page; what is left comes with the next. */
const MOST_CHANGES = 3_000

interface Drawn {
  readonly mark: Mark
  readonly state: MarkState
  readonly visibility: number
}

export interface DrawingOptions {
  readonly marks: Marks
  readonly buffer: MarkBuffer
  readonly sprites: Pick<SpriteIndex, 'of'>
  readonly look: (kind: string) => Look
  readonly state: (mark: Mark) => MarkState
  /** 0 to 1. */
  readonly visibility: (mark: Mark) => number
  /** Whether a mark is drawn by itself. */
  readonly shows: (mark: Mark, state: MarkState) => boolean
  /** Longitude and latitude as the base map has them. */
  readonly drawnAt: (place: LatLon) => [number, number]
}

/** Keeps a buffer such that it shows those of `Marks` that are to be shown. */
export class MarksDrawing {
  readonly #options: DrawingOptions
  readonly #drawn = new Map<string, Drawn>()
  /** Left over from the step before. */
  #waiting = new Set<string>()

  constructor(options: DrawingOptions) {
    this.#options = options
  }

  /** Writes what changed; whether anything did. `all`: looks at every mark, as states change with time alone; else only at those that were told of. */
  step(all: boolean): boolean {
    const { marks, buffer } = this.#options
    const { touched, removed } = marks.takeChanges()
    let changes = 0
    const takeOff = (device: string): void => {
      this.#drawn.delete(device)
      if (buffer.remove(device)) changes += 1
    }
    for (const device of removed) takeOff(device)
    const waited = this.#waiting
    this.#waiting = new Set()
    for (const device of all ? everyDevice(marks) : both(waited, touched)) {
      const mark = marks.get(device)
      if (!mark) continue
      if (changes >= MOST_CHANGES) {
        this.#waiting.add(device)
        continue
      }
      const state = this.#options.state(mark)
      if (!this.#options.shows(mark, state)) {
        takeOff(device)
        continue
      }
      const known = this.#drawn.get(device)
      const visibility = this.#options.visibility(mark)
      if (known?.mark === mark && known.state === state && known.visibility === visibility) continue
      this.#drawn.set(device, { mark, state, visibility })
      this.#put(mark, state, visibility)
      changes += 1
    }
    return changes > 0
  }

  #put(mark: Mark, state: MarkState, opacity: number): void {
    const { marks, buffer, sprites, look } = this.#options
    const glide = marks.glide(mark.device)
    const turned = look(mark.kind).arrow !== undefined && mark.heading !== undefined
    const to = this.#worldAt(mark)
    buffer.put(mark.device, {
      from: glide ? this.#worldAt({ lat: glide.fromLat, lon: glide.fromLon }) : to,
      to,
      startMs: glide?.startMs ?? 0,
      turn: turned ? (mark.heading ?? 0) : 0,
      sprite: sprites.of(mark.kind, state === 'flagged' ? 'fresh' : state, turned),
      opacity,
      rank: rankOf(state),
    })
  }

  #worldAt(place: LatLon): WorldPlace {
    const [lon, lat] = this.#options.drawnAt(place)
    return { x: worldX(lon), y: worldY(lat) }
  }
}

/** What needs an eye lies above what does not. */
const FROM_BELOW: readonly MarkState[] = ['offline', 'stale', 'fresh', 'flagged']

/** In which order states are drawn. */
export function rankOf(state: MarkState): number {
  return FROM_BELOW.indexOf(state)
}

function* both(waited: ReadonlySet<string>, touched: ReadonlySet<string>): Iterable<string> {
  yield* waited
  for (const device of touched) if (!waited.has(device)) yield device
}

function* everyDevice(marks: Marks): Iterable<string> {
  for (const mark of marks.all()) yield mark.device
}
