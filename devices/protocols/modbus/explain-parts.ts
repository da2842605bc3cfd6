import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { isRead } from './exchanges.ts'
import { crc16, crcHolds } from './frame.ts'

/** The unit that is meant: Modbus over Serial Line V1.02 § 2.2. */
export function unitPart(at: number, unit: number, problem?: Title): ExplainedPart {
  return {
    from: at,
    to: at + 1,
    name: { en: 'Unit', zh: '从站地址' },
    value: String(unit),
    source: 'Modbus Serial Line V1.02 § 2.2',
    ...(problem && { problem }),
  }
}

const FUNCTIONS: Readonly<Record<number, Title>> = {
  1: { en: 'read coils', zh: '读线圈' },
  2: { en: 'read discrete inputs', zh: '读离散输入' },
  3: { en: 'read holding registers', zh: '读保持寄存器' },
  4: { en: 'read input registers', zh: '读输入寄存器' },
  5: { en: 'write one coil', zh: '写单个线圈' },
  6: { en: 'write one register', zh: '写单个寄存器' },
  15: { en: 'write coils', zh: '写多个线圈' },
  16: { en: 'write registers', zh: '写多个寄存器' },
}

/** What is asked, or answered: Application Protocol V1.1b3 § 5.1 and § 6. Above 80h: refused (§ 7). */
export function functionPart(at: number, code: number, problem?: Title): ExplainedPart {
  const title = FUNCTIONS[code & 0x7f] ?? { en: 'not in this gateway', zh: '本网关不支持' }
  const refused = (code & 0x80) !== 0
  const notRead = !refused && !isRead(code) ? { en: 'only reads (1 to 4) carry values', zh: '只有读功能（1 至 4）带有数值' } : undefined
  const wrong = problem ?? notRead
  return {
    from: at,
    to: at + 1,
    name: { en: 'Function', zh: '功能码' },
    value: refused ? `0x${hex(code, 2)} (${code & 0x7f} + 0x80)` : String(code),
    note: refused ? { en: `${title.en}: refused`, zh: `${title.zh}：被拒绝` } : title,
    source: `Modbus APv1.1b3 § ${refused ? '7' : isRead(code) ? `6.${code}` : '5.1'}`,
    ...(wrong && { problem: wrong }),
  }
}

/** The check sum of the bytes `from` to before `to`, its own two last: Modbus over Serial Line V1.02 § 2.5.1.2, low byte first. */
export function crcPart(payload: Uint8Array, from: number, to: number): ExplainedPart {
  const holds = crcHolds(payload, from, to)
  const expected = crc16(payload, from, to - 2)
  const shown = (crc: number): string => `${hex(crc & 0xff, 2)} ${hex(crc >> 8, 2)}`
  return {
    from: to - 2,
    to,
    name: { en: 'CRC', zh: 'CRC 校验' },
    value: shown((payload[to - 2] ?? 0) | ((payload[to - 1] ?? 0) << 8)),
    source: 'Modbus Serial Line V1.02 § 2.5.1.2',
    ...(holds
      ? { note: { en: 'holds; low byte first', zh: '正确；低字节在前' } }
      : { problem: { en: `does not hold: these bytes give ${shown(expected)}`, zh: `不正确：按这些字节应为 ${shown(expected)}` } }),
  }
}

/** Bytes nothing can be said of, and why. */
export function rest(payload: Uint8Array, from: number, problem: Title): ExplainedPart {
  return { from, to: payload.length, name: { en: 'Not readable', zh: '无法解读' }, problem }
}

/** Upper case, with leading zeros. */
export function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
