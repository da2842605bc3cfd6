import { encode } from 'uqr'

/** A quiet zone of four modules (ISO/IEC 18004 § 9.1): without it phones do not find the code. */
const quietModules = 4

/** A QR code as an SVG picture that scales: one path, a run of dark modules a rectangle. Level M: what dirt takes of a label, up to 15 %, can be read all the same. */
export function qrSvg(text: string): string {
  const rows = encode(text, { ecc: 'M', border: quietModules }).data
  const path = rows.map((row, y) => runsOf(row, y)).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges"><path d="${path}"/></svg>`
}

function runsOf(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue
    const from = x
    while (row[x + 1]) x++
    path += `M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`
  }
  return path
}
