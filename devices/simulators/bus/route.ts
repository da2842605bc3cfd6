import { GatewayError } from '../../../gateway/model/errors.ts'
import type { District } from '../city/districts.ts'
import { distance, type Point } from '../city/plane.ts'
import type { Crossing, StreetGrid } from '../city/street-grid.ts'
import type { Random } from '../random.ts'
import { lightOf, type Mark, Track } from './track.ts'

/** A made-up bus line: there and back over the same streets. */
export interface BusRoute {
  /** Such as `SYN-12`: SYN says that it is synthetic, wherever the id is shown. */
  readonly id: string
  readonly district: District
  readonly out: Track
  readonly back: Track
  readonly stops: number
  /** What a bus drives on it when nothing is in its way, in km/h. */
  readonly cruiseKmh: number
}

/** How far from a crossing a bus begins to turn, in metres. */
const TURN_METRES = 22
const SHORTEST_METRES = 3_000
/** Streets that go round a bend of the river can make a detour of any line; such a line is laid elsewhere. */
const LONGEST_METRES = 16_000
const ATTEMPTS = 400

/** Lays a route of 10 to 25 stops into a district. The same random stream gives the same route. */
export function layRoute(id: string, district: District, grid: StreetGrid, random: Random): BusRoute {
  const spread = 0.35 * Math.min(22_000, reach(district))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const from = grid.nearest({ x: random.normal() * spread, y: random.normal() * spread })
    const bearing = random.between(0, 2 * Math.PI)
    const metres = random.between(0.5, 1) * Math.min(9_500, 0.7 * reach(district))
    const start = grid.pointOf(from)
    const to = grid.nearest({ x: start.x + metres * Math.cos(bearing), y: start.y + metres * Math.sin(bearing) })
    if (!grid.isUsable(from) || !grid.isUsable(to)) continue
    const crossings = grid.walk(from, to, random)
    const length = crossings ? pathLength(crossings.map(crossing => grid.pointOf(crossing))) : 0
    if (!crossings || length < SHORTEST_METRES || length > LONGEST_METRES) continue
    const stops = Math.max(10, Math.min(25, Math.round(length / random.between(420, 620)) + 1))
    return {
      id,
      district,
      out: layTrack(grid, crossings, stops, random),
      back: layTrack(grid, crossings.toReversed(), stops, random),
      stops,
      cruiseKmh: random.between(38, 56),
    }
  }
  throw new GatewayError('SIMULATION_FAILED', `no route of ${SHORTEST_METRES} m was found inside ${district.name} in ${ATTEMPTS} tries; use another seed`)
}

function layTrack(grid: StreetGrid, crossings: readonly Crossing[], stops: number, random: Random): Track {
  const points: Point[] = []
  const marks: Mark[] = []
  let metres = 0
  const add = (point: Point): void => {
    const last = points.at(-1)
    if (last) metres += distance(last, point)
    points.push(point)
  }
  for (const [index, crossing] of crossings.entries()) {
    const here = grid.pointOf(crossing)
    const before = crossings[index - 1]
    const after = crossings[index + 1]
    if (!before || !after) {
      add(here)
      continue
    }
    // The line is cut short of the crossing on both sides and joined by a quadratic Bézier curve: a kerb's radius instead of a corner.
    const enter = towards(here, grid.pointOf(before), TURN_METRES)
    const leave = towards(here, grid.pointOf(after), TURN_METRES)
    add(enter)
    const light = lightOf(grid.crossingSeed(crossing), before.row === crossing.row ? 0 : 1)
    if (light) marks.push({ type: 'light', at: metres, light })
    for (const t of [0.25, 0.5, 0.75]) add(onCurve(enter, here, leave, t))
    const turns = crossing.column - before.column !== after.column - crossing.column || crossing.row - before.row !== after.row - crossing.row
    if (turns) marks.push({ type: 'turn', at: metres })
    add(leave)
  }
  for (let stop = 1; stop < stops; stop++) {
    const shake = stop === stops - 1 ? 0 : random.between(-0.25, 0.25)
    marks.push({ type: 'stop', at: ((stop + shake) / (stops - 1)) * metres })
  }
  return new Track(points, marks)
}

function towards(from: Point, to: Point, metres: number): Point {
  const part = metres / distance(from, to)
  return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) }
}

function onCurve(a: Point, b: Point, c: Point, t: number): Point {
  const u = 1 - t
  return { x: u * u * a.x + 2 * u * t * b.x + t * t * c.x, y: u * u * a.y + 2 * u * t * b.y + t * t * c.y }
}

function pathLength(points: readonly Point[]): number {
  let total = 0
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (before) total += distance(before, point)
  }
  return total
}

/** How large a district is across, in metres: the smaller side of its box. */
function reach(district: District): number {
  const xs = district.ring.map(point => point.x)
  const ys = district.ring.map(point => point.y)
  return Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys))
}
