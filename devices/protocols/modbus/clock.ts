import { z } from 'zod'

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'none'] as const
type Part = (typeof PARTS)[number]

/** A device's own clock in its registers: what each byte holds, in the order of the wire. Two-digit years are 2000 to 2099. */
export const clockSchema = z.strictObject({
  address: z.unknown(),
  function: z.unknown().optional(),
  format: z.enum(['bcd', 'binary'], { error: 'expected "bcd" (a digit per half byte) or "binary"' }),
  bytes: z
    .array(z.enum(PARTS, { error: `expected one of ${PARTS.join(', ')}` }))
    .refine(bytes => bytes.length % 2 === 0 && bytes.length <= 16 && PARTS.slice(0, 5).every(part => bytes.filter(byte => byte === part).length === 1), {
      error: 'expected an even number of bytes, at most 16, that name year, month, day, hour and minute once each',
    }),
  zone: z.string().regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: 'expected an offset from UTC such as "+08:00"' }),
})

export interface ClockFormat {
  readonly format: 'bcd' | 'binary'
  readonly bytes: readonly Part[]
  readonly zone: string
}

/** Milliseconds since the epoch, or undefined when the registers hold no date, such as zeros in a device whose clock was never set. */
export function readClock(clock: ClockFormat, view: DataView, offset: number): number | undefined {
  const found: Record<Part, number> = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, none: 0 }
  for (const [index, part] of clock.bytes.entries()) {
    const byte = view.getUint8(offset + index)
    if (part === 'none') continue
    if (clock.format === 'bcd' && ((byte & 15) > 9 || byte >> 4 > 9)) return undefined
    found[part] = clock.format === 'bcd' ? (byte >> 4) * 10 + (byte & 15) : byte
  }
  const { year, month, day, hour, minute, second } = found
  if (year > 99 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const utc = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  return new Date(utc).getUTCDate() === day ? utc - zoneMs(clock.zone) : undefined
}

/** The registers for a time, seconds and above. */
export function writeClock(clock: ClockFormat, at: number): number[] {
  const local = new Date(at + zoneMs(clock.zone))
  const parts: Record<Part, number> = {
    year: local.getUTCFullYear() % 100,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    none: 0,
  }
  const bytes = clock.bytes.map(part => (clock.format === 'bcd' ? Math.floor(parts[part] / 10) * 16 + (parts[part] % 10) : parts[part]))
  return Array.from({ length: bytes.length / 2 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0))
}

function zoneMs(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
