import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Write } from '../../protocols/modbus/writes.ts'

/** What stands in a register or coil, given what the plant says stands there. */
export type WordChange = (functionCode: number, address: number, word: number) => number

interface Place {
  readonly functionCode: number
  readonly address: number
}

interface Change extends Place {
  readonly word: number
  /** The bits of the register that are meant. */
  readonly mask: number
  /** A valve takes its time. */
  readonly from: EpochMs
}

/** Modbus Application Protocol V1.1b3 § 7. */
const ILLEGAL_FUNCTION = 1
const ILLEGAL_DATA_ADDRESS = 2
const ILLEGAL_DATA_VALUE = 3
const WHOLE = 0xffff

/** What the orders a model names have changed in a simulated unit, there where the model reads it back. */
export class WrittenPlaces {
  readonly #writes: readonly Write[]
  readonly #changes = new Map<string, Change>()

  constructor(writes: readonly Write[]) {
    this.#writes = writes
  }

  /** What can be read of it beside the mapped points. */
  get places(): readonly Place[] {
    return this.#writes.flatMap(write => {
      const { functionCode, address, span } = shownAt(write)
      return Array.from({ length: span }, (_, index) => ({ functionCode, address: address + index }))
    })
  }

  /** Takes a write request without unit and CRC. Answers the exception code when the unit refuses it. */
  take(pdu: Uint8Array, at: EpochMs): number | undefined {
    const functionCode = pdu[0] ?? 0
    if (![5, 6, 15, 16].includes(functionCode)) return ILLEGAL_FUNCTION
    if (pdu.length < 5) return ILLEGAL_DATA_VALUE
    const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength)
    const address = view.getUint16(1)
    const write = this.#writes.find(each => each.functionCode === functionCode && each.address === address)
    if (!write) return ILLEGAL_DATA_ADDRESS
    const words = wordsOf(functionCode, view)
    if (words?.length !== write.span) return ILLEGAL_DATA_VALUE
    const back = shownAt(write)
    for (const [index, word] of words.entries()) {
      const change = back.bit === undefined ? { word, mask: WHOLE } : { word: (word === 0 ? 0 : 1) << back.bit, mask: 1 << back.bit }
      const place = { functionCode: back.functionCode, address: back.address + index }
      this.#changes.set(`${place.functionCode} ${place.address} ${change.mask}`, { ...place, ...change, from: at + write.confirmAfterMs / 2 })
    }
    return undefined
  }

  /** What was written, as it shows at that time. */
  at(at: EpochMs): WordChange {
    const shown = [...this.#changes.values()].filter(change => change.from <= at)
    return (functionCode, address, word) =>
      shown
        .filter(change => change.functionCode === functionCode && change.address === address)
        .reduce((before, change) => (before & ~change.mask) | change.word, word)
  }
}

/** The table a write shows in: where it is read back, or where it was written. */
function shownAt({ functionCode, address, span, readBack }: Write): Place & { readonly span: number; readonly bit: number | undefined } {
  if (readBack) return { ...readBack, bit: readBack.type === 'bit' && readBack.functionCode > 2 ? readBack.bit : undefined }
  return { functionCode: functionCode === 5 || functionCode === 15 ? 1 : 3, address, span, bit: undefined }
}

/** The values a request carries; undefined when its length or a coil's value is not what the standard says. */
function wordsOf(functionCode: number, view: DataView): readonly number[] | undefined {
  if (functionCode === 5) {
    const value = view.getUint16(3)
    return value === 0xff00 || value === 0 ? [value === 0 ? 0 : 1] : undefined
  }
  if (functionCode === 6) return [view.getUint16(3)]
  const count = view.getUint16(3)
  const bytes = functionCode === 15 ? Math.ceil(count / 8) : 2 * count
  if (view.byteLength !== 6 + bytes || view.getUint8(5) !== bytes) return undefined
  return Array.from({ length: count }, (_, index) =>
    functionCode === 15 ? (view.getUint8(6 + (index >> 3)) >> (index & 7)) & 1 : view.getUint16(6 + 2 * index),
  )
}
