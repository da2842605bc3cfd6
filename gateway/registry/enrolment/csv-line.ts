/** A line of RFC 4180, CR LF included. What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection); {@link withoutApostrophe} takes it away. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

/** A cell as it was before {@link csvLine} made it safe. */
export function withoutApostrophe(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell
}

function cellText(value: string): string {
  const text = /^'*[=+\-@\t\r]/.test(value) && !isNumber(value) ? `'${value}` : value
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A coordinate in the west or south is no formula. */
function isNumber(text: string): boolean {
  return /^-?[0-9]+(\.[0-9]+)?$/.test(text)
}
