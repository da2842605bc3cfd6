import type { Kind } from './kind.ts'
import type { LiveState } from './live.ts'
import type { FieldValue } from './reading.ts'

/** The fields of a kind by which it reports alarms. */
export function alarmFields(kind: Kind | undefined): readonly string[] {
  return kind === undefined ? [] : Object.keys(kind.fields).filter(name => kind.fields[name]?.alarm)
}

/** Whether the value of such a field says that an alarm stands: it is true, or names one. */
export function isAlarm(value: FieldValue | undefined): boolean {
  return value === true || (typeof value === 'string' && value !== '')
}

/**
 * Whether somebody should look at a device: an alarm of its own stands, its newest reading has a value out of range or one that the device itself doubts, or a clock that is
 * off. That a reading came late is nothing to look at. `alarms`: see {@link alarmFields}.
 */
export function isFlagged({ flags, values }: LiveState, alarms: readonly string[]): boolean {
  const { clockSuspect, outOfRange, quality } = flags
  return clockSuspect === true || (outOfRange?.length ?? 0) > 0 || quality !== undefined || alarms.some(name => isAlarm(values[name]?.value))
}
