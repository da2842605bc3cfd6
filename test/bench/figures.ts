/** What one round of a benchmark gave. */
export interface Round {
  readonly figure: number
  readonly reference?: number
}

/** A line of the table: what is measured, what it is set against and what is aimed at. */
export interface Line {
  readonly id: string
  readonly what: string
  readonly unit: string
  readonly reference?: string
  /** `ratio`: of the figure to the reference; otherwise of the figure itself. */
  readonly aim: { readonly of: 'figure' | 'ratio'; readonly least?: number; readonly most?: number }
}

/** A line with its medians. */
export interface Result extends Line {
  readonly figure: number
  readonly referenceFigure?: number
  /** Median of the ratios of each round: a machine that is busy for a while is busy for both. */
  readonly ratio?: number
  readonly met: boolean
  readonly rounds: readonly Round[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The medians of all rounds, and whether the aim is met. Throws when a round measured nothing: a figure made of it would say nothing, whatever it looked like. */
export function summed(line: Line, rounds: readonly Round[]): Result {
  const all = rounds.flatMap(round => [round.figure, ...(round.reference === undefined ? [] : [round.reference])])
  if (all.length === 0 || !all.every(value => Number.isFinite(value) && value > 0))
    throw new Error(`${line.id}: a round measured nothing (${JSON.stringify(rounds)})`)
  const figure = median(rounds.map(round => round.figure))
  const references = rounds.flatMap(round => round.reference ?? [])
  const ratio = references.length > 0 ? median(rounds.flatMap(round => (round.reference === undefined ? [] : round.figure / round.reference))) : undefined
  const judged = line.aim.of === 'ratio' ? (ratio ?? Number.NaN) : figure
  const met = judged >= (line.aim.least ?? Number.NEGATIVE_INFINITY) && judged <= (line.aim.most ?? Number.POSITIVE_INFINITY)
  return { ...line, figure, ...(references.length > 0 && { referenceFigure: median(references) }), ...(ratio !== undefined && { ratio }), met, rounds }
}

/** The table as text. */
export function table(results: readonly Result[]): string {
  const rows = [
    ['What', 'Figure', 'Reference', 'Ratio', 'Aim', ''],
    ...results.map(result => [
      result.what,
      `${number(result.figure)} ${result.unit}`,
      result.referenceFigure === undefined ? '–' : `${number(result.referenceFigure)} (${result.reference})`,
      result.ratio === undefined ? '–' : `${result.ratio.toFixed(2)} ×`,
      aimText(result),
      result.met ? 'met' : 'MISSED',
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length))) ?? []
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}

function aimText({ aim, unit }: Line): string {
  const sign = aim.least === undefined ? '≤' : '≥'
  return `${sign} ${aim.least ?? aim.most} ${aim.of === 'ratio' ? '×' : unit}`
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}
