import type { Format } from '../format/format.ts'
import type { useModelTexts } from './model-texts.ts'
import type { RegisterPart, RegisterPlace, RegisterTable, RequestPlace } from './model-types.ts'

type Texts = ReturnType<typeof useModelTexts>

/** A length of time as models name it: whole where it is, `90 s` where it is not. */
export function periodText(ms: number, format: Pick<Format, 'duration' | 'measured'>): string {
  const seconds = ms / 1_000
  const isWhole = Number.isInteger(seconds) && (seconds < 60 || seconds % (seconds < 3_600 ? 60 : 3_600) === 0)
  if (isWhole) return format.duration(seconds)
  return seconds < 1 ? `${format.measured(ms)} ms` : `${format.measured(seconds)} s`
}

/** An address as manuals write it: `0x01F4`. */
export function hexAddress(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Where a value lies: `holding register 500 (0x01F4)`. */
export function placeText({ table, parts }: RegisterPlace, texts: Texts): string {
  return `${texts.tables[table]} ${parts.map(part => `${part.address} (${hexAddress(part.address)})${bitText(part, texts)}`).join(' + ')}`
}

function bitText({ type, bit = 0, width = 1 }: RegisterPart, texts: Texts): string {
  if (type === 'bit') return ` ${texts.bit(bit)}`
  return type === 'bits' ? ` ${texts.bits(bit, bit + width - 1)}` : ''
}

/** How the number becomes the value: `× 0.1 × [29] − 40`; empty when it already is. */
export function scaleText({ parts, times, offset }: RegisterPlace): string {
  const scales = [...new Set(parts.map(part => part.scale))]
  const scaled = scales.length > 1 ? [`× (${parts.map(part => part.scale).join(', ')})`] : scales[0] === 1 || scales.length === 0 ? [] : [`× ${scales[0]}`]
  const ratios = times.map(({ address, exponent }) => `× ${exponent ? '10^' : ''}[${address}]`)
  return [...scaled, ...ratios, ...(offset === 0 ? [] : [offset > 0 ? `+ ${offset}` : `− ${-offset}`])].join(' ')
}

/** What a request asks for, in the language of the page where it is one that is known there. */
export function requestText(what: string, place: RequestPlace | undefined, texts: Texts): string {
  if (place === undefined) return what
  if ('identifier' in place) return texts.identifier(place.identifier)
  return `${tableText(place.table, place.count, texts)} ${spanText(place)}`
}

function tableText(table: RegisterTable, count: number, texts: Texts): string {
  return count === 1 ? texts.tables[table] : texts.manyTables[table]
}

/** Which registers: `0–75`. */
export function spanText({ address, count }: { readonly address: number; readonly count: number }): string {
  return count === 1 ? String(address) : `${address}–${address + count - 1}`
}
