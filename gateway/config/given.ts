import type { Setting } from './settings.ts'

/** A value as one source gives it. */
export interface Given {
  readonly value: unknown
  /** Where it stands, for people: `--http`, `CITYGATE_HTTP`, `citygate.yaml:4`. */
  readonly place: string
  /** Relative folders count from here. */
  readonly folder: string
}

/** What one source gives, and what is wrong with the source itself. */
export interface Source {
  readonly values: ReadonlyMap<Setting, Given>
  readonly problems: readonly string[]
}

/** A key or variable that does not exist, with what was probably meant. */
export function unknownName(place: string, what: string, meant: string | undefined): string {
  return `${place}: no such ${what}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** A value that came as text: a list's members are separated by commas. */
export function fromText(setting: Setting, value: unknown): unknown {
  if (!setting.list) return value
  const texts = Array.isArray(value) ? value : [value]
  return texts.flatMap(text => (typeof text === 'string' ? text.split(',') : [text])).map(text => (typeof text === 'string' ? text.trim() : text))
}
