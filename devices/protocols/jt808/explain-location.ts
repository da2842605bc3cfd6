import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { bcdTime } from './bcd.ts'
import { ALARM_BITS, hasBit, LOADS, type NamedBit, SOUTH, STATUS_BITS, WEST } from './bits.ts'
import { itemParts } from './explain-items.ts'
import { u16, u32 } from './header.ts'
import { BASIC_BYTES, TIME_AT } from './location.ts'
import type { LocationPlan } from './mapping.ts'

const SOURCE = 'JT/T 808-2013 § 8.18'

/** What the bytes of a location mean. Covers them. */
export function locationParts(body: Uint8Array, from: number, to: number, plan: LocationPlan): ExplainedPart[] {
  if (to <= from) return []
  if (to - from < BASIC_BYTES) {
    const problem = { en: `a location has at least ${BASIC_BYTES} bytes`, zh: `位置基本信息至少 ${BASIC_BYTES} 字节` }
    return [{ from, to, name: { en: 'Cut-off location', zh: '不完整的位置信息' }, problem }]
  }
  const status = u32(body, from + 4)
  const part = (at: number, bytes: number, name: Title, value: string, source?: string): ExplainedPart => ({
    from: from + at,
    to: from + at + bytes,
    name,
    value,
    source: SOURCE,
    ...fieldOf(plan, source),
  })
  return [
    {
      ...part(0, 4, { en: 'Alarms', zh: '报警标志' }, word(u32(body, from))),
      parts: wordParts(from, u32(body, from), ALARM_BITS, ['alarmBits', 'alarms'], plan),
    },
    {
      ...part(4, 4, { en: 'Status', zh: '状态' }, word(status)),
      parts: wordParts(from + 4, status, STATUS_BITS, ['statusBits', 'inService', 'load', 'anyDoorOpen'], plan),
    },
    part(8, 4, { en: 'Latitude', zh: '纬度' }, `${u32(body, from + 8) / 1e6}° ${(status & SOUTH) === 0 ? 'N' : 'S'}`),
    part(12, 4, { en: 'Longitude', zh: '经度' }, `${u32(body, from + 12) / 1e6}° ${(status & WEST) === 0 ? 'E' : 'W'}`),
    part(16, 2, { en: 'Altitude', zh: '高程' }, `${(u16(body, from + 16) << 16) >> 16} m`, 'altitude'),
    part(18, 2, { en: 'Speed', zh: '速度' }, `${u16(body, from + 18) / 10} km/h`, 'speed'),
    part(20, 2, { en: 'Direction', zh: '方向' }, `${u16(body, from + 20)}°`, 'heading'),
    timePart(body, from + TIME_AT),
    ...itemParts(body, from + BASIC_BYTES, to, plan),
  ]
}

function timePart(body: Uint8Array, from: number): ExplainedPart {
  const at = bcdTime(body, from)
  const part = { from, to: from + 6, name: { en: 'Time, GMT+8', zh: '时间（GMT+8）' }, source: SOURCE }
  if (body.subarray(from, from + 6).every(byte => byte === 0)) return { ...part, value: '0', note: { en: 'the clock was never set', zh: '时钟从未设置' } }
  if (Number.isNaN(at)) return { ...part, problem: { en: 'no time', zh: '不是有效时间' } }
  return { ...part, value: `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} = ${new Date(at).toISOString()}` }
}

/** The bits that are set, and those that become a field whether set or not; what is made of the whole word first. */
function wordParts(from: number, value: number, bits: readonly NamedBit[], made: readonly string[], plan: LocationPlan): ExplainedPart[] {
  const place = { from, to: from + 4 }
  const whole = plan.basic
    .filter(({ source }) => made.includes(source))
    .map(({ field, source }) => ({
      ...place,
      name: WHOLE[source] ?? { en: source, zh: source },
      field,
      ...(source === 'load' && { value: LOADS[(value >> 8) & 3] ?? '' }),
    }))
  const single = bits.flatMap(({ bit, name, title }) => {
    const field = fieldOf(plan, name)
    if (!hasBit(value, bit) && field.field === undefined) return []
    return [{ ...place, name: { en: `Bit ${bit}: ${title.en}`, zh: `位 ${bit}：${title.zh}` }, value: hasBit(value, bit) ? '1' : '0', ...field }]
  })
  return [...whole, ...single]
}

const WHOLE: Readonly<Record<string, Title>> = {
  alarmBits: { en: 'All bits as a number', zh: '全部位作为一个数' },
  alarms: { en: 'Names of the bits that are set', zh: '已置位的报警名称' },
  statusBits: { en: 'All bits as a number', zh: '全部位作为一个数' },
  inService: { en: 'Bit 4: in service when 0', zh: '位 4：为 0 时运营' },
  load: { en: 'Bits 8–9: load', zh: '位 8–9：载重状态' },
  anyDoorOpen: { en: 'Bits 13–17: a door is open', zh: '位 13–17：有车门开启' },
}

function fieldOf(plan: LocationPlan, source: string | undefined): { readonly field?: string } {
  const field = source === undefined ? undefined : plan.fields.get(source)
  return field === undefined ? {} : { field }
}

function word(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`
}
