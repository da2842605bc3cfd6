const DAY_MS = 86_400_000

/** What the clocks of a time zone show at a moment, as fields for date and time take it: `2026-07-31T08:00:00`. */
export function wallText(ms: number, timeZone: string): string {
  return new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 19)
}

/**
 * The moment at which the clocks of a time zone show this; undefined for what is no time. Of an hour that comes twice it is the first; a time
 * that is skipped is as much later as clocks are put forward (as `compatible` of ECMAScript's Temporal has it).
 */
export function momentOf(wall: string, timeZone: string): number | undefined {
  const utc = Date.parse(`${wall}Z`)
  if (Number.isNaN(utc)) return undefined
  // Clocks are changed once in two days at most: before and after the change there are two moments that may be meant.
  const before = utc - offsetMs(utc - DAY_MS, timeZone)
  const after = utc - offsetMs(utc + DAY_MS, timeZone)
  const shows = (at: number): boolean => at + offsetMs(at, timeZone) === utc
  return !shows(before) && shows(after) ? after : before
}

/** The day the clocks of a time zone show at a moment, `YYYY-MM-DD`. */
export function dayOf(at: number, timeZone: string): string {
  return wallText(at, timeZone).slice(0, 10)
}

/** When a day begins in a time zone, as RFC 3339. Undefined for what is no day of the calendar. */
export function startOfDay(day: string, timeZone: string): string | undefined {
  const at = momentOf(`${day}T00:00:00`, timeZone)
  return at === undefined ? undefined : new Date(at).toISOString()
}

/** The day after a day, `YYYY-MM-DD`; empty for what is no day. */
export function dayAfter(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at) ? '' : new Date(at + DAY_MS).toISOString().slice(0, 10)
}

/** So many days before a day. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10)
}

/** How far a time zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offsetMs(at: number, timeZone: string): number {
  const second = Math.floor(at / 1_000) * 1_000
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(second)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(each => each.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - second
}
