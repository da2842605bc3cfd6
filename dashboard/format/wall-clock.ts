/** What the clocks of a time zone show at a moment, as fields for date and time take it: `2026-07-31T08:00:00`. */
export function wallText(ms: number, timeZone: string): string {
  return new Date(Math.floor(ms / 1_000) * 1_000 + offsetMs(ms, timeZone)).toISOString().slice(0, 19)
}

/** The moment at which the clocks of a time zone show this; undefined for what is no time. In the hour that comes twice it is the first. */
export function momentOf(wall: string, timeZone: string): number | undefined {
  const utc = Date.parse(`${wall}Z`)
  if (Number.isNaN(utc)) return undefined
  // The offset may differ between this time in UTC and here: where clocks are changed in between, the second look is at the right moment.
  const near = utc - offsetMs(utc, timeZone)
  const at = utc - offsetMs(near, timeZone)
  const earlier = utc - offsetMs(at - 3_600_000, timeZone)
  return earlier < at && wallText(earlier, timeZone) === wallText(at, timeZone) ? earlier : at
}

/** How far a time zone's clocks are ahead of UTC at a moment. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(each => each.type === type)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1_000) * 1_000
}
