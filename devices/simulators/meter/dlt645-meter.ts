import type { ModelEntry } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Values } from '../../../gateway/model/reading.ts'
import { controlOf, READ, READ_ADDRESS } from '../../protocols/dlt645/control.ts'
import { encodeFrame, fullAddress, identifierAt, identifierBytes } from '../../protocols/dlt645/encode.ts'
import { type Frame, nextPiece } from '../../protocols/dlt645/frame.ts'
import { type Format, standardBlock, standardItem, writeBcd } from '../../protocols/dlt645/items.ts'
import { type Point, readMapping } from '../../protocols/dlt645/mapping.ts'
import { reversedBytes } from '../../protocols/line-bytes.ts'
import type { Plant } from '../plant.ts'
import type { Heard, SerialMeter } from './serial-meter.ts'

const ANYBODY = 'AAAAAAAAAAAA'
const ANSWERS = 0x80
const REFUSES = 0x40
/** DL/T 645-2007 annex A.6, bit 1: no such data. */
const NO_SUCH_DATA = 0x02

/** Annex A, table A.1. */
function isEnergy(di: string): boolean {
  return di.startsWith('00')
}

/** A register that has counted to its last digit begins again with 0. */
function rollOver({ bytes, decimals, signed }: Format): number {
  return (signed ? 8 : 10) * 10 ** (2 * bytes - 1 - decimals)
}

/** A simulated DL/T 645-2007 meter: knows what its model maps and refuses the rest. */
export class Dlt645Meter implements SerialMeter {
  readonly #address: string
  readonly #plant: Plant
  readonly #points: ReadonlyMap<string, Point>

  constructor({ address, entry, plant }: { readonly address: string; readonly entry: ModelEntry; readonly plant: Plant }) {
    this.#address = fullAddress(address)
    this.#plant = plant
    this.#points = new Map(readMapping(entry.model, entry.kind).points.map(point => [point.di, point]))
  }

  hear(bytes: Uint8Array, at: EpochMs): Heard | undefined {
    for (let from = 0; from < bytes.length; ) {
      const piece = nextPiece(bytes, from)
      if (piece.type === 'frame' && this.#isMeant(piece.frame)) return { to: piece.to, answer: this.#answer(piece.frame, at) }
      from = piece.type === 'noise' || piece.type === 'frame' ? piece.to : from + 1
    }
    return undefined
  }

  #isMeant({ address, control }: Frame): boolean {
    return !controlOf(control).answers && (address === this.#address || address === ANYBODY)
  }

  #answer({ control, data }: Frame, at: EpochMs): Uint8Array {
    const { code } = controlOf(control)
    if (code === READ_ADDRESS) return encodeFrame(this.#address, code | ANSWERS, reversedBytes(this.#address))
    const di = data.length >= 4 ? identifierAt(data) : ''
    const values = code === READ ? this.#read(di, this.#plant.sample(at).values) : undefined
    if (!values) return encodeFrame(this.#address, code | ANSWERS | REFUSES, Uint8Array.of(NO_SUCH_DATA))
    return encodeFrame(this.#address, code | ANSWERS, Uint8Array.of(...identifierBytes(di), ...values))
  }

  /** The bytes of an identifier, or of all of a block; undefined for what it does not have. */
  #read(di: string, sample: Values): readonly number[] | undefined {
    const items = standardBlock(di)?.items ?? [di]
    if (!items.some(each => this.#points.has(each))) return undefined
    return items.flatMap(each => {
      const point = this.#points.get(each)
      const format = point?.format ?? standardItem(each)
      const value = point && sample[point.field]
      if (!format) return []
      if (typeof value !== 'number') return Array.from({ length: format.bytes }, () => 0xff)
      return [...writeBcd(isEnergy(each) ? value % rollOver(format) : value, format)]
    })
  }
}
