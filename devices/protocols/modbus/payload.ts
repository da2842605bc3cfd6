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

/** Numbers of one payload that values of any of its exchanges may need. Where each stands is looked for once: a payload of thousands of exchanges costs what it is long, not its square. */
export class PayloadNumbers {
  readonly #exchanges: readonly Exchange[]
  readonly #first = new Map<PlacedNumber, Exchange | undefined>()

  constructor(exchanges: readonly Exchange[]) {
    this.#exchanges = exchanges
  }

  /** The raw number at a place, from the exchange itself or else from the first of the payload that read it; undefined when none did. */
  look(place: PlacedNumber, own: Exchange): number | undefined {
    const found = own.data && liesIn(place, own.block) ? own : this.#firstWith(place)
    return found?.data && place.read(found.data, found.block.address)
  }

  #firstWith(place: PlacedNumber): Exchange | undefined {
    if (!this.#first.has(place))
      this.#first.set(
        place,
        this.#exchanges.find(each => each.data && liesIn(place, each.block)),
      )
    return this.#first.get(place)
  }
}

/** A value times what its multipliers hold. Undefined when one of them was not read along: a number that is wrong by a transformer's ratio is worse than none. */
export function multiplied(value: FieldValue, reader: PointReader, own: Exchange, all: PayloadNumbers): FieldValue | undefined {
  if (typeof value !== 'number') return value
  let product = value
  let power = 0
  for (const multiplier of reader.times) {
    const raw = all.look(multiplier, own)
    if (raw === undefined || Number.isNaN(raw)) return undefined
    if (multiplier.exponent) power += multiplier.scaled?.(raw) ?? raw
    else product *= raw
  }
  for (const multiplier of reader.times) if (!multiplier.exponent) product = multiplier.scaled?.(product) ?? product
  product = byPowerOfTen(reader.scaled?.(product) ?? product, power)
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
  all: PayloadNumbers,
  conditions: readonly ConditionReader[],
): { readonly word: string | undefined } | undefined {
  let found: { readonly word: string | undefined } | undefined
  for (const { place, holds, fields, word } of conditions) {
    if (fields?.has(field) === false) continue
    const raw = all.look(place, own)
    if (raw === undefined || !holds(raw)) continue
    if (word === undefined) return { word }
    found ??= { word }
  }
  return found
}
