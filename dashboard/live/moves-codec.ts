import type protobuf from 'protobufjs/minimal.js'

/** Where a mark moved within its cell; what is not here is as the mark was last told in full. */
export interface Move {
  /** By which the cell's marks name the device. */
  readonly number: number
  /** From the cell's south-west corner to the mark, in parts of the cell's height and width: 0 to 1, neither reached. */
  readonly north: number
  readonly east: number
  /** As in a mark. */
  readonly ageMs: number
  readonly heading?: number
  readonly speedKmh?: number
}

const STEPS_OF_CELL = 65_536
const DEGREES_A_STEP = 1.5
const HEADINGS = 240
const UNKNOWN_HEADING = 255
/** As protobuf's `uint32`. */
const MOST_NUMBER = 0xffff_ffff

/**
 * Reads `citygate.live.v1.Moves`, of which `length` bytes are left in the reader from here on. Answers no more moves than that. Throws a RangeError for bytes that are no such message, or whose
 * columns do not fit one another.
 */
export function decodeMoves(reader: protobuf.Reader, length: number): Move[] {
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('moves end beyond their tile')
  const numbers: number[] = []
  const places: number[] = []
  const headings: number[] = []
  const speeds: number[] = []
  const ages: number[] = []
  while (reader.pos < end) {
    const tag = reader.uint32()
    const column = tag & 7
    if (column !== BYTES) {
      reader.skipType(column)
      continue
    }
    const until = reader.uint32() + reader.pos
    if (until > end) throw new RangeError('a column ends beyond its moves')
    if (tag >>> 3 === 1) while (reader.pos < until) numbers.push(reader.uint32())
    else if (tag >>> 3 === 2) while (reader.pos < until) places.push(reader.fixed32())
    else if (tag >>> 3 === 3) while (reader.pos < until) headings.push(reader.buf[reader.pos++] ?? UNKNOWN_HEADING)
    else if (tag >>> 3 === 4) while (reader.pos < until) speeds.push(reader.uint32())
    else if (tag >>> 3 === 5) while (reader.pos < until) ages.push(reader.sint32())
    else reader.pos = until
    if (reader.pos !== until) throw new RangeError('a value ends beyond its column')
  }
  if (reader.pos !== end) throw new RangeError('a column ends beyond its moves')
  const lengths = [places.length, ages.length, headings.length || numbers.length, speeds.length || numbers.length]
  if (lengths.some(length => length !== numbers.length)) throw new RangeError('columns of moves differ in length')
  let number = 0
  return numbers.map((more, index) => {
    number += more
    if (more === 0 || number > MOST_NUMBER) throw new RangeError('numbers of moves do not ascend')
    const place = places[index] ?? 0
    const heading = headings[index] ?? UNKNOWN_HEADING
    const speed = speeds[index] ?? 0
    return {
      number,
      north: ((place >>> 16) + 0.5) / STEPS_OF_CELL,
      east: ((place & 0xffff) + 0.5) / STEPS_OF_CELL,
      ageMs: ages[index] ?? 0,
      ...(heading < HEADINGS && { heading: heading * DEGREES_A_STEP }),
      ...(speed > 0 && { speedKmh: speed - 1 }),
    }
  })
}

/** Wire type of bytes, texts, messages and packed numbers (protobuf.dev, "Encoding", Message Structure). */
const BYTES = 2
