/** Rows of the usual keyboard; a key lies between two of the row above it. The other signs of the digits' keys are the same keys. */
const rows = ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./']
const shifted = ['!@#$%^&*()_+', '', '', '']

const places: ReadonlyMap<string, { readonly row: number; readonly column: number }> = new Map(
  [rows, shifted].flatMap(all => all.flatMap((keys, row) => Array.from(keys).map((key, column) => [key, { row, column }] as const))),
)

/** Fewer keys in a row stand in many words, such as `were`. */
const SHORTEST_PATH = 4

/** Whether all but a few characters are paths from key to neighbouring key, such as `1qaz2wsx3edc` and `asdfghjkl123`. */
export function isKeyboardPath(text: string, mostBeside: number): boolean {
  const letters = Array.from(text.toLowerCase())
  let beside = 0
  for (let from = 0; from < letters.length; ) {
    let to = from + 1
    while (to < letters.length && areNeighbours(letters[to - 1], letters[to])) to++
    if (to - from < SHORTEST_PATH) beside += to - from
    from = to
  }
  return beside <= mostBeside
}

function areNeighbours(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [places.get(one ?? ''), places.get(other ?? '')]
  if (a === undefined || b === undefined) return false
  const [down, right] = [b.row - a.row, b.column - a.column]
  if (down === 0) return Math.abs(right) === 1
  // Rows are shifted by half a key: what lies below is the key of the same number, or the one before it.
  return (down === 1 && (right === 0 || right === -1)) || (down === -1 && (right === 0 || right === 1))
}
