/** Places; a text that comes to a place another one has takes it over. */
const PLACES = 65_536
const LONGEST = 64

/**
 * Gives one text for the same bytes, again and again. The ids of a city's devices come with every frame, and whoever keeps something by device then looks for a text that it knows already: of
 * such a text the hash is known, and a comparison is one of addresses. Bounded by its places.
 */
export class KnownTexts {
  readonly #texts: (string | undefined)[] = Array.from({ length: PLACES })

  /** The text whose characters, each one byte, stand from `from` to before `to`. */
  at(bytes: Buffer, from: number, to: number): string {
    if (to - from > LONGEST) return bytes.toString('latin1', from, to)
    // FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv), both halves together.
    let hash = 0x811c9dc5
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1)
    const known = this.#texts[place]
    if (known !== undefined && isText(known, bytes, from, to)) return known
    const text = bytes.toString('latin1', from, to)
    this.#texts[place] = text
    return text
  }
}

function isText(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== bytes[from + index]) return false
  return true
}
