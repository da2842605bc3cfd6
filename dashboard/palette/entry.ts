import type { IconName } from '../theme/icon.tsx'

/** Something the palette offers. */
export interface Entry {
  readonly id: string
  readonly title: string
  /** Said smaller beside it: what sort of thing it is, or the id behind a name. */
  readonly note: string
  readonly icon: IconName
  /** Other words it is found by, as a person may type in either language. */
  readonly words: readonly string[]
  readonly run: () => void
}

/**
 * Entries that fit what is typed, the best first: those that begin with it, then those in which a word does, then those that hold it, then those
 * that have its letters in order. Nothing typed: all, in their order.
 */
export function fitting(entries: readonly Entry[], typed: string): readonly Entry[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return entries
  return entries
    .map(entry => ({ entry, rank: Math.min(...[entry.title, ...entry.words].map(text => rankOf(text.toLowerCase(), wanted))) }))
    .filter(({ rank }) => rank < NONE)
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry)
}

const NONE = 4

function rankOf(text: string, wanted: string): number {
  if (text.startsWith(wanted)) return 0
  const at = text.indexOf(wanted)
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? 2 : 1
  return hasInOrder(text, wanted) ? 3 : NONE
}

function hasInOrder(text: string, wanted: string): boolean {
  let from = 0
  for (const letter of wanted) {
    const at = text.indexOf(letter, from)
    if (at < 0) return false
    from = at + letter.length
  }
  return true
}
