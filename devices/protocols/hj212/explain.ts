import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import type { Kind, Title } from '../../../gateway/model/kind.ts'
import { PERIODS } from './commands.ts'
import { crcOf, crcText } from './crc.ts'
import { type ExplainedNames, explainData } from './explain-data.ts'
import { explainHeader } from './explain-header.ts'
import { HEAD_BYTES, nextPiece, statedLength, TAIL_BYTES } from './frame.ts'
import { readMapping } from './mapping.ts'
import { crcRefusal, type Dialect, readData, standardDialect, textOf } from './packet.ts'

const PACKET = 'HJ 212-2017 § 6.3.1, table 2'
/** Packets that are explained; a payload of more is cut there, and says so. */
const MOST_PACKETS = 64

/** What each byte of a payload means, whether it decodes or not. The password is masked. */
export function explainHj212(payload: Uint8Array, model: Model | undefined, kind: Kind | undefined): Explanation {
  const { dialect, names } = readModel(model, kind)
  const parts: ExplainedPart[] = []
  let header: Record<string, string | number> | undefined
  let from = 0
  for (; from < payload.length && parts.length < MOST_PACKETS; ) {
    const { type, to } = nextPiece(payload, from)
    if (type === 'packet') {
      header ??= headerOf(payload, from, to)
      parts.push({ from, to, name: { en: 'Packet', zh: '通讯包' }, source: PACKET, parts: packetParts(payload, from, to, dialect, names) })
    } else parts.push(outside(payload, from, to, type))
    from = to
  }
  if (from < payload.length) parts.push({ from, to: payload.length, name: { en: 'More packets', zh: '其余通讯包' } })
  return { parts, ...(header && { header }) }
}

function readModel(model: Model | undefined, kind: Kind | undefined): { readonly dialect: Dialect; readonly names: ExplainedNames } {
  const nothing = { dialect: standardDialect, names: { kind: undefined, points: [] } }
  if (model?.protocol !== 'hj212' || !kind) return nothing
  try {
    const { dialect, points } = readMapping(model, kind)
    return { dialect, names: { kind, points } }
  } catch {
    // A model that does not fit its kind is told of when it is loaded; its frames are explained without fields.
    return nothing
  }
}

function headerOf(payload: Uint8Array, from: number, to: number): Record<string, string | number> | undefined {
  const packet = readData(textOf(payload, from + HEAD_BYTES, to - TAIL_BYTES))
  if ('ok' in packet) return undefined
  return { ...(packet.qn !== undefined && { QN: packet.qn }), ST: packet.st, CN: packet.cn, MN: packet.mn, Flag: packet.flag }
}

function packetParts(payload: Uint8Array, from: number, to: number, dialect: Dialect, names: ExplainedNames): ExplainedPart[] {
  const [data, end] = [from + HEAD_BYTES, to - TAIL_BYTES]
  const text = textOf(payload, data, end)
  const opens = text.indexOf('CP=&&')
  const crc = crcRefusal(payload, data, end, dialect)
  const middle =
    opens < 0
      ? [{ from: data, to: end, name: { en: 'Data', zh: '数据段' }, problem: { en: 'it has no CP=&&…&&', zh: '缺少 CP=&&…&&' } }]
      : [...explainHeader(text.slice(0, opens), data), ...explainData(text.slice(opens), data + opens, ofPeriod(names, text))]
  return [
    { from, to: from + 2, name: { en: 'Head', zh: '包头' }, value: '##', source: PACKET },
    { from: from + 2, to: data, name: { en: 'Length of the data', zh: '数据段长度' }, value: `${statedLength(payload, from) ?? '?'}`, source: PACKET },
    ...middle.filter(part => part.to > part.from),
    {
      from: end,
      to: end + 4,
      name: { en: 'CRC', zh: 'CRC 校验' },
      value: printable(textOf(payload, end, end + 4)),
      source: 'HJ 212-2017 annex A',
      ...(crc && { problem: { en: crc.detail, zh: `与数据段不符，应为 ${crcText(crcOf(payload, data, end, dialect.crc), false)}` } }),
    },
    { from: end + 4, to, name: { en: 'Tail', zh: '包尾' }, value: 'CR LF', source: PACKET },
  ]
}

/** The points of the packet's own period: hour means have the names that minute means have. */
function ofPeriod({ kind, points }: ExplainedNames, text: string): ExplainedNames {
  const period = PERIODS[/(?:^|;)CN=(\d{4});/.exec(text)?.[1] ?? '']
  return { kind, points: points.filter(point => point.period === period) }
}

const OUTSIDE: Readonly<Record<string, { readonly name: Title; readonly problem: Title }>> = {
  noise: {
    name: { en: 'Bytes of no packet', zh: '不属于任何通讯包的字节' },
    problem: { en: 'a packet begins with ##', zh: '通讯包以 ## 开头' },
  },
  broken: {
    name: { en: 'Broken packet', zh: '损坏的通讯包' },
    problem: {
      en: 'it does not end with CR LF where its length says, or the length is no number up to 1024',
      zh: '长度与包尾不符，或长度不是 1024 以内的数字',
    },
  },
  wait: {
    name: { en: 'Beginning of a packet', zh: '通讯包的开头' },
    problem: { en: 'the packet is not whole', zh: '通讯包不完整' },
  },
}

function outside(payload: Uint8Array, from: number, to: number, type: string): ExplainedPart {
  const text = printable(textOf(payload, from, Math.min(to, from + 48)))
  // A broken packet may hold the password anywhere.
  const value = /PW=/.test(text) ? text.replace(/PW=.*/, 'PW=******…') : text
  const { name, problem } = OUTSIDE[type] ?? { name: { en: 'Bytes', zh: '字节' }, problem: { en: 'of no packet', zh: '不属于任何通讯包' } }
  return { from, to, name, value, problem, source: PACKET }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '·')
}
