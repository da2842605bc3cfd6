import protobuf from 'protobufjs'
import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Meaning } from './explain-guide.ts'

/** A texts longer than this is shown by its beginning. */
const SHOWN_CHARACTERS = 80

/** What is known of a field of a message: its name, and what the model makes of its raw value. */
export function describedField(
  name: string,
  field: protobuf.Field | undefined,
  meaning: Meaning | undefined,
  raw: unknown,
): Pick<ExplainedPart, 'name' | 'value' | 'field' | 'note'> {
  const title = meaning ? { en: `${meaning.title.en} (${name})`, zh: `${meaning.title.zh}（${name}）` } : { en: name, zh: name }
  const rawText = rawShown(raw, field)
  if (meaning === undefined) return { name: title, ...(rawText !== undefined && { value: rawText }) }
  const text = meaning.text(raw)
  const known = meaning.field === undefined ? {} : { field: meaning.field }
  if (text === undefined) {
    return {
      name: title,
      ...known,
      ...(rawText !== undefined && { value: rawText }),
      note: { en: 'no value, as the model has it', zh: '按型号定义，此数表示无值' },
    }
  }
  const same = rawText === undefined || text === rawText || text.startsWith(`${rawText} `) || text.startsWith(`${rawText}°`) || rawText === `"${text}"`
  return { name: title, ...known, value: same ? text : `${rawText} → ${text}` }
}

/** A raw value as people read it: texts in quotes, enumerators with their names. */
function rawShown(raw: unknown, field: protobuf.Field | undefined): string | undefined {
  if (typeof raw === 'string') return `"${raw.length > SHOWN_CHARACTERS ? `${raw.slice(0, SHOWN_CHARACTERS)}…` : raw}"`
  if (typeof raw === 'number') {
    const enumerator = field?.resolvedType instanceof protobuf.Enum ? field.resolvedType.valuesById[raw] : undefined
    return enumerator === undefined ? String(raw) : `${enumerator} (${raw})`
  }
  return typeof raw === 'boolean' || raw === null ? String(raw) : undefined
}

/** Bytes nothing can be said of, and why. */
export function unreadable(from: number, to: number, problem: NonNullable<ExplainedPart['problem']>): ExplainedPart {
  return { from, to, name: { en: 'Not readable', zh: '无法解读' }, problem }
}
