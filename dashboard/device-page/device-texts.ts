import type { Language } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Device details',
  onMap: 'On the map',
  list: 'To the list of devices',
  removed: 'This device is no longer registered, or no longer yours to see. What you see is the last known state.',
  retired: 'This device is retired: it is out of service, and what it has sent stays.',
  planned: 'This device is planned: it is registered ahead of its installation.',
  noKind: 'The model of this device is not known to the gateway, so its values cannot be named.',
  clocks: {
    ahead: (by: string) => `Its clock is ${by} ahead.`,
    behind: (by: string) => `Its clock is ${by} behind.`,
    stuck: (by: string) => `Its clock stands still, and was ${by} off when that was found.`,
    rollover: (by: string) => `Its clock’s date is ${by} off: the week counter of its GPS receiver began anew.`,
  },
  values: 'Latest values',
  field: 'Value',
  range: 'Within its range',
  age: 'Age',
  chart: (field: string) => `${field} in the chart`,
  inRange: (low: string, high: string) => `within ${low} to ${high}`,
  below: (low: string) => `below ${low}`,
  above: (high: string) => `above ${high}`,
  place: 'Place',
  track: (points: string) => `Track of the period of the chart, ${points} positions`,
  noTrack: 'No positions in this period.',
  trackFailed: 'The track could not be read.',
  noPlace: 'This device has no position yet.',
  map: (name: string) => `Where ${name} is`,
  frames: 'Newest frames',
  allFrames: 'All frames',
  noFrames: 'The journal holds no frame of this device.',
  explain: 'Explain',
  commands: 'Orders',
  order: 'Order',
  value: 'Value',
  give: 'Give the order',
  sure: (order: string, device: string) => `Give “${order}” to ${device}?`,
  yes: 'Yes, give it',
  no: 'No',
  given: 'Given',
  state: 'State',
  noneGiven: 'No order was given yet.',
  mayNot: 'Orders are given by operators, engineers and administrators.',
  between: (low: string, high: string) => `${low} to ${high}`,
  valueMissing: 'Enter a value.',
  states: { pending: 'waiting', sent: 'sent', confirmed: 'confirmed', refused: 'refused', expired: 'expired', told: 'sent, nobody answers' },
} as const

type Entry<T> = T extends string ? string : T extends (...args: infer Args) => string ? (...args: Args) => string : { readonly [K in keyof T]: Entry<T[K]> }
type Texts = Entry<typeof en>

const zh: Texts = {
  title: '设备详情',
  onMap: '在地图上',
  list: '到设备列表',
  removed: '该设备已不再注册，或您已无权查看。当前显示的是最后已知状态。',
  retired: '该设备已退役：不再使用，已上报的数据仍保留。',
  planned: '该设备处于计划阶段：已注册，尚未安装。',
  noKind: '网关不认识该设备的型号，因此无法给出各数值的名称。',
  clocks: {
    ahead: by => `设备时钟快 ${by}。`,
    behind: by => `设备时钟慢 ${by}。`,
    stuck: by => `设备时钟停走，发现时相差 ${by}。`,
    rollover: by => `设备时钟的日期相差 ${by}：其 GPS 接收机的周计数已重新开始。`,
  },
  values: '最新数值',
  field: '数值',
  range: '在范围内的位置',
  age: '多久前',
  chart: field => `在图中显示${field}`,
  inRange: (low, high) => `在 ${low} 至 ${high} 之内`,
  below: low => `低于 ${low}`,
  above: high => `高于 ${high}`,
  place: '位置',
  track: points => `图表时段内的轨迹，共 ${points} 个位置`,
  noTrack: '该时段没有位置。',
  trackFailed: '轨迹读取失败。',
  noPlace: '该设备还没有位置。',
  map: name => `${name}的位置`,
  frames: '最新数据帧',
  allFrames: '全部报文',
  noFrames: '日志中没有该设备的数据帧。',
  explain: '解读',
  commands: '指令',
  order: '指令',
  value: '值',
  give: '下达指令',
  sure: (order, device) => `向 ${device} 下达“${order}”？`,
  yes: '确认下达',
  no: '取消',
  given: '下达时间',
  state: '状态',
  noneGiven: '还没有下达过指令。',
  mayNot: '指令由操作员、工程师和管理员下达。',
  between: (low, high) => `${low} 至 ${high}`,
  valueMissing: '请输入值。',
  states: { pending: '等待中', sent: '已发送', confirmed: '已确认', refused: '被拒绝', expired: '已过期', told: '已发送，设备不应答' },
}

/** Texts of a device's page, which come with it. */
export const deviceTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useDeviceTexts(): Texts {
  return deviceTexts[useLanguage().language]
}
