import type { Title } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { u16, u32 } from './header.ts'

/** One value within an item of a location's additional information. */
export interface ItemValue {
  /** As mappings name it. */
  readonly name: string
  readonly type: 'number' | 'boolean' | 'string'
  readonly title: Title
  readonly unit?: string
  /** The value, of an item that is long enough; undefined where the item says that there is none. */
  readonly read: (bytes: Uint8Array, at: number) => FieldValue | undefined
}

/** An item that the standard defines (2013 § 8.18, additional information; 2019 likewise). */
export interface StandardItem {
  readonly id: number
  /** Shorter ones are left alone; what is longer is the maker's. */
  readonly bytes: number
  readonly title: Title
  readonly since?: 2013 | 2019
  /** None: the item is explained as a whole, and gives no value of its own. */
  readonly values: readonly ItemValue[]
}

const MILEAGE = { en: 'Mileage', zh: '里程' }
const FUEL = { en: 'Fuel', zh: '油量' }
const RECORDER_SPEED = { en: 'Speed of the driving recorder', zh: '行驶记录功能获取的速度' }
const EVENT = { en: 'Alarm event to be confirmed by a person', zh: '需要人工确认报警事件的 ID' }
const TEMPERATURE = { en: 'Carriage temperature', zh: '车厢温度' }
const SIGNALS = { en: 'Vehicle signals', zh: '扩展车辆信号状态位' }
const IO = { en: 'Inputs and outputs', zh: 'IO 状态位' }
const SIGNAL = { en: 'Network signal strength', zh: '无线通信网络信号强度' }
const SATELLITES = { en: 'Satellites', zh: 'GNSS 定位卫星数' }
const OVERSPEED_PLACE = { en: 'Where it is too fast', zh: '超速报警附加信息' }
const AREA = { en: 'Area or route entered or left', zh: '进出区域/路线报警附加信息' }
const SECTION = { en: 'Time on a road section', zh: '路段行驶时间不足/过长报警附加信息' }

/** All items of the standard's table. What it does not define is a maker's. */
export const STANDARD_ITEMS: readonly StandardItem[] = [
  one(0x01, 4, MILEAGE, { name: 'mileage', type: 'number', unit: 'km', read: (b, at) => u32(b, at) / 10 }),
  one(0x02, 2, FUEL, { name: 'fuel', type: 'number', unit: 'L', read: (b, at) => u16(b, at) / 10 }),
  one(0x03, 2, RECORDER_SPEED, { name: 'recorderSpeed', type: 'number', unit: 'km/h', read: (b, at) => u16(b, at) / 10 }),
  one(0x04, 2, EVENT, { name: 'alarmEvent', type: 'number', read: u16 }, 2013),
  { id: 0x05, bytes: 30, title: { en: 'Tyre pressures', zh: '胎压' }, since: 2019, values: [] },
  one(0x06, 2, TEMPERATURE, { name: 'carriageTemperature', type: 'number', unit: '°C', read: temperature }, 2019),
  {
    id: 0x11,
    // 5 with the area's number; 1 where the place is none in particular.
    bytes: 1,
    title: OVERSPEED_PLACE,
    values: [{ name: 'overspeedPlace', type: 'string', title: OVERSPEED_PLACE, read: (b, at) => PLACES[b[at] ?? 0] }],
  },
  {
    id: 0x12,
    bytes: 6,
    title: AREA,
    values: [
      { name: 'areaType', type: 'string', title: { en: 'Kind of area', zh: '区域类型' }, read: (b, at) => PLACES[b[at] ?? 0] },
      { name: 'areaId', type: 'number', title: { en: 'Number of the area', zh: '区域 ID' }, read: (b, at) => u32(b, at + 1) },
      { name: 'areaLeft', type: 'boolean', title: { en: 'Left, not entered', zh: '方向为出' }, read: (b, at) => b[at + 5] === 1 },
    ],
  },
  {
    id: 0x13,
    bytes: 7,
    title: SECTION,
    values: [
      { name: 'sectionId', type: 'number', title: { en: 'Number of the section', zh: '路段 ID' }, read: (b, at) => u32(b, at) },
      { name: 'sectionSeconds', type: 'number', unit: 's', title: { en: 'Time taken', zh: '路段行驶时间' }, read: (b, at) => u16(b, at + 4) },
      { name: 'sectionTooLong', type: 'boolean', title: { en: 'Too long, not too short', zh: '结果为过长' }, read: (b, at) => b[at + 6] === 1 },
    ],
  },
  one(0x25, 4, SIGNALS, { name: 'vehicleSignals', type: 'number', read: u32 }, 2013),
  one(0x2a, 2, IO, { name: 'ioBits', type: 'number', read: u16 }, 2013),
  {
    id: 0x2b,
    bytes: 4,
    title: { en: 'Analogue inputs', zh: '模拟量' },
    since: 2013,
    // Bits 0–15 are AD0, 16–31 AD1.
    values: [
      { name: 'analog0', type: 'number', title: { en: 'Analogue input AD0', zh: '模拟量 AD0' }, read: (b, at) => u16(b, at + 2) },
      { name: 'analog1', type: 'number', title: { en: 'Analogue input AD1', zh: '模拟量 AD1' }, read: u16 },
    ],
  },
  one(0x30, 1, SIGNAL, { name: 'signal', type: 'number', read: (b, at) => b[at] }, 2013),
  one(0x31, 1, SATELLITES, { name: 'satellites', type: 'number', read: (b, at) => b[at] }, 2013),
  { id: 0xe0, bytes: 0, title: { en: 'Length of what the maker adds', zh: '后续自定义信息长度' }, values: [] },
]

