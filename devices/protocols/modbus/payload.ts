import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { Condition } from './conditions.ts'
import type { Exchange } from './exchanges.ts'
import { numbersOf, type PlacedNumber, placedNumber } from './part-reader.ts'
import { liesIn, type PointReader } from './point-readers.ts'

/** A condition made ready. */
export interface ConditionReader {
  readonly place: PlacedNumber
  readonly holds: (raw: number) => boolean
  readonly fields: ReadonlySet<string> | undefined
  readonly word: string | undefined
}

export function conditionReader({ part, is, isNot, fields, word }: Condition): ConditionReader {
  const among = numbersOf(is ?? isNot ?? [], part)
  return { place: placedNumber(part), holds: raw => among.has(raw) === (is !== undefined), fields: fields && new Set(fields), word }
}

/** The raw number at a place, from the exchange itself or else from any other of the same payload; undefined when none of them read it. */
function look(place: PlacedNumber, own: Exchange, all: readonly Exchange[]): number | undefined {
  const found = own.data && liesIn(place, own.block) ? own : all.find(each => each.data && liesIn(place, each.block))
  return found?.data && place.read(found.data, found.block.address)
}

/** A value times what its multipliers hold. Undefined when one of them was not read along: a number that is wrong by a transformer's ratio is worse than none. */
export function multiplied(value: FieldValue, reader: PointReader, own: Exchange, all: readonly Exchange[]): FieldValue | undefined {
  if (typeof value !== 'number') return value
  let product = value
  for (const multiplier of reader.times) {
    const raw = look(multiplier, own, all)
    if (raw === undefined || Number.isNaN(raw)) return undefined
    product = multiplier.exponent ? byPowerOfTen(product, raw * multiplier.scale) : product * raw * multiplier.scale
  }
  if (!Number.isFinite(product)) return undefined
  return reader.integer ? Math.round(product) : product
}

/** Divides where the power is negative: 2302 with −1 is 230.2, and not 230.20000000000002. */
function byPowerOfTen(value: number, power: number): number {
  return power < 0 ? value / 10 ** -power : value * 10 ** power
}

/** What the device says of a field in this exchange: `left out`, a word, or nothing. Conditions whose register was not read say nothing. */
export function verdict(
  field: string,
  own: Exchange,
  all: readonly Exchange[],
  conditions: readonly ConditionReader[],
): { readonly word: string | undefined } | undefined {
  let found: { readonly word: string | undefined } | undefined
  for (const { place, holds, fields, word } of conditions) {
    if (fields?.has(field) === false) continue
    const raw = look(place, own, all)
    if (raw === undefined || !holds(raw)) continue
    if (word === undefined) return { word }
    found ??= { word }
  }
  return found
}
