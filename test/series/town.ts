import type { Kind } from '../../gateway/model/kind.ts'
import type { Log } from '../../gateway/model/log.ts'
import type { Reading } from '../../gateway/model/reading.ts'

const title = { en: '-', zh: '-' }

/** Kinds of the tests: between them every type a field may have. */
export const bus: Kind = {
  id: 'bus',
  title,
  moves: true,
  staleAfterSeconds: 60,
  fields: {
    speed: { unit: 'km/h', title },
    heading: { unit: '°', circular: true, title },
    occupancy: { integer: true, title },
    doorOpen: { type: 'boolean', title },
    route: { type: 'string', title },
  },
}
export const meter: Kind = {
  id: 'electricity-meter',
  title,
  moves: false,
  staleAfterSeconds: 60,
  fields: { voltageL1: { title }, importEnergy: { counter: true, title } },
}
export const worksite: Kind = { id: 'worksite', title, moves: false, staleAfterSeconds: 60, fields: { noise: { title }, pm10: { title } } }
export const kinds: readonly Kind[] = [bus, meter, worksite]

export const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000
/** Three hours ago, on a whole minute: InfluxDB takes nothing beyond its retention, so the tests move with the clock. */
export const T0 = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 180 * MINUTE_MS

let next = 0
/** A device no other test of the run uses. */
export function freshDevice(): string {
  next++
  return `device-${next}`
}

/** A reading of a bus, unless said otherwise. */
export function reading(part: Partial<Reading> & Pick<Reading, 'device'>): Reading {
  return { org: 'pudong-bus', kind: 'bus', model: 'citygate-bus-unit', at: T0, sub: 0, receivedAt: T0 + 250, values: {}, flags: {}, origin: 0, ...part }
}

export const never = new AbortController().signal

/** Keeps what was logged, as text. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep =
    (level: string) =>
    (fields: object, message: string): void => {
      lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
    }
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
}
