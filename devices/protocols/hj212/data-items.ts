import type { Decoded } from '../../../gateway/model/decoded.ts'
import { FLAG_WORDS, OTHER_FLAG } from './commands.ts'
import type { Point } from './mapping.ts'

type Refusal = Extract<Decoded, { ok: false }>

/** What of one command's data becomes which field. */
export interface DataPlan {
  /** By the name in the data: `a34004-Rtd`. */
  readonly byName: ReadonlyMap<string, Point>
  /** Fields of a factor, which its flag is about. */
  readonly fieldsOf: ReadonlyMap<string, readonly string[]>
}

/** What the data of a message says. */
export interface DataItems {
  readonly time: string | undefined
  readonly values: Readonly<Record<string, number>>
  readonly any: boolean
  readonly quality: Readonly<Record<string, string>> | undefined
  /** Names of values that are not mapped, a few of them. */
  readonly unmapped: readonly string[]
}

const FEW = 5
const LONGEST_NUMBER = 24

/**
 * Reads `name=value` items (HJ 212-2017 § 6.3.3): `;` between groups, `,` between the items of one factor, the factor's flag among them. A factor whose items stand in two groups is refused
 * unless the model allows it: its flag might be about something else.
 */
export function readItems(data: readonly string[], plan: DataPlan, semicolons: boolean): DataItems | Refusal {
  const open = new OpenItems(plan)
  let group = 0
  for (const text of data) {
    for (let from = 0; from < text.length; ) {
      const end = endOfItem(text, from)
      const problem = open.item(text.slice(from, end), group, semicolons)
      if (problem !== undefined) return { ok: false, reason: 'MALFORMED', detail: problem }
      if (text[end] !== ',') group++
      from = end + 1
    }
    group++
  }
  return open.done()
}

function endOfItem(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3b || code === 0x2c) return at
  }
  return text.length
}

class OpenItems {
  readonly #plan: DataPlan
  readonly #values: Record<string, number> = {}
  readonly #unmapped: string[] = []
  /** The group each factor stands in. */
  readonly #groups = new Map<string, number>()
  #quality: Record<string, string> | undefined
  #flags: [factor: string, flag: string][] | undefined
  #time: string | undefined
  #any = false
  #lastFactor: string | undefined

  constructor(plan: DataPlan) {
    this.#plan = plan
  }

  /** Takes one item; answers what is wrong with it, if anything is. */
  item(text: string, group: number, semicolons: boolean): string | undefined {
    if (text === '') return undefined
    const equals = text.indexOf('=')
    if (equals < 1) return `an item has no name and value (§ 6.3.3): ${shown(text)}`
    const name = text.slice(0, equals)
    const value = text.slice(equals + 1)
    const dash = name.indexOf('-')
    if (dash < 0) return this.#plain(name, value, semicolons)
    const factor = name.slice(0, dash)
    const stands = this.#groups.get(factor)
    if (stands === undefined) this.#groups.set(factor, group)
    else if (stands !== group && !semicolons) {
      return `${shown(factor)} stands in two groups (§ 6.3.3: "," between the items of one factor); a model may allow it with "semicolons"`
    }
    this.#lastFactor = factor
    if (name.endsWith('-Flag')) this.#flag(factor, value)
    else this.#value(name, value)
    return undefined
  }

  done(): DataItems {
    for (const [factor, flag] of this.#flags ?? []) {
      for (const field of this.#plan.fieldsOf.get(factor) ?? []) {
        if (this.#values[field] === undefined) continue
        this.#quality ??= {}
        this.#quality[field] = FLAG_WORDS[flag]?.word ?? OTHER_FLAG
      }
    }
    return { time: this.#time, values: this.#values, any: this.#any, quality: this.#quality, unmapped: this.#unmapped }
  }

  #plain(name: string, value: string, semicolons: boolean): string | undefined {
    if (name === 'DataTime') {
      if (this.#time !== undefined && this.#time !== value) return 'two times in one message'
      this.#time = value
    } else if (name === 'Flag') {
      if (!semicolons || this.#lastFactor === undefined) return 'a Flag of no factor (§ 6.3.4: it follows the factor’s code and a -)'
      this.#flag(this.#lastFactor, value)
    }
    return undefined
  }

  #flag(factor: string, flag: string): void {
    // N is as measured: no entry. Most flags are.
    if (flag === 'N' || flag === '') return
    this.#flags ??= []
    this.#flags.push([factor, flag])
  }

  #value(name: string, text: string): void {
    const point = this.#plan.byName.get(name)
    if (point === undefined) {
      if (this.#unmapped.length < FEW) this.#unmapped.push(shown(name))
      return
    }
    const raw = numberOf(text)
    if (raw === undefined || point.invalid.includes(raw)) return
    const value = point.convert ? point.convert(raw) : raw
    // Two names may be mapped to one field, as makers spell them; the first that is there counts.
    if (!Number.isFinite(value) || this.#values[point.field] !== undefined) return
    this.#values[point.field] = value
    this.#any = true
  }
}

/** A decimal number as the standard's N types have it (§ 6.3.4), or undefined: an empty value, `-`, `NaN` and `0x10` are none. */
function numberOf(text: string): number | undefined {
  if (text.length > LONGEST_NUMBER || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return undefined
  return Number(text)
}

function shown(text: string): string {
  return text.slice(0, 32).replace(/[^\x20-\x7e]/g, '?')
}
