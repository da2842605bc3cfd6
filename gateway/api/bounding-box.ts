import { z } from 'zod'
import type { Position } from '../model/reading.ts'

/** West, south, east, north in degrees: the order of GeoJSON (RFC 7946 § 5). */
export interface BoundingBox {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** A bounding box in a query. One across the antimeridian, where west is greater than east in RFC 7946 § 5.2, is refused: ask for both its halves. */
export const boundingBoxParameter = z
  .string()
  .transform((text, context): BoundingBox => {
    const box = readBoundingBox(text)
    if (typeof box !== 'string') return box
    context.addIssue({ code: 'custom', message: box })
    return z.NEVER
  })
  .optional()
  .meta({ description: 'West, south, east and north in degrees, edges included; not across the antimeridian.', example: '121.3,31.1,121.7,31.4' })

/** Reads `w,s,e,n`. Answers what is wrong as text. */
function readBoundingBox(text: string): BoundingBox | string {
  const parts = text.split(',')
  if (parts.length !== 4 || !parts.every(part => /^[+-]?\d{1,3}(\.\d{1,15})?$/.test(part.trim()))) {
    return 'must be four numbers of degrees with commas between them: west,south,east,north'
  }
  const [west = 0, south = 0, east = 0, north = 0] = parts.map(Number)
  if (Math.abs(west) > 180 || Math.abs(east) > 180) return 'has a longitude outside -180 to 180'
  if (Math.abs(south) > 90 || Math.abs(north) > 90) return 'has a latitude outside -90 to 90'
  if (south > north) return 'has its south above its north: the order is west,south,east,north'
  if (west > east) return `crosses the antimeridian: ask twice, for ${west},${south},180,${north} and for -180,${south},${east},${north}`
  return { west, south, east, north }
}

/** Whether a position lies in the box, its edges included. */
export function inside(box: BoundingBox, { lat, lon }: Position): boolean {
  return lon >= box.west && lon <= box.east && lat >= box.south && lat <= box.north
}
