/** Where a line and column of a text are, both from 1; the nearest place where there is no such one. */
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', at)
    if (end < 0) return text.length
    at = end + 1
  }
  const end = text.indexOf('\n', at)
  return Math.min(at + column - 1, end < 0 ? text.length : end)
}
