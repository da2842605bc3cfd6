import type { CompletenessRow } from './overview-types.ts'

/** How complete an hour is, in steps that can be told apart. */
export type Level = 'full' | 'high' | 'fair' | 'low' | 'bad' | 'unknown'
export const levels: readonly Level[] = ['full', 'high', 'fair', 'low', 'bad', 'unknown']

/** The step of an hour; `full` only where nothing at all is missing. */
export function levelOf(received: number, expected: number): Level {
  if (expected <= 0) return 'unknown'
  const share = received / expected
  if (received >= expected) return 'full'
  return share >= 0.95 ? 'high' : share >= 0.8 ? 'fair' : share >= 0.5 ? 'low' : 'bad'
}

/** Whole percent, never 100 while anything is missing. */
export function percentOf(received: number, expected: number): number | undefined {
  if (expected <= 0) return undefined
  return received >= expected ? 100 : Math.min(99, Math.round((received / expected) * 100))
}

/** Everything of the rows together, over all their hours. */
export function sumOf(rows: readonly CompletenessRow[]): { readonly received: number; readonly expected: number } {
  let received = 0
  let expected = 0
  for (const row of rows) {
    for (const count of row.received) received += count
    for (const count of row.expected) expected += count
  }
  return { received, expected }
}
