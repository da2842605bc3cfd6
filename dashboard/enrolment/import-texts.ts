import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Devices from a list',
  intro:
    'A table saved as CSV, its first line naming the columns: id, org, model, and as wanted name, place, group, tags. It is checked first; nothing is written before you say so.',
  file: 'CSV file',
  update: 'Change devices that are registered already',
  tooLarge: 'This file is too large for the page. Split it, or import it on the gateway’s machine: citygate device import.',
  unreadable: 'This file is not text in UTF-8. Save it as “CSV UTF-8”.',
  checking: 'Checking…',
  rows: (count: string) => `${count} lines`,
  added: (count: string) => `${count} new`,
  changed: (count: string) => `${count} changed`,
  unchanged: (count: string) => `${count} as they are`,
  fine: 'Nothing is wrong with it.',
  problems: (count: string) => `${count} lines are wrong. Nothing is written before they are right.`,
  moreProblems: (count: string) => `and ${count} more`,
  nothing: 'There is nothing to do: all devices are registered as the list says.',
  write: 'Import now',
  written: 'Imported.',
  secrets: (count: string) => `${count} devices have a secret to sign in with. They can be read only now.`,
  download: 'Save secrets',
} as const

type Texts = Translated<typeof en>

const zh: Texts = {
  title: '从列表导入设备',
  intro: '保存为 CSV 的表格，首行为列名：id、org、model，以及可选的 name、place、group、tags。先检查，确认后才写入。',
  file: 'CSV 文件',
  update: '同时修改已登记的设备',
  tooLarge: '文件太大，无法在此导入。请拆分，或在网关本机使用 citygate device import。',
  unreadable: '文件不是 UTF-8 文本。请另存为“CSV UTF-8”。',
  checking: '正在检查…',
  rows: count => `${count} 行`,
  added: count => `新增 ${count}`,
  changed: count => `修改 ${count}`,
  unchanged: count => `不变 ${count}`,
  fine: '没有问题。',
  problems: count => `有 ${count} 行不正确。改正之前不会写入任何内容。`,
  moreProblems: count => `另有 ${count} 处`,
  nothing: '无需导入：所有设备已按列表登记。',
  write: '立即导入',
  written: '已导入。',
  secrets: count => `${count} 台设备有登录密码，只能现在读取。`,
  download: '保存密码',
}

/** Texts of the box for lists of devices. */
export const importTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useImportTexts(): Texts {
  return importTexts[useLanguage().language]
}
