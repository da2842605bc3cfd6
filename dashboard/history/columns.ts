import type { ChartData } from '../chart/chart-data.ts'

/** A column as uPlot takes it: null breaks the line, undefined is no point of this line and breaks nothing. */
export type Column = readonly (number | null | undefined)[]

/** Several lines on one time axis: all times in order, and of each line its middle, high and low at them. */
export function mergedColumns(lines: readonly ChartData[]): {
  readonly times: readonly number[]
  readonly columns: readonly (readonly [Column, Column, Column])[]
} {
  const [only] = lines
  if (lines.length === 1 && only) return { times: only.times, columns: [[only.middle, only.high, only.low]] }
  const times = [...new Set(lines.flatMap(line => line.times))].sort((a, b) => a - b)
  return { times, columns: lines.map(line => spread(line, times)) }
}

function spread(line: ChartData, times: readonly number[]): readonly [Column, Column, Column] {
  const middle: (number | null | undefined)[] = []
  const high: (number | null | undefined)[] = []
  const low: (number | null | undefined)[] = []
  let next = 0
  for (const time of times) {
    const here = line.times[next] === time
    middle.push(here ? line.middle[next] : undefined)
    high.push(here ? line.high[next] : undefined)
    low.push(here ? line.low[next] : undefined)
    if (here) next++
  }
  for (const column of [middle, high, low]) widenGaps(column)
  return [middle, high, low]
}

/** uPlot breaks a line only between the columns beside a null: among the points of other lines a gap must be null from its first column to its last. */
function widenGaps(column: (number | null | undefined)[]): void {
  for (let at = 0; at < column.length; at++) {
    if (column[at] !== null) continue
    for (let before = at - 1; column[before] === undefined && before >= 0; before--) column[before] = null
    for (let after = at + 1; column[after] === undefined && after < column.length; after++) column[after] = null
  }
}

/** The point of a line nearest to a time, in seconds; undefined in a gap, and beyond its ends by more than `reach`. */
export function nearestPoint(line: ChartData, time: number, reach: number): number | undefined {
  const { times, middle } = line
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const between = (low + high) >> 1
    if ((times[between] ?? 0) < time) low = between + 1
    else high = between
  }
  const after = times[low]
  const before = times[low - 1]
  if (after === undefined) return undefined
  const nearest = before !== undefined && time - before < after - time ? low - 1 : low
  const distance = Math.abs((times[nearest] ?? 0) - time)
  return middle[nearest] === null || distance > reach ? undefined : nearest
}
