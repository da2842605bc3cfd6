import { setImmediate as turn } from 'node:timers/promises'

/** Items made and written at a time: a millisecond or two of work. */
const ITEMS_A_PIECE = 500

/**
 * A JSON object with one long list, piece by piece. Between pieces the event loop turns: 20,000 features made at once would hold it for 70 ms, and
 * with it every device's receipt.
 */
export async function* jsonPieces(options: {
  readonly before: object
  readonly list: string
  readonly items: Iterable<unknown>
  /** Members known only when the list is through. */
  readonly after: () => object
}): AsyncGenerator<string> {
  const before = JSON.stringify(options.before).slice(0, -1)
  yield `${before}${before === '{' ? '' : ','}${JSON.stringify(options.list)}:[`
  yield* joined(options.items, JSON.stringify, ',')
  const after = JSON.stringify(options.after()).slice(1)
  yield `]${after === '}' ? '' : ','}${after}`
}

/** Texts of items with a separator between them, piece by piece, in the same way. */
export async function* joined<T>(items: Iterable<T>, text: (item: T) => string, separator: string): AsyncGenerator<string> {
  let piece: string[] = []
  let lead = ''
  for (const item of items) {
    piece.push(text(item))
    if (piece.length < ITEMS_A_PIECE) continue
    yield lead + piece.join(separator)
    lead = separator
    piece = []
    await turn()
  }
  if (piece.length > 0) yield lead + piece.join(separator)
}
