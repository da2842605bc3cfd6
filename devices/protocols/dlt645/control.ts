import type { Title } from '../../../gateway/model/kind.ts'

/** § 5.2.3 and § 7: the functions of DL/T 645-2007. */
export const BROADCAST_TIME = 0x08
export const READ = 0x11
export const READ_MORE = 0x12
export const READ_ADDRESS = 0x13
const FUNCTIONS: Readonly<Record<number, Title>> = {
  8: { en: 'broadcast time', zh: '广播校时' },
  17: { en: 'read data', zh: '读数据' },
  18: { en: 'read the rest', zh: '读后续数据' },
  19: { en: 'read address', zh: '读通信地址' },
  20: { en: 'write data', zh: '写数据' },
  21: { en: 'write address', zh: '写通信地址' },
  22: { en: 'freeze', zh: '冻结命令' },
  23: { en: 'change baud rate', zh: '更改通信速率' },
  24: { en: 'change password', zh: '修改密码' },
  25: { en: 'reset demand', zh: '最大需量清零' },
  26: { en: 'reset meter', zh: '电表清零' },
  27: { en: 'reset events', zh: '事件清零' },
  28: { en: 'relay, alarm, power guarantee', zh: '跳合闸、报警、保电' },
  29: { en: 'multi-function output', zh: '多功能端子输出控制' },
}
/** DL/T 645-1997 § 7: its functions are others, and its identifiers have two bytes. */
const FUNCTIONS_1997: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04, 0x0a, 0x0c, 0x0f, 0x10])

/** What a control byte says. */
export interface Control {
  readonly answers: boolean
  readonly refuses: boolean
  readonly more: boolean
  readonly code: number
  /** Undefined for a function that the standard does not have. */
  readonly title: Title | undefined
  /** It is one of the edition of 1997. */
  readonly old: boolean
}

export function controlOf(byte: number): Control {
  const code = byte & 0x1f
  return {
    answers: (byte & 0x80) !== 0,
    refuses: (byte & 0x40) !== 0,
    more: (byte & 0x20) !== 0,
    code,
    title: FUNCTIONS[code],
    old: FUNCTIONS_1997.has(code),
  }
}

/** § 7.1.4 and annex A.6: what the bits of an error byte say. */
const ERRORS: readonly Title[] = [
  { en: 'another error', zh: '其他错误' },
  { en: 'no such data', zh: '无请求数据' },
  { en: 'wrong password or not authorised', zh: '密码错/未授权' },
  { en: 'the baud rate can not be changed', zh: '通信速率不能更改' },
  { en: 'more than the yearly time zones', zh: '年时区数超' },
  { en: 'more than the daily time periods', zh: '日时段数超' },
  { en: 'more than the tariffs', zh: '费率数超' },
]

/** The bits that are set, as texts. */
export function errorTitle(byte: number): Title {
  const set = ERRORS.filter((_, bit) => (byte & (1 << bit)) !== 0)
  if (set.length === 0) return { en: 'no bit that the standard names', zh: '标准未定义' }
  return { en: set.map(({ en }) => en).join(', '), zh: set.map(({ zh }) => zh).join('、') }
}