/** The lights and switches of item 0x25, from bit 0 on (2013 § 8.18, extended vehicle signals). */
export const VEHICLE_SIGNALS: readonly Title[] = [
  { en: 'Low beam', zh: '近光灯' },
  { en: 'High beam', zh: '远光灯' },
  { en: 'Right turn', zh: '右转向灯' },
  { en: 'Left turn', zh: '左转向灯' },
  { en: 'Brake', zh: '制动' },
  { en: 'Reverse', zh: '倒档' },
  { en: 'Fog light', zh: '雾灯' },
  { en: 'Position lights', zh: '示廓灯' },
  { en: 'Horn', zh: '喇叭' },
  { en: 'Air conditioning', zh: '空调' },
  { en: 'Neutral gear', zh: '空挡' },
  { en: 'Retarder', zh: '缓速器' },
  { en: 'ABS', zh: 'ABS 工作' },
  { en: 'Heater', zh: '加热器' },
  { en: 'Clutch', zh: '离合器' },
]

/** The bits of item 0x2A. */
export const IO_BITS: readonly Title[] = [
  { en: 'Deep sleep', zh: '深度休眠状态' },
  { en: 'Sleep', zh: '休眠状态' },
]

const PLACES: readonly string[] = ['none', 'circle', 'rectangle', 'polygon', 'section']

const byId: readonly (StandardItem | undefined)[] = Array.from({ length: 256 }, (_, id) => STANDARD_ITEMS.find(item => item.id === id))

/** The item of an id, if the standard defines it. */
export function standardItem(id: number): StandardItem | undefined {
  return byId[id]
}

function one(id: number, bytes: number, title: Title, value: Omit<ItemValue, 'title'>, since?: 2013 | 2019): StandardItem {
  return { id, bytes, title, values: [{ ...value, title }], ...(since && { since }) }
}

/** 2019: the highest bit is the sign, the others the degrees. Above what it can be, makers send two's complement. */
function temperature(bytes: Uint8Array, at: number): number {
  const raw = u16(bytes, at)
  if (raw < 0x8000) return raw
  return raw >= 0xff00 ? raw - 0x1_0000 : -(raw & 0x7fff)
}
