/** How far a time zone's clocks are ahead of UTC at a moment, in milliseconds. */
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
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000
}

/** A moment as a field for date and time holds it, in the city's time: `2026-07-31T08:00:00`. */
export function cityText(at: number, timeZone: string): string {
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 19)
}

/** The moment such a field names. Undefined for what is none. A time that clocks skip or show twice is taken as the later offset has it. */
export function cityMoment(text: string, timeZone: string): number | undefined {
  const utc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN
  if (Number.isNaN(utc)) return undefined
  // The offset may differ between that time in UTC and there: the second look is at the right moment.
  const near = utc - offsetMs(utc, timeZone)
  return utc - offsetMs(near, timeZone)
}

/** When the city's day began in which a moment lies. */
export function cityMidnight(at: number, timeZone: string): number {
  return cityMoment(`${cityText(at, timeZone).slice(0, 10)}T00:00:00`, timeZone) ?? at
}
