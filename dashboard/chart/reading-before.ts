import type { Readings } from '../api/types.ts'

/** A counter that was not read for longer has no increase that could be given to a bucket. */
const LOOK_BACK_MS = 35 * 86_400_000

/** The newest value of a counter before a moment: what its first reading after it is to be compared with. */
export async function readingBefore(
  field: string,
  before: number,
  ask: (query: Readonly<Record<string, string | number>>) => Promise<Readings>,
): Promise<number | undefined> {
  const { rows } = await ask({
    from: new Date(before - LOOK_BACK_MS).toISOString(),
    to: new Date(before).toISOString(),
    fields: field,
    order: 'desc',
    limit: 1,
  })
  const value = rows[0]?.values[field]
  return typeof value === 'number' ? value : undefined
}
