import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Kind, Title } from '../../../gateway/model/kind.ts'
import { FLAG_WORDS } from './commands.ts'
import type { Point } from './mapping.ts'
import { readTime } from './times.ts'

const AREA = 'HJ 212-2017 § 6.3.3'
const DICTIONARY = 'HJ 212-2017 § 6.3.4, table 4'

/** What a model makes of names in the data. */
export interface ExplainedNames {
  readonly kind: Kind | undefined
  readonly points: readonly Point[]
}

/** `CP=&&` to `&&`: each item a part of its own, its `;` or `,` with it. `at` is where the text begins in the payload. */
export function explainData(text: string, at: number, names: ExplainedNames): ExplainedPart[] {
  const closes = text.length - 2
  const parts: ExplainedPart[] = [{ from: at, to: at + 5, name: { en: 'Data area begins', zh: '数据区开始' }, value: 'CP=&&', source: AREA }]
  let from = 5
  while (from < closes) {
    const to = Math.min(closes, endOf(text, from) + 1)
    parts.push({ from: at + from, to: at + to, ...item(text.slice(from, to).replace(/[;,]$/, ''), names) })
    from = to
  }
  const ends = text.endsWith('&&') && closes >= 5
  const tail = ends ? closes : Math.min(text.length, Math.max(5, closes))
  parts.push({
    from: at + tail,
    to: at + text.length,
    name: { en: 'Data area ends', zh: '数据区结束' },
    source: AREA,
    ...(ends ? { value: '&&' } : { problem: { en: 'expected && here', zh: '此处应为 &&' } }),
  })
  return parts
}

function endOf(text: string, from: number): number {
  const match = /[;,]/g
  match.lastIndex = from
  return match.exec(text)?.index ?? text.length
}

function item(text: string, { kind, points }: ExplainedNames): Omit<ExplainedPart, 'from' | 'to'> {
  const equals = text.indexOf('=')
  const [key, value] = equals < 0 ? ['', text] : [text.slice(0, equals), text.slice(equals + 1)]
  const shown = value.replace(/[^\x20-\x7e]/g, '·').slice(0, 64)
  if (equals < 1) {
    return { name: { en: 'Item', zh: '数据项' }, value: shown, source: AREA, problem: { en: 'expected name=value', zh: '应为 名称=值' } }
  }
  const name: Title = { en: key.slice(0, 32), zh: key.slice(0, 32) }
  if (key.endsWith('Time')) return { name: { en: `Time (${name.en})`, zh: `时间（${name.zh}）` }, source: DICTIONARY, ...timeOf(shown) }
  if (/PW$/i.test(key)) return { name, value: '******', source: DICTIONARY }
  if (key.endsWith('-Flag')) return { name, value: shown, source: 'HJ 212-2017 § 6.6.4, table 8', ...flagOf(shown) }
  const point = points.find(each => each.name === key)
  const field = point && kind?.fields[point.field]
  const raw = Number(shown)
  if (!point || !field || shown === '' || Number.isNaN(raw)) return { name, value: shown, source: DICTIONARY }
  const converted = point.convert ? point.convert(raw) : raw
  return {
    name,
    value: shown,
    source: DICTIONARY,
    field: point.field,
    note: noteOf(field.title, `${converted}${field.unit === undefined ? '' : ` ${field.unit}`}`),
  }
}

function noteOf(title: Title, value: string): Title {
  return { en: `${title.en}: ${value}`, zh: `${title.zh}：${value}` }
}

function timeOf(text: string): Pick<ExplainedPart, 'value' | 'note' | 'problem'> {
  const at = readTime(text)
  if (at === undefined) return { value: text, problem: { en: 'expected YYYYMMDDhhmmss', zh: '应为 YYYYMMDDhhmmss' } }
  const utc = `${new Date(at).toISOString()} (UTC+8)`
  return { value: text, note: { en: utc, zh: utc } }
}

function flagOf(flag: string): Pick<ExplainedPart, 'note'> {
  if (flag === 'N') return { note: { en: 'as measured', zh: '正常' } }
  return { note: FLAG_WORDS[flag]?.title ?? { en: 'not in table 8', zh: '表 8 之外' } }
}
