import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  limits: 'Limits',
  setting: 'Setting',
  inUse: 'In use',
  most: 'At most',
  beyond: 'Reached',
  beyondHelp: 'How often since the start something was refused, closed, dropped or made to wait.',
  endless: 'no end',
  contested: 'Two clients fight over these:',
  failedLimits: 'Limits are shown to engineers of the whole gateway.',
  allRows: (count: string) => `Show all ${count}`,
  fewRows: 'Show fewer',
  checks: {
    journal: 'Journal',
    'series store': 'Series store',
    'journal files': 'Journal: files',
    certificates: 'Certificates',
  },
  sinks: { series: 'Series store', live: 'Live map', 'city-topics': 'Topics for integrators', hours: 'Completeness by hour' },
  sinkCheck: (sink: string) => `Sink: ${sink}`,
}

type Texts = Translated<typeof en>

const zh: Texts = {
  limits: '限制',
  setting: '设置项',
  inUse: '使用中',
  most: '上限',
  beyond: '触及次数',
  beyondHelp: '自启动以来被拒绝、关闭、丢弃或需等待的次数。',
  endless: '无上限',
  contested: '以下对象有两个客户端在争用：',
  failedLimits: '限制仅对整个网关的工程师显示。',
  allRows: count => `显示全部 ${count} 项`,
  fewRows: '收起',
  checks: {
    journal: '日志存储',
    'series store': '时序库',
    'journal files': '日志存储：文件',
    certificates: '证书',
  },
  sinks: { series: '时序库', live: '实时地图', 'city-topics': '集成主题', hours: '按小时的数据完整度' },
  sinkCheck: sink => `下游：${sink}`,
}

/** Texts of the status page that came later than the catalogue's. */
export const statusTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** Them in the language of the page. */
export function useStatusTexts(): Texts {
  return statusTexts[useLanguage().language]
}

/** The name the gateway gives to a sink, in words where it is known. */
export function sinkWords(name: string, { sinks }: Pick<Texts, 'sinks'>): string {
  return Object.entries(sinks).find(([known]) => known === name)?.[1] ?? name
}

/** The name the gateway gives to a check (`sink …` for those of sinks), in words where it is known. */
export function checkWords(name: string, texts: Pick<Texts, 'checks' | 'sinks' | 'sinkCheck'>): string {
  if (name.startsWith(SINK)) return texts.sinkCheck(sinkWords(name.slice(SINK.length), texts))
  return Object.entries(texts.checks).find(([known]) => known === name)?.[1] ?? name
}

const SINK = 'sink '
