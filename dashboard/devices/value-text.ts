import type { FieldValue, Format } from '../format/format.ts'
import type { Catalogue } from '../i18n/catalogue.ts'

/** A unit as people read it: most are signs, some are words. */
export function unitText(unit: string, text: Catalogue): string {
  const words: Readonly<Record<string, string>> = text.units
  return words[unit] ?? unit
}

/** What a device says of a value, as people read it; a word that is new to the dashboard stays as it is. */
export function qualityText(word: string, text: Catalogue): string {
  const words: Readonly<Record<string, string>> = text.quality
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word
}

/** A value as people read it, without its unit. */
export function valueText(value: FieldValue, text: Catalogue, format: Pick<Format, 'measured'>): string {
  if (typeof value === 'number') return format.measured(value)
  if (typeof value === 'boolean') return value ? text.app.yes : text.app.no
  return value === '' ? text.app.none : value
}
