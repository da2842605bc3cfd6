import type { Title } from '../../../gateway/model/kind.ts'
import { readDigits } from '../line-bytes.ts'

/** CJ/T 188-2004 table 3: unit codes, and what one of them is in the unit that values have here (m³, kWh, kW, m³/h). */
const UNITS: Readonly<Record<number, { readonly name: string; readonly factor: number }>> = {
  1: { name: 'J', factor: 1 / 3_600_000 },
  2: { name: 'Wh', factor: 0.001 },
  5: { name: 'kWh', factor: 1 },
  8: { name: 'MWh', factor: 1000 },
  10: { name: 'MWh×100', factor: 100_000 },
  11: { name: 'kJ', factor: 1 / 3600 },
  14: { name: 'MJ', factor: 1 / 3.6 },
  17: { name: 'GJ', factor: 1000 / 3.6 },
  19: { name: 'GJ×100', factor: 100_000 / 3.6 },
  20: { name: 'W', factor: 0.001 },
  23: { name: 'kW', factor: 1 },
  26: { name: 'MW', factor: 1000 },
  41: { name: 'L', factor: 0.001 },
  44: { name: 'm³', factor: 1 },
  50: { name: 'L/h', factor: 0.001 },
  53: { name: 'm³/h', factor: 1 },
}

export function unitName(code: number): string | undefined {
  return UNITS[code]?.name
}

/** One value of the current data: where it stands behind identifier and serial number, and how. */
export interface Item {
  readonly name: string
  readonly title: Title
  readonly at: number
  readonly bytes: number
  readonly decimals: number
  /** A unit code belongs to it: the byte behind it, or the one before it where a maker sends the unit first. */
  readonly hasUnit: boolean
}

/** Table 7: water and gas. 19 bytes follow identifier and serial number. */
const VOLUME: readonly Item[] = [
  { name: 'total', title: { en: 'current volume', zh: '当前累计流量' }, at: 0, bytes: 4, decimals: 2, hasUnit: true },
  { name: 'settled', title: { en: 'volume at the settlement day', zh: '结算日累积流量' }, at: 5, bytes: 4, decimals: 2, hasUnit: true },
]

/** Table 8: heat. 43 bytes follow. */
const HEAT: readonly Item[] = [
  { name: 'settledHeat', title: { en: 'heat at the settlement day', zh: '结算日热量' }, at: 0, bytes: 4, decimals: 2, hasUnit: true },
  { name: 'heat', title: { en: 'current heat', zh: '当前热量' }, at: 5, bytes: 4, decimals: 2, hasUnit: true },
  { name: 'power', title: { en: 'heat power', zh: '热功率' }, at: 10, bytes: 4, decimals: 2, hasUnit: true },
  { name: 'flow', title: { en: 'flow', zh: '流量' }, at: 15, bytes: 4, decimals: 4, hasUnit: true },
  { name: 'volume', title: { en: 'volume', zh: '累积流量' }, at: 20, bytes: 4, decimals: 2, hasUnit: true },
  { name: 'flowTemperature', title: { en: 'flow temperature', zh: '供水温度' }, at: 25, bytes: 3, decimals: 2, hasUnit: false },
  { name: 'returnTemperature', title: { en: 'return temperature', zh: '回水温度' }, at: 28, bytes: 3, decimals: 2, hasUnit: false },
  { name: 'hours', title: { en: 'working hours', zh: '累积工作时间' }, at: 31, bytes: 3, decimals: 0, hasUnit: false },
]

/** How the current data of a type of meter are laid out. */
export interface Layout {
  readonly items: readonly Item[]
  /** Seven bytes of time, the seconds first. */
  readonly timeAt: number
  /** Two bytes of status. */
  readonly statusAt: number
  readonly bytes: number
}

const VOLUME_LAYOUT: Layout = { items: VOLUME, timeAt: 10, statusAt: 17, bytes: 19 }
const HEAT_LAYOUT: Layout = { items: HEAT, timeAt: 34, statusAt: 41, bytes: 43 }

/** Undefined for types whose current data the standard does not lay out. */
export function layoutOf(type: number): Layout | undefined {
  if (type >= 0x20 && type <= 0x29) return HEAT_LAYOUT
  return (type >= 0x10 && type <= 0x19) || (type >= 0x30 && type <= 0x39) ? VOLUME_LAYOUT : undefined
}

/** A value in m³, kWh, kW, m³/h, °C or h; undefined when it has other digits than decimal ones, or an unknown unit. */
export function readItem(data: Uint8Array, from: number, item: Item, unitFirst: boolean): number | undefined {
  const at = from + item.at + (item.hasUnit && unitFirst ? 1 : 0)
  const raw = readDigits(data, at, item.bytes)
  if (raw === undefined) return undefined
  const value = raw / 10 ** item.decimals
  if (!item.hasUnit) return value
  const unit = UNITS[data[unitAt(from, item, unitFirst)] ?? 0]
  if (!unit) return undefined
  return unit.factor === 1 ? value : Number((value * unit.factor).toPrecision(12))
}

/** Where the unit code of an item stands. */
export function unitAt(from: number, item: Item, unitFirst: boolean): number {
  return from + item.at + (unitFirst ? 0 : item.bytes)
}

/** § 7.2.2, table 9: the first status byte. */
export interface Status {
  /** Undefined when the meter says that its valve is broken. */
  readonly valveOpen: boolean | undefined
  readonly batteryLow: boolean
}

export function readStatus(byte: number): Status {
  const valve = byte & 0x03
  return { valveOpen: valve === 0 ? true : valve === 1 ? false : undefined, batteryLow: (byte & 0x04) !== 0 }
}

/** Seconds, minutes, hours, day, month, year in two bytes, each BCD. Undefined for what is no time: many meters have no clock and send zeros. */
export function readTime(data: Uint8Array, from: number, offsetMs: number): number | undefined {
  const parts = [0, 1, 2, 3, 4].map(index => readDigits(data, from + index, 1))
  const year = readDigits(data, from + 5, 2)
  if (year === undefined || parts.includes(undefined)) return undefined
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0] = parts
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 || year < 2000) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second) - offsetMs
}
