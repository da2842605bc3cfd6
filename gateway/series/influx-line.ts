import type { Reading } from '../model/reading.ts'
import { flagsText } from './flags-text.ts'
import type { Refusals } from './refusals.ts'
import { LAT, LON, type StoredField, type StoredKind, storable } from './stored-kind.ts'

/**
 * A reading as one line of InfluxDB's line protocol, without its end of line. Built by hand: the ids and field names need no escapes, `isId` and `storedKinds` see to
 * that. Source: InfluxDB 1.x, "Line protocol reference".
 */
export function line(reading: Reading, kind: StoredKind, refusals: Refusals): string {
  let fields = ''
  for (const name in reading.values) {
    const field = kind.fields.get(name)
    const given = reading.values[name]
    if (field === undefined || given === undefined) refusals.note(`${kind.id} has no field ${name}`, 1, { device: reading.device })
    else fields += pair(reading, kind, field, given, refusals)
  }
  if (reading.position) fields += pair(reading, kind, LAT, reading.position.lat, refusals) + pair(reading, kind, LON, reading.position.lon, refusals)
  const flags = flagsText(reading.flags)
  if (flags !== undefined) fields += `flags="${escapeText(flags)}",`
  // A point needs one field: this one is always there.
  const receivedAt = Number.isSafeInteger(reading.receivedAt) ? reading.receivedAt : 0
  return `${kind.id},device=${reading.device},model=${reading.model},org=${reading.org} ${fields}received_at=${receivedAt}i ${nanoseconds(reading.at, reading.sub)}`
}

function pair(reading: Reading, kind: StoredKind, field: StoredField, given: number | boolean | string, refusals: Refusals): string {
  const value = storable(given, field.type)
  if (value === undefined) {
    refusals.note(`${kind.id}.${field.name} holds no ${typeof given} like this`, 1, { device: reading.device })
    return ''
  }
  if (field.type === 'integer') return `${field.name}=${value}i,`
  return typeof value === 'string' ? `${field.name}="${escapeText(value)}",` : `${field.name}=${value},`
}

/** Milliseconds and what lies below them as nanoseconds since 1970. As text: the number is beyond 2^53. */
function nanoseconds(at: number, sub: number): string {
  return at > 0 ? `${at}${String(sub).padStart(6, '0')}` : String(BigInt(at) * 1_000_000n + BigInt(sub))
}

function escapeText(text: string): string {
  return /["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text
}
