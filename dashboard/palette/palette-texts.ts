import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  open: 'Commands and pages',
  what: 'A page, a device or a command',
  results: 'Results',
  nothing: 'Nothing fits. Try part of a name or an id.',
  goTo: (page: string) => `Go to ${page}`,
  page: 'Page',
  command: 'Command',
  device: 'Device',
  speakChinese: 'Use Chinese (中文)',
  speakEnglish: 'Use English',
  light: 'Light appearance',
  dark: 'Dark appearance',
  asTheSystem: 'Appearance as the system has it',
  moreContrast: 'High contrast on',
  lessContrast: 'High contrast off',
  copyLink: 'Copy a link to this view',
  keys: 'Keys',
  signOut: 'Sign out',
  everywhere: 'Everywhere',
  onMap: 'On the map',
  inCharts: 'On the chart of a device',
  nextPoint: 'To the next point',
  throughTime: 'Move through time',
  back: 'Back to what was shown before',
  inTables: 'In what lists or explains',
  search: 'Search devices',
  palette: 'Commands and pages',
  help: 'These keys',
  close: 'Close what is open; clear the search',
  move: 'Move the map',
  zoom: 'Zoom in and out',
  next: 'From one entry to the next',
  enter: 'Open',
  skip: 'From part to part; the first skips to the content',
}

type Texts = Translated<typeof en>

const zh: Texts = {
  open: '命令与页面',
  what: '页面、设备或命令',
  results: '结果',
  nothing: '没有匹配项。可输入名称或编号的一部分。',
  goTo: page => `前往${page}`,
  page: '页面',
  command: '命令',
  device: '设备',
  speakChinese: '使用中文',
  speakEnglish: '使用英文（English）',
  light: '浅色外观',
  dark: '深色外观',
  asTheSystem: '外观跟随系统',
  moreContrast: '开启高对比度',
  lessContrast: '关闭高对比度',
  copyLink: '复制当前视图的链接',
  keys: '快捷键',
  signOut: '退出登录',
  everywhere: '所有页面',
  onMap: '地图上',
  inCharts: '设备图表中',
  nextPoint: '到下一个点',
  throughTime: '在时间上平移',
  back: '回到之前的时段',
  inTables: '列表与报文中',
  search: '查找设备',
  palette: '命令与页面',
  help: '显示快捷键',
  close: '关闭已打开的内容；清除搜索',
  move: '移动地图',
  zoom: '放大与缩小',
  next: '移到下一项',
  enter: '打开',
  skip: '在各部分之间移动；第一次可跳到正文',
}

/** The texts of the command palette and of the help about keys. */
export const paletteTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** Them in the language of the page. */
export function usePaletteTexts(): Texts {
  return paletteTexts[useLanguage().language]
}
