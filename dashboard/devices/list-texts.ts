import type { Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  lifeCycle: 'Life cycle',
  anyLife: 'Any stage of life',
  lives: { planned: 'Planned', enrolled: 'Enrolled, not heard of yet', active: 'Active', silent: 'Silent', retired: 'Retired' },
  trouble: 'To look at',
  anyTrouble: 'With or without trouble',
  troubles: { flagged: 'Flagged now', outOfRange: 'Out of range, 24 h', rejected: 'With rejected frames', clock: 'Clock off' },
  model: 'Model',
  allModels: 'All models',
  count: (total: string) => `${total} devices`,
  lastFrame: 'Last frame',
  outOfRange: 'Out of range',
  outOfRangeHelp: 'Minutes of the last 24 hours in which a value was outside its range',
  rejected: 'Rejected',
  rejectedHelp: 'Frames that were rejected since the account began',
  clock: 'Clock off by',
  id: 'Id',
  table: 'Devices',
}

type Texts = Translated<typeof en>

const zh: Texts = {
  lifeCycle: '生命周期',
  anyLife: '任何阶段',
  lives: { planned: '计划中', enrolled: '已登记，尚无消息', active: '活跃', silent: '沉默', retired: '已退役' },
  trouble: '待查看',
  anyTrouble: '不限问题',
  troubles: { flagged: '当前有标记', outOfRange: '24 小时内超范围', rejected: '有被拒绝的数据帧', clock: '时钟不准' },
  model: '型号',
  allModels: '全部型号',
  count: total => `${total} 台设备`,
  lastFrame: '最近数据帧',
  outOfRange: '超范围',
  outOfRangeHelp: '近 24 小时内有数值超出范围的分钟数',
  rejected: '拒绝',
  rejectedHelp: '自开始记账以来拒绝的数据帧数',
  clock: '时钟偏差',
  id: '编号',
  table: '设备列表',
}

/** Texts of their own: they come with what shows them. */
export const listTexts = { en, zh }

/** Texts of the list of devices, in the language of the page. */
export function useListTexts(): Texts {
  return listTexts[useLanguage().language]
}
