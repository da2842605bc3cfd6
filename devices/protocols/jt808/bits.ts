import type { Title } from '../../../gateway/model/kind.ts'

/** One bit of a location's alarm or status word. */
export interface NamedBit {
  readonly bit: number
  /** As mappings and the list of alarms name it. */
  readonly name: string
  readonly title: Title
  /** The edition it came with, where not all have it. */
  readonly since?: 2013 | 2019
}

/** The alarm word of a location (2013 § 8.18, 2019 likewise). Bits 0, 3, 20–22, 27, 28 and 31 are cleared by the platform's answer; the others stand as long as their condition does. */
export const ALARM_BITS: readonly NamedBit[] = [
  { bit: 0, name: 'sos', title: { en: 'Emergency button', zh: '紧急报警' } },
  { bit: 1, name: 'overspeed', title: { en: 'Overspeed', zh: '超速报警' } },
  { bit: 2, name: 'fatigue', title: { en: 'Fatigue driving', zh: '疲劳驾驶' } },
  { bit: 3, name: 'danger', title: { en: 'Dangerous driving', zh: '危险预警（2019：危险驾驶行为）' } },
  { bit: 4, name: 'gnssFault', title: { en: 'GNSS module fault', zh: 'GNSS 模块故障' } },
  { bit: 5, name: 'antennaOpen', title: { en: 'GNSS antenna missing or cut', zh: 'GNSS 天线未接或被剪断' } },
  { bit: 6, name: 'antennaShort', title: { en: 'GNSS antenna short-circuited', zh: 'GNSS 天线短路' } },
  { bit: 7, name: 'powerLow', title: { en: 'Main power low', zh: '终端主电源欠压' } },
  { bit: 8, name: 'powerLost', title: { en: 'Main power lost', zh: '终端主电源掉电' } },
  { bit: 9, name: 'displayFault', title: { en: 'Display fault', zh: '终端显示器故障' } },
  { bit: 10, name: 'ttsFault', title: { en: 'Speech module fault', zh: 'TTS 模块故障' } },
  { bit: 11, name: 'cameraFault', title: { en: 'Camera fault', zh: '摄像头故障' } },
  { bit: 12, name: 'cardReaderFault', title: { en: 'Transport licence card reader fault', zh: '道路运输证 IC 卡模块故障' }, since: 2013 },
  { bit: 13, name: 'overspeedWarning', title: { en: 'Overspeed warning', zh: '超速预警' }, since: 2013 },
  { bit: 14, name: 'fatigueWarning', title: { en: 'Fatigue warning', zh: '疲劳驾驶预警' }, since: 2013 },
  { bit: 15, name: 'illegalDriving', title: { en: 'Driving at a forbidden time', zh: '违规行驶报警' }, since: 2019 },
  { bit: 16, name: 'tyrePressureWarning', title: { en: 'Tyre pressure warning', zh: '胎压预警' }, since: 2019 },
  { bit: 17, name: 'blindSpotFault', title: { en: 'Right-turn blind spot abnormal', zh: '右转盲区异常报警' }, since: 2019 },
  { bit: 18, name: 'dayLimit', title: { en: 'Driven too long today', zh: '当天累计驾驶超时' } },
  { bit: 19, name: 'parkedTooLong', title: { en: 'Parked too long', zh: '超时停车' } },
  { bit: 20, name: 'area', title: { en: 'Area entered or left', zh: '进出区域' } },
  { bit: 21, name: 'route', title: { en: 'Route entered or left', zh: '进出路线' } },
  { bit: 22, name: 'segmentTime', title: { en: 'Too short or too long on a road section', zh: '路段行驶时间不足/过长' } },
  { bit: 23, name: 'deviation', title: { en: 'Off the route', zh: '路线偏离报警' } },
  { bit: 24, name: 'vssFault', title: { en: 'Vehicle speed sensor fault', zh: '车辆 VSS 故障' } },
  { bit: 25, name: 'fuelAbnormal', title: { en: 'Fuel level abnormal', zh: '车辆油量异常' } },
  { bit: 26, name: 'stolen', title: { en: 'Stolen', zh: '车辆被盗' } },
  { bit: 27, name: 'illegalIgnition', title: { en: 'Illegal ignition', zh: '车辆非法点火' } },
  { bit: 28, name: 'illegalMove', title: { en: 'Illegal move', zh: '车辆非法位移' } },
  { bit: 29, name: 'collision', title: { en: 'Collision', zh: '碰撞预警（2019：碰撞侧翻报警）' } },
  { bit: 30, name: 'rollover', title: { en: 'Rollover', zh: '侧翻预警' }, since: 2013 },
  { bit: 31, name: 'illegalDoor', title: { en: 'Door opened illegally', zh: '非法开门报警' }, since: 2013 },
]

