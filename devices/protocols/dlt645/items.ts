import type { Title } from '../../../gateway/model/kind.ts'
import { readDigits, writeDigits } from '../line-bytes.ts'

/** How one value of a data identifier is written: BCD, the lowest digits first, `decimals` of them after the point. */
export interface Format {
  readonly bytes: number
  readonly decimals: number
  /** The highest bit is the sign (annex A, note to table A.2). */
  readonly signed: boolean
  readonly unit?: string
}

/** One value that can be read. */
export interface Item extends Format {
  /** Eight hexadecimal digits, the highest byte first: `02010100`. */
  readonly di: string
  readonly title: Title
}

/** A data identifier that brings several values in one answer, in this order. */
export interface Block {
  readonly di: string
  readonly items: readonly string[]
}

const KWH = { bytes: 4, decimals: 2, signed: false, unit: 'kWh' } as const
const KVARH = { bytes: 4, decimals: 2, signed: true, unit: 'kvarh' } as const
const PHASES = ['A', 'B', 'C'] as const

/** DL/T 645-2007 table A.1: energies of all tariffs together, now. The combined ones may be negative. */
const ENERGIES: readonly Item[] = [
  { di: '00000000', ...KWH, signed: true, title: { en: 'combined active energy', zh: '组合有功总电能' } },
  { di: '00010000', ...KWH, title: { en: 'forward active energy', zh: '正向有功总电能' } },
  { di: '00020000', ...KWH, title: { en: 'reverse active energy', zh: '反向有功总电能' } },
  { di: '00030000', ...KVARH, title: { en: 'combined reactive energy 1', zh: '组合无功1总电能' } },
  { di: '00040000', ...KVARH, title: { en: 'combined reactive energy 2', zh: '组合无功2总电能' } },
]

/** Table A.1: the same by tariff; 1 to 4 are sharp peak, peak, flat and valley where nothing else is agreed. */
const TARIFFS: readonly Item[] = [1, 2, 3, 4].flatMap(tariff => [
  { di: `00010${tariff}00`, ...KWH, title: { en: `forward active energy, tariff ${tariff}`, zh: `正向有功费率${tariff}电能` } },
  { di: `00020${tariff}00`, ...KWH, title: { en: `reverse active energy, tariff ${tariff}`, zh: `反向有功费率${tariff}电能` } },
])

/** Table A.3: one value for each phase. */
const BY_PHASE: readonly Item[] = PHASES.flatMap((phase, index) => [
  { di: `02010${index + 1}00`, bytes: 2, decimals: 1, signed: false, unit: 'V', title: { en: `voltage ${phase}`, zh: `${phase}相电压` } },
  { di: `02020${index + 1}00`, bytes: 3, decimals: 3, signed: true, unit: 'A', title: { en: `current ${phase}`, zh: `${phase}相电流` } },
])

/** Table A.3: one value for all phases and one for each. */
const WITH_TOTAL: readonly Item[] = [
  ['03', 3, 4, true, 'kW', 'active power', '有功功率'] as const,
  ['04', 3, 4, true, 'kvar', 'reactive power', '无功功率'] as const,
  ['05', 3, 4, true, 'kVA', 'apparent power', '视在功率'] as const,
  ['06', 2, 3, true, undefined, 'power factor', '功率因数'] as const,
].flatMap(([code, bytes, decimals, signed, unit, en, zh]) =>
  ['', ...PHASES].map((phase, index) => ({
    di: `02${code}0${index}00`,
    bytes,
    decimals,
    signed,
    ...(unit && { unit }),
    title: phase === '' ? { en: `${en}, total`, zh: `总${zh}` } : { en: `${en} ${phase}`, zh: `${phase}相${zh}` },
  })),
)

/** Table A.3: of the meter as a whole. */
const OTHERS: readonly Item[] = [
  { di: '02800001', bytes: 3, decimals: 3, signed: true, unit: 'A', title: { en: 'current of the neutral', zh: '零线电流' } },
  { di: '02800002', bytes: 2, decimals: 2, signed: false, unit: 'Hz', title: { en: 'frequency', zh: '电网频率' } },
  { di: '02800007', bytes: 2, decimals: 1, signed: true, unit: '°C', title: { en: 'temperature of the meter', zh: '表内温度' } },
  { di: '02800008', bytes: 2, decimals: 2, signed: false, unit: 'V', title: { en: 'voltage of the clock battery', zh: '时钟电池电压' } },
]

const ITEMS: ReadonlyMap<string, Item> = new Map([...ENERGIES, ...TARIFFS, ...BY_PHASE, ...WITH_TOTAL, ...OTHERS].map(item => [item.di, item]))

/** Tables A.1 and A.3: FF in the place of phase or tariff asks for all of them. */
const BLOCKS: ReadonlyMap<string, Block> = new Map(
  [
    block('0001FF00', ['00010000', '00010100', '00010200', '00010300', '00010400']),
    block('0002FF00', ['00020000', '00020100', '00020200', '00020300', '00020400']),
    block('0201FF00', ['02010100', '02010200', '02010300']),
    block('0202FF00', ['02020100', '02020200', '02020300']),
    ...['03', '04', '05', '06'].map(code =>
      block(
        `02${code}FF00`,
        [0, 1, 2, 3].map(index => `02${code}0${index}00`),
      ),
    ),
  ].map(each => [each.di, each]),
)

function block(di: string, items: readonly string[]): Block {
  return { di, items }
}

/** A data identifier of the standard that the gateway knows the form of. */
export function standardItem(di: string): Item | undefined {
  return ITEMS.get(di)
}

export function standardBlock(di: string): Block | undefined {
  return BLOCKS.get(di)
}

/** The block that brings an item, if there is one. */
export function blockOf(di: string): Block | undefined {
  for (const each of BLOCKS.values()) if (each.items.includes(di)) return each
  return undefined
}

/** All items of the standard that are known, for documentation and proposals. */
export function standardItems(): readonly Item[] {
  return [...ITEMS.values()]
}

/** Reads a value. Undefined when it holds something else than decimal digits: a meter writes FFh where it has no value, as for a phase that is missing. */
export function readBcd(data: Uint8Array, from: number, { bytes, decimals, signed }: Format): number | undefined {
  const top = data[from + bytes - 1]
  if (top === undefined || top === 0xff) return undefined
  const negative = signed && (top & 0x80) !== 0
  const digits = negative ? data.slice(from, from + bytes).with(bytes - 1, top & 0x7f) : data
  const raw = readDigits(digits, negative ? 0 : from, bytes)
  if (raw === undefined) return undefined
  return negative && raw !== 0 ? -raw / 10 ** decimals : raw / 10 ** decimals
}

/** Writes a value: the way back, for simulators. What does not fit is cut to the largest that does. */
export function writeBcd(value: number, { bytes, decimals, signed }: Format): Uint8Array {
  const most = (signed ? 8 : 10) * 10 ** (2 * bytes - 1) - 1
  const data = writeDigits(Math.min(most, Math.round(Math.abs(value) * 10 ** decimals)), bytes)
  if (signed && value < 0) data[bytes - 1] = (data[bytes - 1] ?? 0) | 0x80
  return data
}
