/** China Standard Time, unless a mapping says otherwise: UTC+8 all the year round. */
export const CHINA_OFFSET_MS = 8 * 3_600_000

/** Reads `YYYYMMDDhhmmss` (HJ 212-2017 § 6.3.4, DataTime), with or without the milliseconds of a QN, as epoch milliseconds. Undefined when it is no time. */
export function readTime(text: string, offsetMs = CHINA_OFFSET_MS): number | undefined {
  if (text.length !== 14 && text.length !== 17) return undefined
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x30 || text.charCodeAt(at) > 0x39) return undefined
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(4, 6))
  const day = Number(text.slice(6, 8))
  const hour = Number(text.slice(8, 10))
  const minute = Number(text.slice(10, 12))
  const second = Number(text.slice(12, 14))
  if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const at = Date.UTC(year, month - 1, day, hour, minute, second, Number(text.slice(14)))
  // The 31st of June becomes the 1st of July in Date.UTC.
  return new Date(at).getUTCDate() === day ? at - offsetMs : undefined
}

/** The time as DataTime, BeginTime and SystemTime hold it: `YYYYMMDDhhmmss`. */
export function timeText(at: number, offsetMs = CHINA_OFFSET_MS): string {
  return digits(at, offsetMs).slice(0, 14)
}

/** The time as a QN holds it: `YYYYMMDDhhmmsszzz`. */
export function qnText(at: number, offsetMs = CHINA_OFFSET_MS): string {
  return digits(at, offsetMs)
}

function digits(at: number, offsetMs: number): string {
  return new Date(at + offsetMs).toISOString().replace(/\D/g, '')
}
