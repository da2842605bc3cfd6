import type { Decoded } from '../../../gateway/model/decoded.ts'
import { type CrcVariant, crcOf, crcText } from './crc.ts'
import { HEAD_BYTES, statedLength, TAIL_BYTES } from './frame.ts'

type Refusal = Extract<Decoded, { ok: false }>

/** What a product does otherwise than the standard. Allowed for one model at a time, never by default. */
export interface Dialect {
  readonly crc: CrcVariant
  /** Its CRC may stand in lower case: annex A and all its examples have capitals. */
  readonly lowerCaseCrc: boolean
  /** `;` stands where `,` belongs between the items of one factor (§ 6.3.3). */
  readonly semicolons: boolean
}

export const standardDialect: Dialect = { crc: 'hj212', lowerCaseCrc: false, semicolons: false }

/** A packet, read. Field names as in HJ 212-2017 § 6.3.2, table 3. */
export interface Packet {
  /** Names one exchange: a time to the millisecond. Absent with some older stations. */
  readonly qn: string | undefined
  /** What is monitored, table 5. */
  readonly st: string
  /** Which command, table 9. */
  readonly cn: string
  /** The password. Never to be shown, logged or explained. */
  readonly pw: string
  /** Who the station is. */
  readonly mn: string
  readonly flag: number
  /** Packets of this message, and which of them this is; 1 and 1 when it is not split. */
  readonly pnum: number
  readonly pno: number
  /** What stands between `CP=&&` and `&&`. */
  readonly cp: string
}

/** Flag bit 0: an answer is asked for (table 3, A). */
export function wantsAnswer({ flag }: Packet): boolean {
  return (flag & 1) === 1
}

/** Reads the packet that stands between two offsets, as `nextPiece` found it. The password is in no refusal. */
export function readPacket(bytes: Uint8Array, from: number, to: number, dialect: Dialect): Packet | Refusal {
  const length = statedLength(bytes, from)
  const actual = to - from - HEAD_BYTES - TAIL_BYTES
  if (length !== actual) {
    return refuse('WRONG_LENGTH', `the packet says ${length ?? 'no'} characters of data and has ${Math.max(0, actual)}`)
  }
  const crcProblem = crcRefusal(bytes, from + HEAD_BYTES, to - TAIL_BYTES, dialect)
  if (crcProblem) return crcProblem
  const packet = readData(textOf(bytes, from + HEAD_BYTES, to - TAIL_BYTES))
  if ('ok' in packet) return packet
  // A text of its own and not a part of the other: reading it character by character is then half as dear.
  return { ...packet, cp: textOf(bytes, to - TAIL_BYTES - 2 - packet.cp.length, to - TAIL_BYTES - 2) }
}

/** Reads the data of a packet; whether its CRC holds is for the caller to know. */
export function readData(data: string): Packet | Refusal {
  const opens = data.indexOf('CP=&&')
  const closes = data.length - 2
  if (opens < 0 || closes < opens + 5 || !data.endsWith('&&')) return refuse('MALFORMED', 'the data has no CP=&&…&& at its end (HJ 212-2017 § 6.3.2, table 3)')
  let [qn, st, cn, pw, mn, flag, pnum, pno]: (string | undefined)[] = []
  for (const item of data.slice(0, opens).split(';')) {
    const equals = item.indexOf('=')
    const value = item.slice(equals + 1)
    switch (item.slice(0, Math.max(0, equals))) {
      case 'QN':
        qn = value
        break
      case 'ST':
        st = value
        break
      case 'CN':
        cn = value
        break
      case 'PW':
        pw = value
        break
      case 'MN':
        mn = value
        break
      case 'Flag':
        flag = value
        break
      case 'PNUM':
        pnum = value
        break
      case 'PNO':
        pno = value
    }
  }
  if (cn === undefined || !/^\d{4}$/.test(cn)) return refuse('MALFORMED', 'CN is not four digits (§ 6.3.2, table 3)')
  if (mn === undefined || !/^[\x21-\x7e]{1,24}$/.test(mn)) return refuse('MALFORMED', 'MN is not 1 to 24 characters (§ 6.3.2, table 3)')
  if (qn !== undefined && !/^[0-9]{1,20}$/.test(qn)) return refuse('MALFORMED', 'QN is no time (§ 6.3.2, table 3)')
  if (flag !== undefined && !/^\d{1,3}$/.test(flag)) return refuse('MALFORMED', 'Flag is no number up to 255 (§ 6.3.2, table 3)')
  const [parts, part] = [Number(pnum ?? 1), Number(pno ?? 1)]
  if (!(Number.isInteger(parts) && Number.isInteger(part) && part >= 1 && part <= parts && parts <= 9999)) {
    return refuse('MALFORMED', 'PNUM and PNO are not a number of packets and one of them (§ 6.3.2, table 3)')
  }
  return { qn, st: st ?? '', cn, pw: pw ?? '', mn, flag: Number(flag ?? 0), pnum: parts, pno: part, cp: data.slice(opens + 5, closes) }
}

/** One byte a character, whatever the bytes are: factor codes and numbers are ASCII. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to)
}

/** Why the four characters after the data are not its CRC; undefined when they are. */
export function crcRefusal(bytes: Uint8Array, from: number, to: number, dialect: Dialect): Refusal | undefined {
  const sent = textOf(bytes, to, to + 4)
  const expected = crcText(crcOf(bytes, from, to, dialect.crc), false)
  if (sent === expected) return undefined
  if (dialect.lowerCaseCrc && sent.toUpperCase() === expected) return undefined
  const printable = sent.replace(/[^\x21-\x7e]/g, '?')
  const hint = sent.toUpperCase() === expected ? ': lower case; the model may allow it ("lowerCaseCrc")' : otherVariant(bytes, from, to, dialect, sent)
  return refuse('CRC_MISMATCH', `the packet says ${printable}, its data gives ${expected}${hint}`)
}

function otherVariant(bytes: Uint8Array, from: number, to: number, { crc }: Dialect, sent: string): string {
  const other: CrcVariant = crc === 'hj212' ? 'modbus' : 'hj212'
  return sent.toUpperCase() === crcText(crcOf(bytes, from, to, other), false) ? `; it is the CRC "${other}", which the model may name` : ''
}

function refuse(reason: Refusal['reason'], detail: string): Refusal {
  return { ok: false, reason, detail }
}
