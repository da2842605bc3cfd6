import { GatewayError } from '../../../gateway/model/errors.ts'
import type { Position } from '../../../gateway/model/reading.ts'
import { rounded } from '../curve.ts'
import type { Random } from '../random.ts'
import { type District, loadDistricts } from './districts.ts'
import { StreetGrid } from './street-grid.ts'

/** The parts of the city that are simulated, by the names of the outlines' source, with a short form for ids and names. */
const CODES: Readonly<Record<string, string>> = {
  浦东新区: 'PD',
  黄浦区: 'HP',
  徐汇区: 'XH',
  长宁区: 'CN',
  静安区: 'JA',
  普陀区: 'PT',
  虹口区: 'HK',
  杨浦区: 'YP',
  闵行区: 'MH',
  宝山区: 'BS',
}
/** Metres that things keep from the outline: a receiver's error and a street's width must not carry them over it, nor a river's bank. */
const MARGIN_METRES = 180

/** One district with its made-up streets. */
export interface Quarter {
  readonly code: string
  readonly district: District
  readonly grid: StreetGrid
}

/** The simulated districts of a seed. */
export class Places {
  readonly quarters: readonly Quarter[]

  constructor(random: Random) {
    this.quarters = loadDistricts().flatMap(district => {
      const code = CODES[district.name]
      return code ? [{ code, district, grid: new StreetGrid(district, random.fork(`streets ${code}`), MARGIN_METRES) }] : []
    })
  }

  quarter(code: string): Quarter {
    const found = this.quarters.find(quarter => quarter.code === code)
    if (!found) throw new GatewayError('SIMULATION_FAILED', `the outlines hold no district ${code}`)
    return found
  }

  /** A quarter by turns, so that even a small city has things in several. Every other thing stands in Pudong, which is larger than the rest together. */
  turn(index: number): Quarter {
    const others = this.quarters.filter(quarter => quarter.code !== 'PD')
    return (index % 2 === 0 ? undefined : others[(index >> 1) % others.length]) ?? this.quarter('PD')
  }
}

/** A place for something that stands still: near the district's middle more often than at its edge. */
export function placeIn({ district }: Quarter, random: Random): Position {
  for (let attempt = 0; attempt < 400; attempt++) {
    const point = { x: 4_000 * random.normal(), y: 4_000 * random.normal() }
    if (!district.contains(point, MARGIN_METRES)) continue
    const { lat, lon } = district.plane.toPosition(point)
    return { lat: rounded(lat, 6), lon: rounded(lon, 6) }
  }
  return district.centre
}

/** A place close to another, such as the next building of an estate. */
export function placeNear({ district }: Quarter, middle: Position, random: Random): Position {
  const at = district.plane.toPoint(middle)
  const { lat, lon } = district.plane.toPosition({ x: at.x + random.between(-120, 120), y: at.y + random.between(-120, 120) })
  return { lat: rounded(lat, 6), lon: rounded(lon, 6) }
}
