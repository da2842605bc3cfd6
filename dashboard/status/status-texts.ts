import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  page: {
    title: 'Status of the gateway',
    ok: 'All is well',
    degraded: 'Receipts hold; something behind them lags or fails',
    failing: 'Frames cannot be taken',
    version: 'Version',
    runningSince: 'Running since',
    connections: 'Connections',
    checks: 'Checks',
    good: 'good',
    bad: 'not good',
    journal: 'Journal',
    journalState: 'State',
    normal: 'normal',
    pressed: 'filling up',
    full: 'full',
    journalFailing: 'failing',
    used: 'Used on disk',
    ofBudget: (used: string, budget: string) => `${used} of ${budget}`,
    segments: 'Segments',
    unsynced: 'Frames not yet synced',
    sinks: 'Sinks',
    sink: 'Sink',
    lagFrames: 'Frames behind',
    lagTime: 'Time behind',
    running: 'running',
    retrying: 'retrying',
    stopped: 'stopped',
    account: 'Account of all frames',
    city: 'City',
    noChecks: 'No checks.',
    noSinks: 'No sinks.',
  },
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
  page: {
    title: '网关状态',
    ok: '一切正常',
    degraded: '回执有效；后续环节有滞后或故障',
    failing: '无法接收数据帧',
    version: '版本',
    runningSince: '运行开始于',
    connections: '连接数',
    checks: '检查项',
    good: '正常',
    bad: '异常',
    journal: '日志存储',
    journalState: '状态',
    normal: '正常',
    pressed: '即将写满',
    full: '已满',
    journalFailing: '故障',
    used: '磁盘占用',
    ofBudget: (used, budget) => `${used} / ${budget}`,
    segments: '分段数',
    unsynced: '尚未落盘的帧',
    sinks: '下游',
    sink: '下游',
    lagFrames: '落后帧数',
    lagTime: '落后时间',
    running: '运行中',
    retrying: '重试中',
    stopped: '已停止',
    account: '全部数据帧账目',
    city: '全市',
    noChecks: '没有检查项。',
    noSinks: '没有下游。',
  },
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

/** Texts of the status page. */
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
