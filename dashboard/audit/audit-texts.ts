import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Audit',
  intro: 'Who did what to which, and from where. Entries are only ever added, each bound to the one before.',
  introOwn: 'What was done in your organisation: who, from where, and what was before and after. Entries are only ever added.',
  exportCsv: 'Export as CSV',
  verify: 'Whether the chain is whole is checked on the gateway’s machine:',
  who: 'Who',
  what: 'What',
  whatExample: 'device or device.add',
  which: 'To which',
  whichExample: 'device:bus-0417',
  org: 'Organisation',
  text: 'Anywhere',
  from: 'From day',
  to: 'To day',
  search: 'Search',
  reset: 'Show everything',
  when: 'When',
  number: 'Number',
  address: 'From where',
  hash: 'Hash',
  field: 'Field',
  before: 'Before',
  after: 'After',
  nothing: 'nothing',
  same: 'No values are kept with this entry.',
  open: (seq: string) => `Details of entry ${seq}`,
  older: 'Older entries',
  searchOn: 'Search further back',
  none: 'No entry fits.',
  noneAdvice: 'Leave out a condition, or check the spelling: who, what and to which must fit exactly.',
  noneYet: 'Nothing was done yet.',
  noneSoFar: 'Nothing that fits so far.',
  forbidden: 'The audit is for administrators.',
  actors: { cli: 'command line', person: 'person', token: 'token', gateway: 'the gateway itself' },
} as const

type Texts = Translated<typeof en>

const zh: Texts = {
  title: '审计',
  intro: '谁在哪里对什么做了什么。记录只增不改，每条都与前一条相连。',
  introOwn: '在本单位做过什么：谁、从哪里，以及之前和之后的内容。记录只增不改。',
  exportCsv: '导出 CSV',
  verify: '整条链是否完整，在网关本机上检查：',
  who: '谁',
  what: '操作',
  whatExample: '如 device 或 device.add',
  which: '对象',
  whichExample: '如 device:bus-0417',
  org: '所属单位',
  text: '任意位置',
  from: '起始日',
  to: '截止日',
  search: '查找',
  reset: '显示全部',
  when: '时间',
  number: '序号',
  address: '来自',
  hash: '哈希值',
  field: '字段',
  before: '之前',
  after: '之后',
  nothing: '无',
  same: '此记录没有附带数值。',
  open: seq => `第 ${seq} 条的详情`,
  older: '更早的记录',
  searchOn: '继续向前查找',
  none: '没有符合的记录。',
  noneAdvice: '请去掉一个条件，或检查拼写：“谁”“操作”“对象”必须完全一致。',
  noneYet: '还没有任何操作。',
  noneSoFar: '到目前为止没有符合的记录。',
  forbidden: '审计只对管理员开放。',
  actors: { cli: '命令行', person: '人员', token: '令牌', gateway: '网关自身' },
}

/** Texts of the audit page, which come with it. */
export const auditTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useAuditTexts(): Texts {
  return auditTexts[useLanguage().language]
}
