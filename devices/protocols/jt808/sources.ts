import type { Title } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { ALARM_BITS, ANY_DOOR, alarmNames, FIXED, hasBit, LOADS, STATUS_BITS } from './bits.ts'

/** The numbers that every location has. */
export interface BasicLocation {
  readonly alarm: number
  readonly status: number
  readonly altitude: number
  readonly speed: number
  readonly heading: number
}

/** Something that every location says, by the name a mapping gives it. */
export interface BasicSource {
  readonly type: 'number' | 'boolean' | 'string'
  readonly title: Title
  readonly read: (location: BasicLocation) => FieldValue | undefined
}

/** What comes from the receiver is nothing while it has no fix: terminals then send zeros, or what they knew last. */
function whenFixed(read: (location: BasicLocation) => number): (location: BasicLocation) => number | undefined {
  return location => ((location.status & FIXED) === 0 ? undefined : read(location))
}

/** Every value of the basic information of a location (2013 § 8.18), by name. */
export const BASIC_SOURCES: ReadonlyMap<string, BasicSource> = new Map<string, BasicSource>([
  ['altitude', { type: 'number', title: { en: 'Altitude', zh: '高程' }, read: whenFixed(({ altitude }) => altitude) }],
  ['speed', { type: 'number', title: { en: 'Speed', zh: '速度' }, read: whenFixed(({ speed }) => speed) }],
  ['heading', { type: 'number', title: { en: 'Direction', zh: '方向' }, read: whenFixed(({ heading }) => heading) }],
  ['alarmBits', { type: 'number', title: { en: 'Alarm word', zh: '报警标志' }, read: ({ alarm }) => alarm }],
  ['alarms', { type: 'string', title: { en: 'Alarms', zh: '报警' }, read: ({ alarm }) => alarmNames(alarm) }],
  ['statusBits', { type: 'number', title: { en: 'Status word', zh: '状态' }, read: ({ status }) => status }],
  ['inService', { type: 'boolean', title: { en: 'In service', zh: '运营状态' }, read: ({ status }) => !hasBit(status, 4) }],
  ['load', { type: 'string', title: { en: 'Load', zh: '载重状态' }, read: ({ status }) => LOADS[(status >> 8) & 3] }],
  ['anyDoorOpen', { type: 'boolean', title: { en: 'A door is open', zh: '车门开启' }, read: ({ status }) => (status & ANY_DOOR) !== 0 }],
  ...ALARM_BITS.map(({ bit, name, title }): [string, BasicSource] => [name, { type: 'boolean', title, read: ({ alarm }) => hasBit(alarm, bit) }]),
  ...STATUS_BITS.map(({ bit, name, title }): [string, BasicSource] => [name, { type: 'boolean', title, read: ({ status }) => hasBit(status, bit) }]),
])