/** The status word of a location (2013 § 8.18, 2019 likewise). Bits 8 and 9 are one number, see {@link LOADS}. */
export const STATUS_BITS: readonly NamedBit[] = [
  { bit: 0, name: 'ignition', title: { en: 'Ignition (ACC) on', zh: 'ACC 开' } },
  { bit: 1, name: 'fixed', title: { en: 'Position fixed', zh: '已定位' } },
  { bit: 2, name: 'south', title: { en: 'Southern latitude', zh: '南纬' } },
  { bit: 3, name: 'west', title: { en: 'Western longitude', zh: '西经' } },
  { bit: 4, name: 'outOfService', title: { en: 'Out of service', zh: '停运状态' } },
  { bit: 5, name: 'encryptedPosition', title: { en: 'Coordinates encrypted', zh: '经纬度已加密' } },
  { bit: 6, name: 'collisionWarning', title: { en: 'Forward collision warning', zh: '紧急刹车系统采集的前撞预警' }, since: 2019 },
  { bit: 7, name: 'laneDeparture', title: { en: 'Lane departure warning', zh: '车道偏移预警' }, since: 2019 },
  { bit: 10, name: 'oilCut', title: { en: 'Oil line cut', zh: '车辆油路断开' } },
  { bit: 11, name: 'circuitCut', title: { en: 'Circuit cut', zh: '车辆电路断开' } },
  { bit: 12, name: 'doorLocked', title: { en: 'Doors locked', zh: '车门加锁' } },
  { bit: 13, name: 'frontDoorOpen', title: { en: 'Door 1 (front) open', zh: '门 1（前门）开' }, since: 2013 },
  { bit: 14, name: 'middleDoorOpen', title: { en: 'Door 2 (middle) open', zh: '门 2（中门）开' }, since: 2013 },
  { bit: 15, name: 'rearDoorOpen', title: { en: 'Door 3 (rear) open', zh: '门 3（后门）开' }, since: 2013 },
  { bit: 16, name: 'driverDoorOpen', title: { en: 'Door 4 (driver) open', zh: '门 4（驾驶席门）开' }, since: 2013 },
  { bit: 17, name: 'otherDoorOpen', title: { en: 'Door 5 open', zh: '门 5（自定义）开' }, since: 2013 },
  { bit: 18, name: 'gps', title: { en: 'Located by GPS', zh: '使用 GPS 卫星定位' }, since: 2013 },
  { bit: 19, name: 'beidou', title: { en: 'Located by BeiDou', zh: '使用北斗卫星定位' }, since: 2013 },
  { bit: 20, name: 'glonass', title: { en: 'Located by GLONASS', zh: '使用 GLONASS 卫星定位' }, since: 2013 },
  { bit: 21, name: 'galileo', title: { en: 'Located by Galileo', zh: '使用 Galileo 卫星定位' }, since: 2013 },
  { bit: 22, name: 'moving', title: { en: 'Vehicle is moving', zh: '车辆行驶状态' }, since: 2019 },
]

/** Status bits 8 and 9; 2 is reserved. Up to 2011 they were reserved. */
export const LOADS: readonly string[] = ['empty', 'half', 'reserved', 'full']

export const FIXED = 1 << 1
export const SOUTH = 1 << 2
export const WEST = 1 << 3
export const ENCRYPTED_POSITION = 1 << 5
/** Bits 13 to 17: any of the five doors. */
export const ANY_DOOR = 0x1f << 13

/** The names of the bits that are set in an alarm word, in their order, with commas; empty when none is. Bits without a meaning are not named: all 32 have one. */
export function alarmNames(alarm: number): string {
  if (alarm === 0) return ''
  return ALARM_BITS.filter(({ bit }) => hasBit(alarm, bit))
    .map(({ name }) => name)
    .join(',')
}

/** Whether a bit of a 32-bit word is set. */
export function hasBit(word: number, bit: number): boolean {
  return ((word >>> bit) & 1) === 1
}
