import { InvalidArgumentError } from 'commander'
import type { EpochMs } from '../model/frame.ts'

const msOf: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3, w: 7 * 86_400e3 }

/** Reads an option's argument that names a moment: RFC 3339 with its zone, or how long ago (`90m`, `2h`, `7d`). */
export function moment(text: string): EpochMs {
  const [, digits, unit = ''] = /^([0-9]{1,6})([smhdw])$/.exec(text) ?? []
  const ms = msOf[unit]
  if (digits !== undefined && ms !== undefined) return Date.now() - Number(digits) * ms
  const at = Date.parse(text)
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(at))
    throw new InvalidArgumentError('Expected a time with its zone, such as 2025-06-01T08:00:00Z or 2025-06-01T16:00:00+08:00, or how long ago: 90m, 2h, 7d.')
  return at
}

/** Reads an option's argument that names a moment to come: RFC 3339 with its zone, or in how long (`12h`, `90d`, `52w`). */
export function momentToCome(text: string): EpochMs {
  const [, digits, unit = ''] = /^([0-9]{1,6})([smhdw])$/.exec(text) ?? []
  const ms = msOf[unit]
  if (digits !== undefined && ms !== undefined) return Date.now() + Number(digits) * ms
  const at = Date.parse(text)
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(at))
    throw new InvalidArgumentError('Expected in how long, such as 12h, 90d or 52w, or a time with its zone, such as 2027-06-01T00:00:00+08:00.')
  return at
}
