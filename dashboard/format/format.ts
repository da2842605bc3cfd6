/** What a value may be. */
export type FieldValue = number | boolean | string

/** Numbers and times as people read them, in the page's language and the city's time zone. */
export interface Format {
  readonly count: (value: number) => string
  /** A measured value without its unit: four significant digits, but never fewer than all before the point; absurdly large ones by their power of ten. */
  readonly measured: (value: number) => string
  readonly coordinate: (value: number) => string
  readonly bytes: (value: number) => string
  /** A share as whole percent, small ones with one more digit. */
  readonly percent: (share: number) => string
  /** Hours, minutes and seconds. */
  readonly time: (ms: number) => string
  /** Hours and minutes. */
  readonly hourMinute: (ms: number) => string
  readonly day: (ms: number) => string
  /** Year, month and day. */
  readonly date: (ms: number) => string
  readonly dateTime: (ms: number) => string
  /** A length of time in its largest whole unit: `3 min`. */
  readonly duration: (seconds: number) => string
  /** How long ago, in its largest whole unit. */
  readonly ago: (seconds: number) => string
}

/** Nobody counts the digits of more than this: a fault of the device, most likely. */
const ENORMOUS = 1e15

/** Makes the formats once: an Intl formatter costs far more to make than to use. */
export function makeFormat(locale: string, timeZone: string): Format {
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 })
  const enormous = new Intl.NumberFormat(locale, { notation: 'scientific', maximumSignificantDigits: 4 })
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const smallPercent = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 1 })
  const coordinate = new Intl.NumberFormat(locale, { minimumFractionDigits: 5, maximumFractionDigits: 5 })
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' })
  const moment = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' })
    return (ms: number) => format.format(ms)
  }
  return {
    count: value => count.format(value),
    measured: value => (Math.abs(value) >= ENORMOUS ? enormous : Math.abs(value) >= 1_000 ? whole : significant).format(value),
    coordinate: value => coordinate.format(value),
    percent: share => (share > 0 && share < 0.01 ? smallPercent : percent).format(share),
    bytes: value => formatBytes(locale, value),
    time: moment({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    hourMinute: moment({ hour: '2-digit', minute: '2-digit' }),
    day: moment({ month: 'numeric', day: 'numeric' }),
    date: moment({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    dateTime: moment({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    duration: seconds => {
      const [value, unit] = largestUnit(seconds)
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value)
    },
    ago: seconds => {
      const [value, unit] = largestUnit(seconds)
      return relative.format(-value, unit)
    },
  }
}

type TimeUnit = 'second' | 'minute' | 'hour' | 'day'

function largestUnit(seconds: number): readonly [number, TimeUnit] {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return [whole, 'second']
  if (whole < 3_600) return [Math.floor(whole / 60), 'minute']
  if (whole < 172_800) return [Math.floor(whole / 3_600), 'hour']
  return [Math.floor(whole / 86_400), 'day']
}

function formatBytes(locale: string, value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1)
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumSignificantDigits: 3 }).format(
    value / 1000 ** step,
  )
}
