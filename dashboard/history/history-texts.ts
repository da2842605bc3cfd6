import type { Language } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'History',
  period: 'Period',
  from: 'From',
  to: 'To',
  show: 'Show',
  badStretch: 'The end must lie after the beginning, and neither be in the future.',
  other: 'From – to',
  earlier: 'Earlier',
  later: 'Later',
  nearer: 'Zoom in',
  further: 'Zoom out',
  back: 'Back to what was shown before',
  addField: 'Add a field',
  addDevice: 'Compare with a device',
  nothingFound: 'No other device has this in its name or id.',
  full: (most: string) => `A chart holds at most ${most} lines.`,
  remove: (line: string) => `Remove ${line}`,
  line: 'Line',
  value: 'Value',
  lowHigh: 'Min – max',
  at: 'At',
  drawnFrom: 'Drawn from',
  stored: (count: string) => `${count} readings as stored`,
  buckets: (every: string) => `buckets of ${every}`,
  increase: (what: string) => `${what}, increase`,
  noLine: 'No line is chosen.',
  noLineAdvice: 'Add a field above, or choose a value of the table.',
  noField: 'This device has no field that can be charted.',
  empty: 'No readings in this period.',
  emptyAdvice: 'Choose a longer one, or see the account of frames for what was rejected.',
  none: 'no readings',
  single: 'one reading: what it grew by shows with the next',
  failed: 'could not be read',
  absurd: (count: string) => `${count} values too large to draw are left out`,
  unknownLine: (line: string) => `${line} is not known, or has no values that can be drawn.`,
  chartOf: (lines: string, from: string, to: string) => `Chart of ${lines}, ${from} to ${to}`,
  keys: 'Arrow keys go from point to point, with Shift through time; + and − zoom, Backspace goes back. Drag to zoom, Shift and drag to move, double click to go back; the wheel zooms while the chart has the focus.',
  zone: (zone: string) => `Times in ${zone}`,
  outside: 'Dashed: the ends of the plausible range',
  export: 'Export',
  csv: (device: string) => `CSV: all readings of ${device}`,
  png: 'PNG: picture of the chart',
  exporting: 'Reading for the file…',
  exported: (rows: string) => `${rows} rows written.`,
  cut: (rows: string) => `The file ends after ${rows} rows: choose a shorter period for the rest.`,
  exportFailed: (problem: string) => `The export stopped: ${problem}`,
  cancel: 'Cancel',
  presets: { '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 days', '30d': '30 days', '365d': '1 year' },
} as const

type Texts = {
  readonly [K in keyof typeof en]: (typeof en)[K] extends (...args: infer Args) => string
    ? (...args: Args) => string
    : (typeof en)[K] extends string
      ? string
      : { readonly [L in keyof (typeof en)[K]]: string }
}

const zh: Texts = {
  title: '历史',
  period: '时段',
  from: '从',
  to: '到',
  show: '显示',
  badStretch: '结束时间必须晚于开始时间，且不能在将来。',
  other: '自定义时段',
  earlier: '向前',
  later: '向后',
  nearer: '放大',
  further: '缩小',
  back: '回到之前的时段',
  addField: '添加字段',
  addDevice: '与其他设备比较',
  nothingFound: '没有其他设备的名称或编号包含此文字。',
  full: most => `一张图最多 ${most} 条曲线。`,
  remove: line => `移除${line}`,
  line: '曲线',
  value: '数值',
  lowHigh: '最小–最大',
  at: '时间',
  drawnFrom: '数据来源',
  stored: count => `${count} 条原始读数`,
  buckets: every => `每 ${every} 汇总`,
  increase: what => `${what}（增量）`,
  noLine: '没有选择曲线。',
  noLineAdvice: '请在上方添加字段，或在数值表中选择。',
  noField: '该设备没有可以绘图的字段。',
  empty: '该时段没有读数。',
  emptyAdvice: '请选择更长的时段，或在数据帧账目中查看被拒绝的数据帧。',
  none: '没有读数',
  single: '只有一条读数：有下一条后才能显示增量',
  failed: '读取失败',
  absurd: count => `有 ${count} 个数值过大，未绘出`,
  unknownLine: line => `${line} 不存在，或没有可以绘图的数值。`,
  chartOf: (lines, from, to) => `${from} 至 ${to} 的${lines}曲线`,
  keys: '方向键逐点移动，按住 Shift 在时间上平移；+ 和 − 缩放，退格键返回。拖动可放大，按住 Shift 拖动可平移，双击返回；图表获得焦点时滚轮可缩放。',
  zone: zone => `时间按 ${zone}`,
  outside: '虚线：合理范围的上下限',
  export: '导出',
  csv: device => `CSV：${device} 的全部读数`,
  png: 'PNG：图表图片',
  exporting: '正在读取数据…',
  exported: rows => `已写入 ${rows} 行。`,
  cut: rows => `文件在 ${rows} 行处截止：其余部分请选择更短的时段。`,
  exportFailed: problem => `导出中断：${problem}`,
  cancel: '取消',
  presets: { '1h': '1 小时', '6h': '6 小时', '24h': '24 小时', '7d': '7 天', '30d': '30 天', '365d': '1 年' },
}

/** Texts of the chart that compares, which come with it. */
export const historyTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useHistoryTexts(): Texts {
  return historyTexts[useLanguage().language]
}
