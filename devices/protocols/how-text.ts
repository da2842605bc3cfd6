import type { FieldValue } from '../../gateway/model/reading.ts'

/** What a number is multiplied by and what is added, what raw numbers mean, and which of them mean "no value": ` × 0.1 − 40 0=closed (none: 0xFFFF)`. Empty when nothing changes. */
export function changesText(changes: {
  readonly scale?: number | undefined
  /** Said between scale and offset: what the device itself multiplies by. */
  readonly ratio?: string
  readonly offset?: number | undefined
  readonly values?: Readonly<Record<string, FieldValue>> | undefined
  readonly invalid?: readonly FieldValue[] | undefined
}): string {
  const { scale = 1, ratio = '', offset = 0, values = {}, invalid = [] } = changes
  const scaled = scale === 1 ? '' : ` × ${scale}`
  const added = offset === 0 ? '' : offset > 0 ? ` + ${offset}` : ` − ${-offset}`
  const meanings = Object.entries(values).map(([raw, meaning]) => ` ${raw}=${String(meaning)}`)
  const none = invalid.length > 0 ? ` (none: ${invalid.map(String).join(', ')})` : ''
  return `${scaled}${ratio}${added}${meanings.join('')}${none}`
}

/** How decimal digits stand in bytes, two in each, as the standards for meters write it: `XXXXXX.XX`. */
export function digitsText(bytes: number, decimals: number): string {
  const whole = 'X'.repeat(Math.max(1, 2 * bytes - decimals))
  return decimals > 0 ? `${whole}.${'X'.repeat(decimals)}` : whole
}
