import type { KindColour } from '../theme/tokens.ts'

/** How a kind looks on the map and in the legend: a filled shape, perhaps with a drawing on it. Paths stand on a grid of 24. */
export interface Look {
  readonly colour: KindColour
  readonly shape: string
  /** Lines drawn on the shape. */
  readonly glyph?: string
  /** The glyph is filled, not stroked. */
  readonly filledGlyph?: true
  /** The shape while a heading is known: it points north and is turned. */
  readonly arrow?: string
}

const DISC = 'M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17z'
const SQUARE = 'M6 3.5h12A2.5 2.5 0 0 1 20.5 6v12a2.5 2.5 0 0 1-2.5 2.5H6A2.5 2.5 0 0 1 3.5 18V6A2.5 2.5 0 0 1 6 3.5z'
const DROP = 'M12 2c3.9 4.7 7 8.2 7 12.2a7 7 0 0 1-14 0C5 10.2 8.1 6.7 12 2z'
const ARROW = 'M12 2.5 19.5 20.5 12 16.5 4.5 20.5z'
const PLATE = 'M5.5 6.5h13A2.5 2.5 0 0 1 21 9v6a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 2.5-2.5z'
const WEDGE = 'M12 2 18.5 21h-13z'
const FLAME = 'M12 2c.8 4.2 6.5 6.6 6.5 12.6a6.5 6.5 0 0 1-13 0c0-2.7 1.5-4.4 2.6-5.7.5 1.4 1.2 2 2 2.3C9.8 8 10.4 5 12 2z'
const TRIANGLE = 'M12 3 21.5 20h-19z'
const HEXAGON = 'M12 2.5 20.2 7.2V16.8L12 21.5 3.8 16.8V7.2z'
const DIAMOND = 'M12 2 22 12 12 22 2 12z'
const SHAFT = 'M8 2.5h8A2 2 0 0 1 18 4.5v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2z'

const known: Readonly<Record<string, Look>> = {
  bus: { colour: 'blue', shape: DISC, arrow: ARROW },
  'electricity-meter': { colour: 'amber', shape: DISC, glyph: 'M13.3 6 8.3 13h3.2l-.8 5 5-7h-3.2z', filledGlyph: true },
  'water-meter': { colour: 'teal', shape: DROP },
  worksite: { colour: 'violet', shape: SQUARE, glyph: 'M9.8 18.5V5.5L18 9H6.2l3.6-3.5M15.5 9v4M7.8 18.5h4' },
  vehicle: { colour: 'green', shape: PLATE, arrow: WEDGE },
  'gas-meter': { colour: 'rose', shape: FLAME },
  'heat-meter': { colour: 'rose', shape: DISC, glyph: 'M8 7.5c2 1.5-2 3 0 4.5s-2 3 0 4.5M12 7.5c2 1.5-2 3 0 4.5s-2 3 0 4.5M16 7.5c2 1.5-2 3 0 4.5s-2 3 0 4.5' },
  'tower-crane': { colour: 'amber', shape: TRIANGLE, glyph: 'M12 8.5v4.3a2.3 2.3 0 1 1-2.3 2.3' },
  lift: { colour: 'violet', shape: SHAFT, glyph: 'M9 10l3-3.5 3 3.5M9 14l3 3.5 3-3.5' },
  'environment-station': { colour: 'green', shape: HEXAGON, glyph: 'M7 10h7.5a2 2 0 1 0-2-2M7 13.5h9a2 2 0 1 1-2 2' },
  'air-station': { colour: 'green', shape: DIAMOND, glyph: 'M8 10.5h5a1.6 1.6 0 1 0-1.6-1.6M8 13.5h6.5a1.6 1.6 0 1 1-1.6 1.6' },
  'water-station': { colour: 'teal', shape: DIAMOND, glyph: 'M7.5 11c1.5-1.5 3 1.5 4.5 0s3 1.5 4.5 0M8.5 14.5c1.2-1.2 2.3 1.2 3.5 0s2.3 1.2 3.5 0' },
  'soil-sensor': { colour: 'amber', shape: HEXAGON, glyph: 'M12 17.5V11M12 12c0-3-2-4-4.5-4 0 3 2 4 4.5 4zM12 14c0-2.5 2-3.5 4.5-3.5 0 2.5-2 3.5-4.5 3.5z' },
}

/** For kinds a city brings along: shapes and colours given out in the order of their ids. */
const spare: readonly Look[] = [
  { colour: 'blue', shape: HEXAGON },
  { colour: 'rose', shape: DIAMOND },
  { colour: 'blue', shape: TRIANGLE },
  { colour: 'rose', shape: 'M12 2.5 21.5 9.4 17.9 20.5H6.1L2.5 9.4z' },
]

/** The look of every kind, by id. */
export function looksOf(kindIds: readonly string[]): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>()
  let next = 0
  for (const id of [...kindIds].sort()) {
    const own = known[id]
    if (own) {
      looks.set(id, own)
      continue
    }
    looks.set(id, spare[next % spare.length] ?? UNKNOWN_LOOK)
    next += 1
  }
  return looks
}

/** Of a device whose kind is not known to this page. */
export const UNKNOWN_LOOK: Look = { colour: 'rose', shape: SQUARE }
