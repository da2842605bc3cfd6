import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Organisations',
  intro:
    'Whoever runs devices here. Everything belongs to one: devices, tokens, provisioning keys, roles. One is also there as soon as something belongs to it.',
  forbidden: 'Organisations are looked after by administrators of the whole gateway.',
  none: 'There is no organisation yet.',
  noneAdvice: 'Add the first one, or register a device: its organisation is then there, too.',
  noneFits: 'No organisation fits.',
  noneFitsAdvice: 'Look for a part of its id or of what it is called.',
  search: 'Search organisations',
  count: (shown: string, all: string) => (shown === all ? `${all} organisations` : `${shown} of ${all} organisations`),
  add: 'Add an organisation',
  addButton: 'Add',
  change: (name: string) => `Change ${name}`,
  id: 'Id',
  idHelp: 'Letters, digits, dot, _ and -, 64 at most. It stays as it is.',
  zh: 'Name in Chinese',
  en: 'Name in English',
  nameHelp: 'Without any its id is shown.',
  save: 'Save',
  name: 'Name',
  devices: 'Devices',
  people: 'People',
  peopleHelp: 'With a role in it',
  tokens: 'Tokens',
  keys: 'Provisioning keys',
  since: 'Since',
  retired: 'retired',
  retiredSince: (day: string) => `Retired since ${day}: what it has goes on, nothing new is registered for it.`,
  retire: 'Retire',
  retireHelp: 'What it has goes on; nothing new is registered for it. This can be undone.',
  restore: 'Take back into service',
  remove: 'Remove',
  removeHelp: 'Nothing belongs to it.',
  sure: (name: string) =>
    `Really remove ${name}? Its id can be used again; what the audit tells of it stays, and is then seen by the administrators of the new one. Retiring it keeps the id.`,
  sureYes: 'Yes, remove',
  still: (what: string) => `It still has ${what}. Remove them first, or retire it and keep them.`,
  stillDevices: (count: string) => (count === '1' ? '1 device' : `${count} devices`),
  stillPeople: (count: string) => (count === '1' ? 'a role of 1 person' : `roles of ${count} people`),
  stillTokens: (count: string) => (count === '1' ? '1 token' : `${count} tokens`),
  stillKeys: (count: string) => (count === '1' ? '1 provisioning key' : `${count} provisioning keys`),
  between: ', ',
} as const

type Texts = Translated<typeof en>

const zh: Texts = {
  title: '单位',
  intro: '在此运行设备的单位。设备、令牌、接入密钥和角色都属于某个单位；某物首次属于一个单位时，该单位即自动出现。',
  forbidden: '单位由整个网关的管理员维护。',
  none: '还没有单位。',
  noneAdvice: '请添加第一个单位，或登记一台设备：其单位会随之出现。',
  noneFits: '没有符合的单位。',
  noneFitsAdvice: '可按编号或名称的一部分查找。',
  search: '查找单位',
  count: (shown, all) => (shown === all ? `共 ${all} 个单位` : `共 ${all} 个单位，显示 ${shown} 个`),
  add: '添加单位',
  addButton: '添加',
  change: name => `修改 ${name}`,
  id: '编号',
  idHelp: '字母、数字、点、_ 和 -，最多 64 个字符，之后不可更改。',
  zh: '中文名称',
  en: '英文名称',
  nameHelp: '没有名称时显示编号。',
  save: '保存',
  name: '名称',
  devices: '设备',
  people: '用户',
  peopleHelp: '在该单位有角色的用户',
  tokens: '令牌',
  keys: '接入密钥',
  since: '添加时间',
  retired: '已停用',
  retiredSince: day => `${day} 起停用：已有的照常运行，不再为其登记新的。`,
  retire: '停用',
  retireHelp: '已有的照常运行，不再为其登记新的。可以恢复。',
  restore: '恢复使用',
  remove: '删除',
  removeHelp: '没有任何东西属于该单位。',
  sure: name => `确定删除 ${name}？其编号之后可再次使用；审计中的记录会保留，并将由新单位的管理员看到。停用则保留编号。`,
  sureYes: '确认删除',
  still: what => `该单位还有 ${what}。请先删除它们，或停用该单位并保留它们。`,
  stillDevices: count => `${count} 台设备`,
  stillPeople: count => `${count} 名用户的角色`,
  stillTokens: count => `${count} 个令牌`,
  stillKeys: count => `${count} 个接入密钥`,
  between: '、',
}

/** Texts of the page of organisations, which come with it. */
export const orgsTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useOrgsTexts(): Texts {
  return orgsTexts[useLanguage().language]
}
