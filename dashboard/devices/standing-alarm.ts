import type { Field } from '../api/types.ts'
import type { FieldValue } from '../format/format.ts'

/** Whether a value says that an alarm of the device stands: a field of alarms that is true, or names any. */
export function isStandingAlarm(field: Field | undefined, value: FieldValue): boolean {
  return field?.alarm === true && (value === true || (typeof value === 'string' && value !== ''))
}
