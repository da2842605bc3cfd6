import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { COMMANDS, SYSTEMS } from './commands.ts'
import { readTime } from './times.ts'

const SEGMENT = 'HJ 212-2017 § 6.3.2, table 3'

const NAMES: Readonly<Record<string, Title>> = {
  QN: { en: 'Request number', zh: '请求编码' },
  ST: { en: 'System', zh: '系统编码' },
  CN: { en: 'Command', zh: '命令编码' },
  PW: { en: 'Password', zh: '访问密码' },
  MN: { en: 'Station', zh: '设备唯一标识' },
  Flag: { en: 'Flag', zh: '拆分包及应答标志' },
  PNUM: { en: 'Packets of the message', zh: '总包数' },
  PNO: { en: 'Number of this packet', zh: '包号' },
}

/** The fields before CP, each with its `;`. `at` is where the text begins in the payload. */
export function explainHeader(text: string, at: number): ExplainedPart[] {
  const parts: ExplainedPart[] = []
  let from = 0
  while (from < text.length) {
    const semicolon = text.indexOf(';', from)
    const to = semicolon < 0 ? text.length : semicolon + 1
    const item = text.slice(from, semicolon < 0 ? to : semicolon)
    const equals = item.indexOf('=')
    const [key, value] = equals < 0 ? ['', item] : [item.slice(0, equals), item.slice(equals + 1)]
    parts.push({ from: at + from, to: at + to, ...field(key, value) })
    from = to
  }
  return parts
}

function field(key: string, value: string): Omit<ExplainedPart, 'from' | 'to'> {
  const name = known(NAMES, key)
  if (!name) {
    return {
      name: { en: 'Unknown field', zh: '未知字段' },
      value: `${key.slice(0, 16)}=…`,
      source: SEGMENT,
      problem: { en: 'table 3 has no such field', zh: '表 3 中没有此字段' },
    }
  }
  const source = SEGMENT
  if (key === 'PW') return { name, value: '******', note: { en: 'masked here', zh: '此处不显示' }, source }
  if (key === 'ST') return { name, value, ...noteOf(known(SYSTEMS, value)), source: `${source}; § 6.6.1, table 5` }
  if (key === 'CN') return { name, value, ...noteOf(known(COMMANDS, value)), source: `${source}; § 6.6.5, table 9` }
  if (key === 'QN') {
    const time = readTime(value)
    return time === undefined ? { name, value, source } : { name, value, note: { en: new Date(time).toISOString(), zh: new Date(time).toISOString() }, source }
  }
  if (key === 'Flag') return { name, value, note: flagNote(Number(value)), source }
  return { name, value, source }
}

/** Stations may send any text as a name: that of a built-in property is not in a table. */
function known(table: Readonly<Record<string, Title>>, name: string): Title | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function noteOf(note: Title | undefined): { readonly note?: Title } {
  return note === undefined ? {} : { note }
}

/** Bits 2 to 7 are the version, bit 1 says that PNUM and PNO are there, bit 0 that an answer is asked for (table 3). */
function flagNote(flag: number): Title {
  const version = flag >> 2 === 1 ? 'HJ 212-2017' : flag >> 2 === 0 ? 'HJ/T 212-2005' : `? (${flag >> 2})`
  const [answer, split] = [(flag & 1) === 1, (flag & 2) === 2]
  return {
    en: `${version}; ${answer ? 'asks for an answer' : 'asks for no answer'}; ${split ? 'split, with PNUM and PNO' : 'not split'}`,
    zh: `${version}；${answer ? '需要应答' : '不需要应答'}；${split ? '有数据包序号' : '无数据包序号'}`,
  }
}
