import type { Title } from '../../../gateway/model/kind.ts'
import { hex } from '../line-bytes.ts'
import { CURRENT, VALVE } from './control.ts'

/** CJ/T 188-2004 table 6, those that are met in the field. */
const TITLES: Readonly<Record<string, Title>> = {
  [CURRENT]: { en: 'current measured values', zh: '当前计量数据' },
  [VALVE]: { en: 'valve control', zh: '写阀门控制' },
  '810A': { en: 'read address', zh: '读地址' },
  '8102': { en: 'prices', zh: '读价格表' },
  '8103': { en: 'settlement day', zh: '读结算日' },
  A018: { en: 'write address', zh: '写地址' },
  A015: { en: 'write standard time', zh: '写标准时间' },
  A016: { en: 'synchronise with the counter', zh: '写机电同步数据' },
}

/** An identifier at the beginning of a frame's data, by the order in which it is one of the standard: makers send the bytes both ways. */
export function identifierAt(data: Uint8Array): { readonly di: string; readonly title: Title | undefined } | undefined {
  if (data.length < 2) return undefined
  const [first, second] = [hex(data[0] ?? 0), hex(data[1] ?? 0)]
  const swapped = `${second}${first}`
  if (TITLES[`${first}${second}`] === undefined && TITLES[swapped] !== undefined) return { di: swapped, title: TITLES[swapped] }
  return { di: `${first}${second}`, title: TITLES[`${first}${second}`] }
}
