import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Devices from a list',
  intro:
    'A table as CSV or .xlsx, up to 100,000 lines and 16 MiB, its first line naming the columns: id, org, model, and as wanted name, group, tags, sim, stage, lat, lon, behind. It is checked first; nothing is written before you say so.',
  file: 'CSV or .xlsx file',
  update: 'Change devices that are registered already',
  tooLarge: 'This file is larger than 16 MiB. Divide it, or import it on the gateway’s machine: citygate device import.',
  begun: (name: string) => `An import of ${name} was not finished here, or its secrets were not saved: choose the same file again to go on.`,
  forget: 'Forget it',
  checking: 'The file is sent and checked…',
  checkingLines: (count: string) => `${count} lines checked…`,
  rows: (count: string) => `${count} lines`,
  added: (count: string) => `${count} new`,
  changed: (count: string) => `${count} changed`,
  unchanged: (count: string) => `${count} as they are`,
  fine: 'Nothing is wrong with it.',
  problems: (count: string) => `${count} problems. Nothing is written before they are solved.`,
  shown: (first: string, last: string, all: string) => `${first}–${last} of ${all}`,
  before: 'Previous',
  next: 'Next',
  moreProblems: (count: string) => `and ${count} more, which are told once these are solved`,
  nothing: 'There is nothing to do: all devices are registered as the list says.',
  write: 'Import now',
  writing: 'Devices are being written',
  written: (done: string, of: string) => `${done} of ${of} devices are written`,
  stays: 'What is written stays, and is passed over when you go on.',
  goOn: 'Go on',
  again: 'Check again',
  done: 'Imported.',
  secrets: (count: string) => `${count} devices have a secret to sign in with. They can be saved only now.`,
  download: 'Save secrets',
} as const

type Texts = Translated<typeof en>

const zh: Texts = {
  title: '从列表导入设备',
  intro:
    'CSV 或 .xlsx 表格，最多 10 万行、16 MiB，首行为列名：id、org、model，以及可选的 name、group、tags、sim、stage、lat、lon、behind。先检查，确认后才写入。',
  file: 'CSV 或 .xlsx 文件',
  update: '同时修改已登记的设备',
  tooLarge: '文件超过 16 MiB。请拆分，或在网关本机使用 citygate device import。',
  begun: name => `${name} 的导入在此尚未完成，或其密码尚未保存：请再次选择同一文件以继续。`,
  forget: '放弃',
  checking: '正在上传并检查文件…',
  checkingLines: count => `已检查 ${count} 行…`,
  rows: count => `${count} 行`,
  added: count => `新增 ${count}`,
  changed: count => `修改 ${count}`,
  unchanged: count => `不变 ${count}`,
  fine: '没有问题。',
  problems: count => `有 ${count} 个问题。解决之前不会写入任何内容。`,
  shown: (first, last, all) => `第 ${first}–${last} 个，共 ${all} 个`,
  before: '上一页',
  next: '下一页',
  moreProblems: count => `另有 ${count} 个，解决这些之后再显示`,
  nothing: '无需导入：所有设备已按列表登记。',
  write: '立即导入',
  writing: '正在写入设备',
  written: (done, of) => `已写入 ${done} 台，共 ${of} 台`,
  stays: '已写入的保留，继续时会跳过。',
  goOn: '继续',
  again: '重新检查',
  done: '已导入。',
  secrets: count => `${count} 台设备有登录密码，只能现在保存。`,
  download: '保存密码',
}

/** Texts of the box for lists of devices. */
export const importTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useImportTexts(): Texts {
  return importTexts[useLanguage().language]
}
