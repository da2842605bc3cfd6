import { z } from 'zod'

/** Adds up rows as a whole and by what they belong to. `add` puts one row into a sum. */
export function groupSums<Row, S>(
  rows: readonly Row[],
  groupOf: (row: Row) => string | undefined,
  empty: () => S,
  add: (sum: S, row: Row) => unknown,
): Group<S>[] {
  const groups = new Map<string, S>()
  for (const row of rows) {
    const id = groupOf(row)
    if (id === undefined) continue
    const sum = groups.get(id) ?? empty()
    groups.set(id, sum)
    add(sum, row)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, sum]) => ({ id, sum }))
}

/** Figures of a group. */
export interface Group<S> {
  readonly id: string
  readonly sum: S
}

/** A group in an answer: its id, and in `sum` what its rows add up to. */
export function groupsSchema<S extends z.ZodType>(sum: S, description: string) {
  return z.array(z.object({ id: z.string(), sum })).meta({ description })
}
