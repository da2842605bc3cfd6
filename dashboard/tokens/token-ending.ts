import { dayAfter, startOfDay } from '../format/wall-clock.ts'

const dayMs = 86_400_000
/** Whoever looks after tokens wants to know before so long. */
const soonMs = 14 * dayMs

/** How long a token is made for. */
export const endings = ['30d', '90d', '365d', 'day', 'never'] as const
export type Ending = (typeof endings)[number]

/**
 * When a token ends that is made now, RFC 3339; without a time: never. Undefined for a last day that is over, or none.
 *
 * @param lastDay `YYYY-MM-DD` in the city's time zone: the token is good until that day is over.
 */
export function endOf(ending: Ending, lastDay: string, now: number, timeZone: string): { readonly at?: string } | undefined {
  if (ending === 'never') return {}
  if (ending !== 'day') return { at: new Date(now + Number.parseInt(ending, 10) * dayMs).toISOString() }
  const end = /^\d{4}-\d{2}-\d{2}$/.test(lastDay) ? startOfDay(dayAfter(lastDay), timeZone) : undefined
  return end !== undefined && Date.parse(end) > now ? { at: end } : undefined
}

/** How near a token's end is. */
export function nearness(expiresAt: string | undefined, now: number): 'never' | 'over' | 'soon' | 'later' {
  if (expiresAt === undefined) return 'never'
  const left = Date.parse(expiresAt) - now
  return left <= 0 ? 'over' : left <= soonMs ? 'soon' : 'later'
}
