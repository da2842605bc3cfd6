import { GatewayError } from '../model/errors.ts'
import type { KindId } from '../model/ids.ts'
import { isId } from '../model/ids.ts'
import { type FieldDefinition, fieldType, type Kind } from '../model/kind.ts'
import type { FieldValue } from '../model/reading.ts'

/** How a store keeps a field: InfluxDB's four types, SQLite's REAL, INTEGER, 0/1 and TEXT. */
export type StoredType = 'float' | 'integer' | 'boolean' | 'string'

/** One field as a store keeps it. */
export interface StoredField {
  readonly name: string
  readonly type: StoredType
  /** Its mean is taken on the circle. */
  readonly circular: boolean
}

/** A kind as a store keeps it: one table or measurement. */
export interface StoredKind {
  readonly id: KindId
  readonly moves: boolean
  readonly fields: ReadonlyMap<string, StoredField>
}

/** Where a reading was taken: every kind has it, beside its own fields. */
export const LAT: StoredField = { name: 'lat', type: 'float', circular: false }
export const LON: StoredField = { name: 'lon', type: 'float', circular: false }

/** Names the stores use themselves; `time` is InfluxDB's. */
const RESERVED = new Set(['device', 'at', 'sub', 'org', 'model', 'lat', 'lon', 'flags', 'received_at', 'time'])

/** Names that need no escape in line protocol, and none inside double quotes in SQL and InfluxQL. */
const PLAIN_NAME = /^[^\p{Cc}\s"'\\,:=]{1,64}$/u

/** Longest text kept in one field, in UTF-16 units: InfluxDB's limit of 64 KiB holds four bytes for each. */
const LONGEST_TEXT = 16_384

/** The kinds as the stores keep them. Throws `MODEL_INVALID` naming every field that no store can keep. */
export function storedKinds(kinds: readonly Kind[]): ReadonlyMap<KindId, StoredKind> {
  const problems: string[] = []
  const stored = new Map<KindId, StoredKind>()
  const idsSeen = new Set<string>()
  for (const kind of kinds) {
    if (!isId(kind.id)) problems.push(`kind ${JSON.stringify(kind.id)}: not an id`)
    if (idsSeen.has(kind.id.toLowerCase())) problems.push(`kind ${kind.id}: another kind differs from it only by case`)
    idsSeen.add(kind.id.toLowerCase())
    const fields = new Map<string, StoredField>()
    const namesSeen = new Set<string>(RESERVED)
    for (const [name, field] of Object.entries(kind.fields)) {
      if (!PLAIN_NAME.test(name)) problems.push(`${kind.id}.${name}: a field's name has no spaces, quotes, backslashes, commas, colons or equals signs`)
      // SQLite's column names do not differ by case.
      if (namesSeen.has(name.toLowerCase())) problems.push(`${kind.id}.${name}: the name is taken`)
      namesSeen.add(name.toLowerCase())
      fields.set(name, { name, type: storedType(field), circular: field.circular === true })
    }
    stored.set(kind.id, { id: kind.id, moves: kind.moves, fields })
  }
  if (problems.length > 0) throw new GatewayError('MODEL_INVALID', `the series store cannot keep these; rename them: ${problems.join('; ')}`)
  return stored
}

function storedType(field: FieldDefinition): StoredType {
  const type = fieldType(field)
  return type === 'number' ? (field.integer ? 'integer' : 'float') : type
}

/**
 * The value as it is stored, or undefined when the field cannot hold it: another type than the kind's, NaN or infinite, an integer beyond 2^53, a text beyond
 * 16,384 characters. Both stores ask here, so both keep the same. A whole-number field rounds.
 */
export function storable(value: FieldValue, type: StoredType): FieldValue | undefined {
  switch (type) {
    case 'float':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'integer': {
      if (typeof value !== 'number') return undefined
      const whole = Math.round(value)
      return Number.isSafeInteger(whole) ? whole : undefined
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'string':
      return typeof value === 'string' && value.length <= LONGEST_TEXT ? value : undefined
  }
}
