import type { Title } from '../../../gateway/model/kind.ts'

/** What data a station sends: HJ 212-2017 § 6.6.5, table 9. */
export type Period = 'realTime' | 'minute' | 'hour' | 'day'

/** The commands that carry measured values. */
export const PERIODS: Readonly<Record<string, Period>> = { 2011: 'realTime', 2051: 'minute', 2061: 'hour', 2031: 'day' }

/** The command of a period's data. */
export const COMMAND_OF: Readonly<Record<Period, string>> = { realTime: '2011', minute: '2051', hour: '2061', day: '2031' }

/** Flags of values (§ 6.6.4, table 8) as quality words. `N`, as measured, has none. */
export const FLAG_WORDS: Readonly<Record<string, { readonly word: string; readonly title: Title }>> = {
  F: { word: 'stopped', title: { en: 'instrument stopped', zh: '仪器停运' } },
  M: { word: 'maintenance', title: { en: 'under maintenance', zh: '维护期间' } },
  S: { word: 'manual', title: { en: 'set by hand', zh: '手工输入' } },
  D: { word: 'fault', title: { en: 'instrument fault', zh: '仪器故障' } },
  C: { word: 'calibration', title: { en: 'being calibrated', zh: '校准状态' } },
  T: { word: 'overRange', title: { en: 'above the measuring range', zh: '超过测量上限' } },
  B: { word: 'comms', title: { en: 'no communication with the instrument', zh: '与仪器通讯异常' } },
}

/** The word of a flag that is not in table 8, which makers may extend. */
export const OTHER_FLAG = 'other'

/** What each command is (table 9). */
export const COMMANDS: Readonly<Record<string, Title>> = {
  1000: { en: 'set time-out and retries', zh: '设置超时时间及重发次数' },
  1011: { en: 'the station’s time', zh: '提取现场机时间' },
  1012: { en: 'set the station’s time', zh: '设置现场机时间' },
  1013: { en: 'the station asks to be set to the time', zh: '现场机时间校准请求' },
  1061: { en: 'interval of real-time data', zh: '提取实时数据间隔' },
  1062: { en: 'set the interval of real-time data', zh: '设置实时数据间隔' },
  1063: { en: 'interval of minute data', zh: '提取分钟数据间隔' },
  1064: { en: 'set the interval of minute data', zh: '设置分钟数据间隔' },
  1072: { en: 'set the password', zh: '设置现场机密码' },
  2011: { en: 'real-time data', zh: '污染物实时数据' },
  2012: { en: 'stop real-time data', zh: '停止察看污染物实时数据' },
  2021: { en: 'state of the equipment', zh: '设备运行状态数据' },
  2022: { en: 'stop the state of the equipment', zh: '停止察看设备运行状态' },
  2031: { en: 'day data', zh: '污染物日历史数据' },
  2041: { en: 'running times of the equipment by day', zh: '设备运行时间日历史数据' },
  2051: { en: 'minute data', zh: '污染物分钟数据' },
  2061: { en: 'hour data', zh: '污染物小时数据' },
  2081: { en: 'when the station started', zh: '数采仪开机时间' },
  3019: { en: 'identity of the instrument', zh: '设备唯一标识' },
  3020: { en: 'information of the station', zh: '现场机信息' },
  3021: { en: 'set parameters of the station', zh: '设置现场机参数' },
  9011: { en: 'answer to a request', zh: '请求应答' },
  9012: { en: 'result of an execution', zh: '执行结果' },
  9013: { en: 'answer to a notice', zh: '通知应答' },
  9014: { en: 'answer to data', zh: '数据应答' },
  9015: { en: 'heartbeat', zh: '心跳' },
}

/** What is monitored (§ 6.6.1, table 5). */
export const SYSTEMS: Readonly<Record<string, Title>> = {
  21: { en: 'surface water', zh: '地表水质量监测' },
  22: { en: 'air quality', zh: '空气质量监测' },
  23: { en: 'ambient noise', zh: '声环境质量监测' },
  24: { en: 'ground water', zh: '地下水质量监测' },
  27: { en: 'volatile organic compounds', zh: '挥发性有机物监测' },
  31: { en: 'air pollution source', zh: '大气环境污染源' },
  32: { en: 'water pollution source', zh: '地表水体环境污染源' },
  36: { en: 'noise source', zh: '声环境污染源' },
  39: { en: 'construction site dust', zh: '工地扬尘污染源' },
  51: { en: 'flue gas process', zh: '烟气排放过程监控' },
  52: { en: 'sewage process', zh: '污水排放过程监控' },
  91: { en: 'between station and platform', zh: '系统交互' },
}
