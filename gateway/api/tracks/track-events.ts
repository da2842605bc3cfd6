import { type FieldDefinition, fieldType, type Kind } from '../../model/kind.ts'
import type { SeriesRow } from '../../model/series.ts'
import type { EventMessage } from './track-codec.ts'

/** The most events told of one device: a flag that flutters must not make an answer of its own. */
const MOST_EVENTS = 1_000
/** Flags that say something happened; that a reading came late is nothing that happened to the device. */
const TOLD_FLAG = /^(outOfRange:|quality:|clockSuspect$)/

/** The fields of a kind whose changes are events: what is true or not, and texts that name the alarms that stand, with commas. */
export function eventFields(kind: Kind): readonly string[] {
  const told = (field: FieldDefinition): boolean => fieldType(field) === 'boolean' || (fieldType(field) === 'string' && field.alarm === true)
  return Object.entries(kind.fields)
    .filter(([, field]) => told(field))
    .map(([name]) => name)
}

/** Finds what began and ended in a device's readings, given in their order. What holds at the first of them counts as begun there. */
export class TrackEvents {
  readonly #fields: readonly string[]
  readonly #standing = new Set<string>()
  #found: EventMessage[] = []
  #count = 0

  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  look(row: SeriesRow): void {
    for (const field of this.#fields) {
      const value = row.values[field]
      if (typeof value === 'boolean') this.#set(field, value, row.at)
      else if (typeof value === 'string') this.#setAll('alarm:', value === '' ? [] : value.split(','), row.at)
    }
    const flags = row.flags ?? []
    if (flags.length === 0 && this.#standing.size === 0) return
    for (const flag of flags) if (TOLD_FLAG.test(flag)) this.#set(flag, true, row.at)
    for (const what of this.#standing) if (TOLD_FLAG.test(what) && !flags.includes(what)) this.#set(what, false, row.at)
  }

  /** What was found since the last call. */
  take(): readonly EventMessage[] {
    const found = this.#found
    this.#found = []
    return found
  }

  #setAll(prefix: string, names: readonly string[], at: number): void {
    const wanted = new Set(names.map(name => prefix + name.trim().slice(0, 64)))
    for (const what of wanted) this.#set(what, true, at)
    for (const what of this.#standing) if (what.startsWith(prefix) && !wanted.has(what)) this.#set(what, false, at)
  }

  #set(what: string, holds: boolean, at: number): void {
    if (this.#standing.has(what) === holds) return
    if (holds) this.#standing.add(what)
    else this.#standing.delete(what)
    if (this.#count >= MOST_EVENTS) return
    this.#count += 1
    this.#found.push({ atMs: at, what, began: holds })
  }
}
