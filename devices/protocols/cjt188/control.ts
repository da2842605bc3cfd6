import type { Title } from '../../../gateway/model/kind.ts'

/** CJ/T 188-2004 § 6.4: functions. */
export const READ = 0x01
export const WRITE = 0x04
/** Table 6: the identifier of the current measured values. */
export const CURRENT = '901F'
/** Table 6: valve control; 55h opens, 99h closes. */
export const VALVE = 'A017'
export const OPEN = 0x55
export const CLOSE = 0x99

const FUNCTIONS: Readonly<Record<number, Title>> = {
  1: { en: 'read data', zh: '读数据' },
  9: { en: 'read key version', zh: '读密钥版本号' },
  3: { en: 'read address', zh: '读地址' },
  4: { en: 'write data', zh: '写数据' },
  21: { en: 'write address', zh: '写地址' },
  22: { en: 'synchronise with the counter', zh: '写机电同步数据' },
}

/** What a control byte says. */
export interface Control {
  readonly answers: boolean
  readonly refuses: boolean
  readonly code: number
  /** Undefined for a function that the standard does not have. */
  readonly title: Title | undefined
}

export function controlOf(byte: number): Control {
  const code = byte & 0x3f
  return { answers: (byte & 0x80) !== 0, refuses: (byte & 0x40) !== 0, code, title: FUNCTIONS[code] }
}

const TYPES: Readonly<Record<number, Title>> = {
  16: { en: 'cold water meter', zh: '冷水水表' },
  17: { en: 'hot water meter', zh: '生活热水水表' },
  18: { en: 'drinking water meter', zh: '直饮水水表' },
  19: { en: 'reclaimed water meter', zh: '中水水表' },
  32: { en: 'heat meter', zh: '热量表（计热量）' },
  33: { en: 'cooling meter', zh: '热量表（计冷量）' },
  48: { en: 'gas meter', zh: '燃气表' },
  64: { en: 'electricity meter', zh: '电度表' },
}

/** Table 2: what a meter of this type measures. */
export function typeTitle(type: number): Title {
  return TYPES[type] ?? { en: 'other meter', zh: '其他仪表' }
}
