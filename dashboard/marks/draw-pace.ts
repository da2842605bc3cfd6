import type { Camera } from './marks-painter.ts'
import { worldPixels } from './mercator.ts'

/** A mark that moved less than this since it was drawn need not be drawn again. CSS pixels. */
const SMALLEST_SHIFT = 0.3
/** Where the processor draws: so many milliseconds between two drawings for each mark, that drawing leaves time for the rest. */
const SOFTWARE_MS_A_MARK = 0.02
const SOFTWARE_FEWEST_MS = 40

/** What there is to be drawn. */
export interface Pending {
  readonly marks: number
  /** Something is drawn otherwise than before. */
  readonly changed: boolean
  /** Of the fastest glide, in parts of the world a millisecond. */
  readonly fastest: number
  readonly movesUntilMs: number
}

/** Decides when marks are drawn: at once where a graphics card does it, and as seldom as it can not be seen; nothing is drawn while nothing moves. */
export class DrawPace {
  readonly #software: boolean
  #drawnAtMs = Number.NEGATIVE_INFINITY
  #drawn: Camera | undefined

  /** `software`: the processor draws, and it takes long. */
  constructor(software: boolean) {
    this.#software = software
  }

  /** Where the map looked when marks were drawn last. */
  get drawn(): Camera | undefined {
    return this.#drawn
  }

  due(pending: Pending, camera: Camera, nowMs: number): boolean {
    const sinceMs = nowMs - this.#drawnAtMs
    if (this.#software && this.#drawn && sinceMs < Math.max(SOFTWARE_FEWEST_MS, pending.marks * SOFTWARE_MS_A_MARK) && sameSize(camera, this.#drawn))
      return false
    if (pending.changed || !this.#drawn || !sameCamera(camera, this.#drawn)) return true
    // The last drawing of a glide is the one at its end.
    const until = Math.min(nowMs, pending.movesUntilMs)
    if (until <= this.#drawnAtMs) return false
    return nowMs >= pending.movesUntilMs || (until - this.#drawnAtMs) * pending.fastest * worldPixels(camera.zoom) >= SMALLEST_SHIFT
  }

  noteDrawn(camera: Camera, nowMs: number): void {
    this.#drawn = camera
    this.#drawnAtMs = nowMs
  }
}

export function sameCamera(a: Camera, b: Camera): boolean {
  return a.centre.x === b.centre.x && a.centre.y === b.centre.y && a.zoom === b.zoom && sameSize(a, b)
}

function sameSize(a: Camera, b: Camera): boolean {
  return a.width === b.width && a.height === b.height
}
