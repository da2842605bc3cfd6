import { COMMAND_OF, type Period } from './commands.ts'
import { crcOf, crcText } from './crc.ts'
import { LONGEST_DATA } from './frame.ts'
import type { Hj212Mapping } from './mapping.ts'
import { type Dialect, type Packet, standardDialect } from './packet.ts'
import { timeText } from './times.ts'

/** What a packet is made of. */
export type Draft = Pick<Packet, 'st' | 'cn' | 'pw' | 'mn' | 'flag' | 'cp'> & {
  readonly qn?: string | undefined
  readonly pnum?: number
  readonly pno?: number
}

/** Version bits of Flag for HJ 212-2017 (§ 6.3.2, table 3: V0 set). */
export const VERSION_2017 = 4

/** Makes a packet (§ 6.3.1, table 2). Data longer than 1,024 characters can not be sent: `splitData` keeps it below. */
export function encodePacket(draft: Draft, dialect: Dialect = standardDialect): Buffer {
  const { qn, st, cn, pw, mn, flag, pnum, pno, cp } = draft
  const numbers = pnum !== undefined && pnum > 1 ? `PNUM=${pnum};PNO=${pno ?? 1};` : ''
  const data = `${qn === undefined ? '' : `QN=${qn};`}ST=${st};CN=${cn};PW=${pw};MN=${mn};Flag=${flag};${numbers}CP=&&${cp}&&`
  const body = Buffer.from(data, 'latin1')
  const crc = crcText(crcOf(body, 0, body.length, dialect.crc), dialect.lowerCaseCrc)
  return Buffer.from(`##${String(body.length).padStart(4, '0')}${data}${crc}\r\n`, 'latin1')
}

/** The answer of the platform to a packet (annex C): the same QN, system 91, nothing asked for. */
export function answerTo({ qn, pw, mn, flag }: Packet, cn: '9013' | '9014', dialect: Dialect = standardDialect): Buffer {
  // The answer has the version of what it answers, and asks for no answer.
  return encodePacket({ qn, st: '91', cn, pw, mn, flag: flag & ~3, cp: '' }, dialect)
}

/** Splits the data of a message so that each packet fits; every part repeats the time, and so is complete in itself. */
export function splitData(time: string, groups: readonly string[], room: number = LONGEST_DATA - 160): string[] {
  const parts: string[] = []
  let open = time
  for (const group of groups) {
    if (open !== time && open.length + 1 + group.length > room) {
      parts.push(open)
      open = time
    }
    open += `;${group}`
  }
  return [...parts, open]
}

/** The packets of measured data: one, or as many as it takes. */
export function encodeData(
  draft: Omit<Draft, 'cn' | 'cp'>,
  period: Period,
  at: number,
  groups: readonly string[],
  mapping: Pick<Hj212Mapping, 'dialect' | 'offsetMs'>,
): Buffer[] {
  const parts = splitData(`DataTime=${timeText(at, mapping.offsetMs)}`, groups)
  return parts.map((cp, index) => {
    const numbers = parts.length > 1 ? { flag: draft.flag | 2, pnum: parts.length, pno: index + 1 } : {}
    return encodePacket({ ...draft, cn: COMMAND_OF[period], cp, ...numbers }, mapping.dialect)
  })
}

/** Values of a kind as the groups of a message: each mapped value, then the factor's flag. For simulators and round trips. */
export function groupsOf(
  mapping: Hj212Mapping,
  period: Period,
  values: Readonly<Record<string, number>>,
  flags: Readonly<Record<string, string>> = {},
): string[] {
  const byFactor = new Map<string, string[]>()
  const done = new Set<string>()
  for (const point of mapping.points) {
    const value = values[point.field]
    if (point.period !== period || value === undefined || done.has(point.field)) continue
    done.add(point.field)
    const factor = point.name.slice(0, point.name.indexOf('-'))
    byFactor.set(factor, [...(byFactor.get(factor) ?? []), `${point.name}=${numberText(point.back(value))}`])
  }
  const separator = mapping.dialect.semicolons ? ';' : ','
  return [...byFactor].map(([factor, items]) => [...items, `${factor}-Flag=${flags[factor] ?? 'N'}`].join(separator))
}

/** A number as a station prints it: no exponent, no more digits than it means. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(12)).toFixed(9)).replace(/\.?0+$/, '')
}
