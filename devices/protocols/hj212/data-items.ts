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
const COMMA = 0x2c
const SEMICOLON = 0x3b
const FLAG = '-Flag'

/**
 * Reads `name=value` items (HJ 212-2017 § 6.3.3): `;` between groups, `,` between the items of one factor, the factor's flag among them. A factor whose items stand in two groups is refused
 * unless the model allows it: its flag might be about something else.
 */
export function readItems(data: readonly string[], plan: DataPlan, semicolons: boolean): DataItems | Refusal {
  const open = new OpenItems(plan, semicolons)
  for (const text of data) {
    for (let from = 0; from < text.length; ) {
      const end = endOfItem(text, from)
      const problem = end > from ? open.item(text, from, end) : undefined
      if (problem !== undefined) return { ok: false, reason: 'MALFORMED', detail: problem }
      if (text.charCodeAt(end) !== COMMA) open.endOfGroup()
      from = end + 1
    }
  }
  return open.done()
}

function endOfItem(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === SEMICOLON || code === COMMA) return at
  }
  return text.length
}

/** Works on places in the text: most items are flags that say nothing, and cost no text of their own. */
class OpenItems {
  readonly #plan: DataPlan
  readonly #semicolons: boolean
  readonly #values: Record<string, number> = {}
  readonly #unmapped: string[] = []
  /** Factors of groups that have ended. */
  readonly #ended = new Set<string>()
  /** Factors of the group that is open: one, in what keeps to the standard. */
  #group: string[] = []
  #factor: string | undefined
  #quality: Record<string, string> | undefined
  #flags: [factor: string, flag: string][] | undefined
  #time: string | undefined
  #any = false

  constructor(plan: DataPlan, semicolons: boolean) {
    this.#plan = plan
    this.#semicolons = semicolons
  }

  /** Takes the item between two places; answers what is wrong with it, if anything is. */
  item(text: string, from: number, end: number): string | undefined {
    const equals = text.indexOf('=', from)
    if (equals <= from || equals >= end) return `an item has no name and value (§ 6.3.3): ${shown(text.slice(from, end))}`
    const dash = text.indexOf('-', from)
    if (dash < 0 || dash > equals) return this.#plain(text.slice(from, equals), text.slice(equals + 1, end))
    const known = this.#factor
    if (known === undefined || dash - from !== known.length || !text.startsWith(known, from)) {
      const problem = this.#enter(text.slice(from, dash))
      if (problem !== undefined) return problem
    }
    if (equals - dash === FLAG.length && text.startsWith(FLAG, dash)) {
      // N is as measured: no entry. Most flags are.
      if (end - equals !== 2 || text[equals + 1] !== 'N') this.#flag(text.slice(equals + 1, end))
    } else this.#value(text.slice(from, equals), text.slice(equals + 1, end))
    return undefined
  }

  endOfGroup(): void {
    for (const factor of this.#group) this.#ended.add(factor)
    if (this.#group.length > 0) this.#group = []
    // With `;` for `,` a flag may yet follow that names no factor.
    if (!this.#semicolons) this.#factor = undefined
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

  #enter(factor: string): string | undefined {
    if (!this.#semicolons && this.#ended.has(factor)) {
      return `${shown(factor)} stands in two groups (§ 6.3.3: "," between the items of one factor); a model may allow it with "semicolons"`
    }
    this.#factor = factor
    this.#group.push(factor)
    return undefined
  }

  #plain(name: string, value: string): string | undefined {
    if (name === 'DataTime') {
      if (this.#time !== undefined && this.#time !== value) return 'two times in one message'
      this.#time = value
    } else if (name === 'Flag') {
      if (!this.#semicolons || this.#factor === undefined) return 'a Flag of no factor (§ 6.3.4: it follows the factor’s code and a -)'
      this.#flag(value)
    }
    return undefined
  }

  #flag(flag: string): void {
    if (flag === 'N' || flag === '' || this.#factor === undefined) return
    this.#flags ??= []
    this.#flags.push([this.#factor, flag])
  }

  #value(name: string, text: string): void {
    const point = this.#plan.byName.get(name)
    if (point === undefined) {
      if (this.#unmapped.length < FEW) this.#unmapped.push(shown(name))
      return
    }
    const raw = numberOf(text)
    if (raw === undefined || (point.invalid.length > 0 && point.invalid.includes(raw))) return
    const value = point.convert ? point.convert(raw) : raw
    // Two names may be mapped to one field, as makers spell them; the first that is there counts.
    if (!Number.isFinite(value) || this.#values[point.field] !== undefined) return
    this.#values[point.field] = value
    this.#any = true
  }
}

/** A decimal number as the standard's N types have it (§ 6.3.4), or undefined: an empty value, `-`, `NaN` and `0x10` are none. */
function numberOf(text: string): number | undefined {
  if (text.length > LONGEST_NUMBER) return undefined
  let digits = 0
  let points = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) digits++
    else if (code === 0x2e) points++
    else if (at > 0 || (code !== 0x2d && code !== 0x2b)) return undefined
  }
  return digits > 0 && points <= 1 ? Number(text) : undefined
}

function shown(text: string): string {
  return text.slice(0, 32).replace(/[^\x20-\x7e]/g, '?')
}
