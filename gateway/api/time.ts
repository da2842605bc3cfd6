/** A moment as a query names it: itself, or so long before now. */
export type Moment = { readonly at: number } | { readonly beforeNowMs: number }

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The longest stretch a query may name, in milliseconds: a hundred years. */
const LONGEST_MS = 36_525 * 86_400_000

/** A length of time such as `15m` in milliseconds; undefined when it is none, or zero, or longer than a hundred years. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d{1,9})([smhd])$/.exec(text)
  const ms = match === null ? 0 : Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0)
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined
}

const ZONELESS = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/
// RFC 3339 § 5.6. A blank before the offset is a plus sign that was not percent-encoded: in a query `+` means a blank.
const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+\- ]\d{2}:\d{2})$/

/** Reads RFC 3339 with its offset, `now`, or a length of time before now such as `-1h`. Answers what is wrong as text. */
export function readMoment(text: string): Moment | string {
  if (text === 'now') return { beforeNowMs: 0 }
  if (text.startsWith('-')) {
    const beforeNowMs = readDuration(text.slice(1))
    return beforeNowMs === undefined ? 'is no length of time before now: write -90s, -15m, -1h or -7d' : { beforeNowMs }
  }
  const match = RFC3339.exec(text)
  if (match !== null) {
    const [, day = '', clock = '', fraction = '', offset = ''] = match
    const at = Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${offset.toUpperCase().replace(' ', '+')}`)
    // Date.parse takes 30 February for 1 March; RFC 3339 § 5.7 does not.
    if (!Number.isNaN(at) && new Date(Date.parse(`${day}T00:00:00Z`)).toISOString().startsWith(day)) return { at }
    return 'is no day or time that exists'
  }
  if (ZONELESS.test(text)) return 'has no time zone: end it with Z or an offset, as in 2026-07-31T08:00:00+08:00'
  return 'is no time: write it as 2026-07-31T08:00:00+08:00, 2026-07-31T00:00:00Z, now, or relative to now as -1h or -7d'
}

/** The moment in milliseconds since 1970. */
export function resolveMoment(moment: Moment, now: number): number {
  return 'at' in moment ? moment.at : now - moment.beforeNowMs
}

/** Whether the runtime knows this time zone. */
export function isTimeZone(name: string): boolean {
  if (name.length > 64) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
