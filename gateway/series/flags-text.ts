import type { ReadingFlags } from '../model/reading.ts'

/** Flags as both stores keep them: `historical`, `clockSuspect`, `clockCorrected`, `outOfRange:FIELD`, `quality:FIELD:WORD`, joined by commas; undefined when there are none. */
export function flagsText(flags: ReadingFlags): string | undefined {
  const words: string[] = []
  if (flags.historical) words.push('historical')
  if (flags.clockSuspect) words.push('clockSuspect')
  if (flags.clockCorrected) words.push('clockCorrected')
  if (flags.outOfRange) for (const field of flags.outOfRange) words.push(`outOfRange:${field}`)
  if (flags.quality) for (const field in flags.quality) words.push(`quality:${field}:${flags.quality[field]}`)
  return words.length === 0 ? undefined : words.join(',')
}

/** The words of a stored flags text. */
export function flagsList(text: unknown): { readonly flags?: readonly string[] } {
  return typeof text === 'string' && text !== '' ? { flags: text.split(',') } : {}
}
