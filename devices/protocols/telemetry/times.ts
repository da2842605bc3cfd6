import { rfc3339Ms } from './from-json.ts'
import type { TIME_UNITS } from './mapping.ts'

const PER_MS = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const

/**
 * A raw time as whole milliseconds since the epoch. Zero is no time: it is what proto3 sends for a clock that was never set, and no device of ours lived
 * in 1970. NaN: there is one, and it is no time at all.
 */
export function timeReader(unit: (typeof TIME_UNITS)[number]): (raw: unknown) => number | undefined {
  if (unit === 'rfc3339') return raw => (typeof raw === 'string' && raw !== '' ? rfc3339Ms(raw) : undefined)
  const factor = unit === 'timestamp' ? 1 : PER_MS[unit]
  return raw => (typeof raw === 'number' && raw !== 0 && !Number.isNaN(raw) ? Math.round(raw * factor) : undefined)
}
