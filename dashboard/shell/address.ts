/** What an address says, word by word; an empty word is left out of it, and an absent one is no matter. */
type Words = Readonly<Record<string, string | undefined>>

/** An address that says these words, and all else as before. */
export function withWords(parameters: URLSearchParams, words: Words): URLSearchParams {
  const next = new URLSearchParams(parameters)
  for (const [name, word] of Object.entries(words)) {
    if (word === undefined || word === '') next.delete(name)
    else next.set(name, word)
  }
  return next
}

/** A link to a page that says these words: `/devices?org=pudong`. */
export function linkTo(path: string, words: Words): string {
  const query = withWords(new URLSearchParams(), words).toString()
  return query === '' ? path : `${path}?${query}`
}
