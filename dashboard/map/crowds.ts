import type { StateCounts } from '../live/counts.ts'
import { noStates } from '../live/counts.ts'
import { type Bounds, inside } from '../live/geohash.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import { worldPixels, worldX, worldY } from '../marks/mercator.ts'

/** Farther out than this, single marks would lie on one another: crowds are shown in their place. */
export const FAR_ZOOM = 8.6
/** CSS pixels between crowds seen from afar. */
const FAR_CELL = 96
/** CSS pixels of a badge with some air: crowds nearer to one another than this become one. */
export const BADGE = { width: 84, height: 50 }
/** So many devices on one spot are one crowd, however near the map is: marks on top of one another can be neither seen nor hit. */
const PILE = 8
/** What counts as one spot: about a metre. */
const SPOTS_PER_DEGREE = 1e5

/** Marks that are shown as one. */
export interface Crowd {
  readonly key: string
  /** The middle of its marks. */
  readonly lat: number
  readonly lon: number
  readonly count: number
  readonly states: StateCounts
  /** Marks by kind. */
  readonly kinds: ReadonlyMap<string, number>
  readonly bounds: Bounds
}

/** A mark as far as crowds care. */
export interface CrowdMark {
  readonly mark: Mark
  readonly state: MarkState
}

/** The state of a crowd is the one that needs an eye most. */
export function worstOf(states: StateCounts): MarkState {
  if (states.flagged > 0) return 'flagged'
  if (states.stale > 0) return 'stale'
  return states.fresh > 0 ? 'fresh' : 'offline'
}

/** From afar: every mark belongs to a crowd of its square of the map. The squares stand still while the map moves. */
export function farCrowds(marks: Iterable<CrowdMark>, zoom: number): readonly Crowd[] {
  const world = worldPixels(Math.floor(zoom))
  const groups = new Map<number, Group>()
  for (const { mark, state } of marks) {
    const column = Math.floor((worldX(mark.lon) * world) / FAR_CELL)
    const row = Math.floor((worldY(mark.lat) * world) / FAR_CELL)
    const key = row * 1e7 + column
    let group = groups.get(key)
    if (!group) {
      group = new Group(`far/${Math.floor(zoom)}/${row}/${column}`)
      groups.set(key, group)
    }
    group.add(mark, state)
  }
  return merged([...groups.values()], worldPixels(zoom)).map(group => group.crowd())
}

/** The spots where many devices stand on one another, and who stands there. */
export function piles(marks: Iterable<CrowdMark>): { readonly crowds: readonly Crowd[]; readonly members: ReadonlySet<string> } {
  const spots = new Map<number, CrowdMark[]>()
  for (const one of marks) {
    const key = spotOf(one.mark)
    const spot = spots.get(key)
    if (spot) spot.push(one)
    else spots.set(key, [one])
  }
  const crowds: Crowd[] = []
  const members = new Set<string>()
  for (const [key, spot] of spots) {
    if (spot.length < PILE) continue
    const group = new Group(`pile/${key}`)
    for (const { mark, state } of spot) {
      group.add(mark, state)
      members.add(mark.device)
    }
    crowds.push(group.crowd())
  }
  return { crowds, members }
}

/** Everything that stands where a crowd is. */
export function membersOf(crowd: Crowd, marks: Iterable<CrowdMark>): readonly CrowdMark[] {
  return [...marks].filter(({ mark }) => inside(crowd.bounds, mark.lat, mark.lon))
}

function spotOf({ lat, lon }: Mark): number {
  return Math.round(lat * SPOTS_PER_DEGREE) * 36_000_001 + Math.round(lon * SPOTS_PER_DEGREE)
}

/** Small crowds beside a large one join it. */
function merged(groups: readonly Group[], world: number): readonly Group[] {
  const kept: Group[] = []
  for (const group of [...groups].sort((a, b) => b.count - a.count)) {
    const host = kept.find(
      other => Math.abs(worldX(other.lon) - worldX(group.lon)) * world < BADGE.width && Math.abs(worldY(other.lat) - worldY(group.lat)) * world < BADGE.height,
    )
    if (host) host.join(group)
    else kept.push(group)
  }
  return kept
}

class Group {
  readonly #key: string
  readonly #states = noStates()
  readonly #kinds = new Map<string, number>()
  #count = 0
  #lat = 0
  #lon = 0
  #bounds: Bounds = { west: 180, south: 90, east: -180, north: -90 }

  constructor(key: string) {
    this.#key = key
  }

  get count(): number {
    return this.#count
  }

  get lat(): number {
    return this.#lat / this.#count
  }

  get lon(): number {
    return this.#lon / this.#count
  }

  add({ kind, lat, lon }: Mark, state: MarkState): void {
    this.#states[state] += 1
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1)
    this.#count += 1
    this.#lat += lat
    this.#lon += lon
    const { west, south, east, north } = this.#bounds
    if (lon < west || lon > east || lat < south || lat > north) this.#widen({ west: lon, south: lat, east: lon, north: lat })
  }

  join(other: Group): void {
    for (const state of ['fresh', 'flagged', 'stale', 'offline'] as const) this.#states[state] += other.#states[state]
    for (const [kind, count] of other.#kinds) this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + count)
    this.#count += other.#count
    this.#lat += other.#lat
    this.#lon += other.#lon
    this.#widen(other.#bounds)
  }

  crowd(): Crowd {
    return { key: this.#key, lat: this.lat, lon: this.lon, count: this.#count, states: this.#states, kinds: this.#kinds, bounds: this.#bounds }
  }

  #widen({ west, south, east, north }: Bounds): void {
    this.#bounds = {
      west: Math.min(west, this.#bounds.west),
      south: Math.min(south, this.#bounds.south),
      east: Math.max(east, this.#bounds.east),
      north: Math.max(north, this.#bounds.north),
    }
  }
}
