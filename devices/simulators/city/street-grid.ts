import { hash32, hashAt, type Random } from '../random.ts'
import type { District } from './districts.ts'
import { distance, type Point } from './plane.ts'

/** A crossing of two made-up streets, by its column and row. */
export interface Crossing {
  readonly column: number
  readonly row: number
}

/**
 * The made-up streets of a district: a lattice turned and shaken by the seed, kept inside the outline. Routes that share it share streets, which makes a map of
 * them look like a town and not like noise. It follows no real street.
 */
export class StreetGrid {
  readonly #district: District
  readonly #seed: number
  readonly #marginMetres: number
  readonly #along: Point
  readonly #across: Point
  readonly #usable = new Map<string, boolean>()

  constructor(district: District, random: Random, marginMetres: number) {
    const angle = random.between(-0.5, 0.5)
    const block = random.between(300, 380)
    this.#district = district
    this.#marginMetres = marginMetres
    this.#seed = Math.floor(random.next() * 0x1_0000_0000)
    this.#along = { x: block * Math.cos(angle), y: block * Math.sin(angle) }
    this.#across = { x: -1.25 * block * Math.sin(angle), y: 1.25 * block * Math.cos(angle) }
  }

  pointOf({ column, row }: Crossing): Point {
    const seed = this.crossingSeed({ column, row })
    const c = column + 0.3 * (hashAt(seed, 1) - 0.5)
    const r = row + 0.3 * (hashAt(seed, 2) - 0.5)
    return { x: c * this.#along.x + r * this.#across.x, y: c * this.#along.y + r * this.#across.y }
  }

  /** A number that is the crossing's own: whether it has lights, and when they change. */
  crossingSeed({ column, row }: Crossing): number {
    return hash32(`${this.#seed}:${column}:${row}`)
  }

  /** The crossing nearest to a point of the unshaken lattice. */
  nearest(point: Point): Crossing {
    const { x: ax, y: ay } = this.#along
    const { x: bx, y: by } = this.#across
    const determinant = ax * by - ay * bx
    return { column: Math.round((point.x * by - point.y * bx) / determinant), row: Math.round((ax * point.y - ay * point.x) / determinant) }
  }

  /** The crossings one block away that a street inside the outline leads to. */
  neighbours(crossing: Crossing): readonly Crossing[] {
    const { column, row } = crossing
    const around = [
      { column: column + 1, row },
      { column: column - 1, row },
      { column, row: row + 1 },
      { column, row: row - 1 },
    ]
    return around.filter(neighbour => this.isUsable(neighbour) && this.#isStreetUsable(crossing, neighbour))
  }

  isUsable(crossing: Crossing): boolean {
    return this.#isUsableCached(`${crossing.column}:${crossing.row}`, this.pointOf(crossing))
  }

  /** A street of one block bends nowhere: three points between its ends tell whether the outline cuts it. */
  #isStreetUsable(from: Crossing, to: Crossing): boolean {
    const a = this.pointOf(from)
    const b = this.pointOf(to)
    return [0.25, 0.5, 0.75].every(part => {
      const column = from.column + part * (to.column - from.column)
      const row = from.row + part * (to.row - from.row)
      return this.#isUsableCached(`${column}:${row}`, { x: a.x + part * (b.x - a.x), y: a.y + part * (b.y - a.y) })
    })
  }

  #isUsableCached(key: string, point: Point): boolean {
    const known = this.#usable.get(key)
    if (known !== undefined) return known
    const usable = this.#district.contains(point, this.#marginMetres)
    this.#usable.set(key, usable)
    return usable
  }

  /** Walks from one crossing towards another as a planner of bus lines would: roughly there, seldom turning, never twice over one crossing. Undefined when it runs into a corner. */
  walk(from: Crossing, to: Crossing, random: Random): readonly Crossing[] | undefined {
    const goal = this.pointOf(to)
    const path = [from]
    const visited = new Set([`${from.column}:${from.row}`])
    let here = from
    let heading: Crossing | undefined
    while (path.length < 90 && distance(this.pointOf(here), goal) > 450) {
      const options = this.neighbours(here).filter(option => !visited.has(`${option.column}:${option.row}`))
      const towards = heading
      const current = here
      const weights = options.map(option => {
        const gain = distance(this.pointOf(current), goal) - distance(this.pointOf(option), goal)
        const straight = towards && option.column - current.column === towards.column && option.row - current.row === towards.row
        return Math.exp(gain / 180) * (straight ? 3.5 : 1)
      })
      const next = weighted(options, weights, random)
      if (!next) return undefined
      heading = { column: next.column - here.column, row: next.row - here.row }
      visited.add(`${next.column}:${next.row}`)
      path.push(next)
      here = next
    }
    return path
  }
}

function weighted<T>(options: readonly T[], weights: readonly number[], random: Random): T | undefined {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, option] of options.entries()) {
    left -= weights[index] ?? 0
    if (left <= 0) return option
  }
  return options.at(-1)
}
