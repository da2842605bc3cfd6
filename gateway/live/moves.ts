import { type CellBounds, STEPS_OF_CELL } from './geohash.ts'
import type { Mark } from './mark.ts'
import type { MovesMessage } from './tile-codec.ts'

/** Steps of a turn: one is 1.5 degrees. */
const HEADINGS = 240
const UNKNOWN_HEADING = 255
/** Of the protobuf types of the columns `speeds` (less the 1 that is added) and `ages_ms`. */
const MOST_SPEED = 0xffff_fffe
const MOST_AGE_MS = 0x7fff_ffff

/** A mark and the number its cell gave it. */
export interface NumberedMark {
  readonly mark: Mark
  readonly number: number
}

/** Whether the columns of a move can hold the mark: a speed below zero or an age of more than 24 days they can not, and then it is told in full. */
export function fitsMove(mark: Mark, sentAt: number): boolean {
  const speed = mark.speed === undefined ? 0 : Math.round(mark.speed)
  return speed >= 0 && speed <= MOST_SPEED && Math.abs(Math.round(sentAt - mark.at)) <= MOST_AGE_MS
}

/** The columns of `citygate.live.v1.Moves` for marks of one cell that fit. Headings and speeds that are unknown of all are left out. */
export function movesMessage(moved: readonly NumberedMark[], cell: CellBounds, sentAt: number): MovesMessage {
  const numbers: number[] = []
  const places: number[] = []
  const headings = new Uint8Array(moved.length)
  const speeds: number[] = []
  const agesMs: number[] = []
  let anyHeading = false
  let anySpeed = false
  let before = 0
  for (const { mark, number } of moved.toSorted((a, b) => a.number - b.number)) {
    headings[numbers.length] = headingOf(mark)
    numbers.push(number - before)
    places.push(placeOf(mark, cell))
    speeds.push(mark.speed === undefined ? 0 : Math.round(mark.speed) + 1)
    agesMs.push(Math.round(sentAt - mark.at))
    anyHeading ||= mark.heading !== undefined
    anySpeed ||= mark.speed !== undefined
    before = number
  }
  return { numbers, places, ...(anyHeading && { headings }), ...(anySpeed && { speeds }), agesMs }
}

function placeOf({ position }: Mark, cell: CellBounds): number {
  const north = stepsOf(position.lat - cell.south, cell.height)
  const east = stepsOf(position.lon - cell.west, cell.width)
  return north * STEPS_OF_CELL + east
}

/** The north pole and the 180th meridian belong to the last cell, whose upper edge they are. */
function stepsOf(degrees: number, size: number): number {
  return Math.max(0, Math.min(STEPS_OF_CELL - 1, Math.floor((degrees / size) * STEPS_OF_CELL)))
}

/** A heading beyond a turn, which a broken compass may tell, is the same direction within one. */
function headingOf({ heading }: Mark): number {
  if (heading === undefined) return UNKNOWN_HEADING
  const steps = Math.round(((heading % 360) / 360) * HEADINGS) % HEADINGS
  return steps < 0 ? steps + HEADINGS : steps
}
