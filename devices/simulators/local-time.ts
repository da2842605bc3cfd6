const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** China Standard Time: UTC+8 all the year round, no daylight saving since 1991. */
const SHANGHAI_OFFSET_MS = 8 * HOUR_MS

/** Hour of the day in Shanghai, with its fraction: 7.5 is half past seven. */
export function localHour(at: number): number {
  return ((((at + SHANGHAI_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS
}

/** Days since 1970-01-01 by Shanghai's calendar. */
export function localDay(at: number): number {
  return Math.floor((at + SHANGHAI_OFFSET_MS) / DAY_MS)
}

/** 0 is Monday, 6 is Sunday, by Shanghai's calendar. 1970-01-01 was a Thursday. */
export function localWeekday(at: number): number {
  return (((localDay(at) + 3) % 7) + 7) % 7
}

/** Milliseconds since the week began, Monday 00:00 in Shanghai. */
export function sinceMonday(at: number): number {
  return localWeekday(at) * DAY_MS + localHour(at) * HOUR_MS
}

/** 0 at the beginning of the year, 1 at its end: good to a day. */
export function partOfYear(at: number): number {
  return (localDay(at) % 365.2425) / 365.2425
}

/** `0715` for a quarter past seven. */
export function clockDigits(at: number): string {
  const minutes = Math.floor(localHour(at) * 60)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`
}
