/** Rows under a heading, each column as wide as its widest cell. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows]
  const widths = heading.map((_, column) => lines.reduce((widest, cells) => Math.max(widest, widthOf(cells[column] ?? '')), 0))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd()
  return lines.map(line).join('\n')
}

/** Columns of a terminal: Chinese characters and their punctuation take two (Unicode Standard Annex 11, wide and fullwidth). */
function widthOf(text: string): number {
  let width = 0
  for (const character of text)
    width += /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u.test(character)
      ? 2
      : 1
  return width
}
