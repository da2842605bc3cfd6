import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  offline: 'Offline',
  offlineHelp: 'Silent for a day or more, never heard of, or it said that it is gone.',
  offlineOf: (count: string) => `${count} offline`,
  organisation: 'Organisation',
  allOrganisations: 'All organisations',
  route: 'Route or group',
  allRoutes: 'All routes and groups',
  noRoute: 'Nothing in view has such a route or group.',
  district: 'District',
  allDistricts: 'All districts',
  choice: (name: string, count: string) => `${name} (${count})`,
  follow: 'Follow',
  followHelp: 'Keep this device in view. Dragging the map ends it.',
  following: (name: string) => `Following ${name}`,
  devices: (count: string) => (count === '1' ? '1 device' : `${count} devices`),
  between: ', ',
  part: (count: string, name: string) => `${count} ${name}`,
  crowd: (total: string, kinds: string, states: string) => [total, kinds, states].filter(part => part !== '').join('; '),
  spot: (count: string) => `${count} devices here`,
  spotFilter: 'Find among them',
  spotMore: (count: string) => `${count} more. Type part of a name to find one.`,
  spotNone: 'None of them has this in its name or id.',
  close: 'Close',
  districts: 'Districts',
  all: 'All',
  partly: 'Partly out of view',
  partlyHelp: 'Pale districts lie partly out of view: their figures hold what is in view.',
  wholeCity: 'Show the whole city',
  measure: 'Measure',
  measureHelp: 'Click places on the map. By keyboard: arrows move the map, Enter sets its middle, Backspace takes the last place back, Esc ends.',
  measureEnd: 'End measuring',
  distance: 'Distance',
  lastLeg: 'Last leg',
  area: 'Area',
  undo: 'Take back',
  startOver: 'Start over',
  wall: 'Wall display',
  wallLeave: 'Leave the wall display',
}

type Texts = Translated<typeof en>

const zh: Texts = {
  offline: '离线',
  offlineHelp: '一天以上没有上报、从未上报，或设备已声明离线。',
  offlineOf: count => `${count} 台离线`,
  organisation: '单位',
  allOrganisations: '全部单位',
  route: '线路或分组',
  allRoutes: '全部线路和分组',
  noRoute: '视野内没有这样的线路或分组。',
  district: '行政区',
  allDistricts: '全部行政区',
  choice: (name, count) => `${name}（${count}）`,
  follow: '跟踪',
  followHelp: '让此设备保持在视野内；拖动地图即停止。',
  following: name => `正在跟踪 ${name}`,
  devices: count => `${count} 台设备`,
  between: '、',
  part: (count, name) => `${name} ${count}`,
  crowd: (total, kinds, states) => [total, kinds, states].filter(part => part !== '').join('；'),
  spot: count => `此处有 ${count} 台设备`,
  spotFilter: '在其中查找',
  spotMore: count => `另有 ${count} 台，输入名称的一部分即可查找。`,
  spotNone: '其中没有名称或编号包含此文字的设备。',
  close: '关闭',
  districts: '行政区',
  all: '全部',
  partly: '部分在视野外',
  partlyHelp: '颜色较淡的行政区有一部分在视野外，数字只计视野内的设备。',
  wholeCity: '显示全市',
  measure: '测量',
  measureHelp: '在地图上点击各点。键盘：方向键移动地图，Enter 取地图中心，Backspace 撤销上一点，Esc 结束。',
  measureEnd: '结束测量',
  distance: '距离',
  lastLeg: '最后一段',
  area: '面积',
  undo: '撤销',
  startOver: '重新开始',
  wall: '大屏模式',
  wallLeave: '退出大屏模式',
}

/** Texts of the map beside those every page has. */
export const mapTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useMapTexts(): Texts {
  return mapTexts[useLanguage().language]
}
