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

const known: Readonly<Record<string, Look>> = {
  bus: { colour: 'blue', shape: DISC, arrow: ARROW },
  'electricity-meter': { colour: 'amber', shape: DISC, glyph: 'M13.3 6 8.3 13h3.2l-.8 5 5-7h-3.2z', filledGlyph: true },
  'water-meter': { colour: 'teal', shape: DROP },
  worksite: { colour: 'violet', shape: SQUARE, glyph: 'M9.8 18.5V5.5L18 9H6.2l3.6-3.5M15.5 9v4M7.8 18.5h4' },
}

/** For kinds a city brings along: shapes and colours given out in the order of their ids. */
const spare: readonly Look[] = [
  { colour: 'green', shape: 'M12 2.5 20.2 7.2V16.8L12 21.5 3.8 16.8V7.2z' },
  { colour: 'rose', shape: 'M12 2 22 12 12 22 2 12z' },
  { colour: 'green', shape: 'M12 3 21.5 20h-19z' },
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
