import { distance, type Point } from '../city/plane.ts'
import { hashAt } from '../random.ts'

/** Something on the way that can hold a bus up, so many metres from the beginning. */
export type Mark =
  | { readonly type: 'stop'; readonly at: number }
  | { readonly type: 'light'; readonly at: number; readonly light: TrafficLight }
  /** A turn, to be taken slowly. */
  | { readonly type: 'turn'; readonly at: number }

/** A traffic light as one direction sees it: green for half a cycle, less what changing takes. */
export interface TrafficLight {
  readonly cycleMs: number
  readonly offsetMs: number
}

export function isGreen(light: TrafficLight, at: number): boolean {
  return (at + light.offsetMs) % light.cycleMs < light.cycleMs * 0.48
}

/** The light at a crossing, or none: fewer than half have one. `axis` tells the two streets apart, which are green in turn. */
export function lightOf(crossingSeed: number, axis: 0 | 1): TrafficLight | undefined {
  if (hashAt(crossingSeed, 3) > 0.4) return undefined
  const cycleMs = 1000 * Math.round(60 + 50 * hashAt(crossingSeed, 4))
  return { cycleMs, offsetMs: Math.round(cycleMs * (hashAt(crossingSeed, 5) + axis / 2)) }
}

/** Where a bus is on a track. */
export interface Along extends Point {
  /** Degrees from north, clockwise, 0 included, 360 excluded. */
  readonly heading: number
}

/** One direction of a route: a line in metres, and what stands along it. */
export class Track {
  readonly points: readonly Point[]
  readonly marks: readonly Mark[]
  readonly length: number
  readonly #reached: readonly number[]

  constructor(points: readonly Point[], marks: readonly Mark[]) {
    const reached = [0]
    for (let i = 1; i < points.length; i++) reached.push((reached[i - 1] ?? 0) + gap(points[i - 1], points[i]))
    this.points = points
    this.marks = [...marks].sort((a, b) => a.at - b.at)
    this.length = reached.at(-1) ?? 0
    this.#reached = reached
  }

  /** The point so many metres along, and the way it faces. */
  at(metres: number): Along {
    let low = 0
    let high = this.points.length - 2
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#reached[middle] ?? 0) <= metres) low = middle
      else high = middle - 1
    }
    const a = this.points[low] ?? { x: 0, y: 0 }
    const b = this.points[low + 1] ?? a
    const start = this.#reached[low] ?? 0
    const span = (this.#reached[low + 1] ?? start) - start
    const part = span === 0 ? 0 : Math.max(0, Math.min(1, (metres - start) / span))
    const heading = ((Math.atan2(b.x - a.x, b.y - a.y) * 180) / Math.PI + 360) % 360
    return { x: a.x + part * (b.x - a.x), y: a.y + part * (b.y - a.y), heading }
  }
}

function gap(a: Point | undefined, b: Point | undefined): number {
  return a && b ? distance(a, b) : 0
}
