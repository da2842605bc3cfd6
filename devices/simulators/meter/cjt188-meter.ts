import type { ModelEntry } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Values } from '../../../gateway/model/reading.ts'
import { CLOSE, CURRENT, controlOf, OPEN, READ, VALVE, WRITE } from '../../protocols/cjt188/control.ts'
import { DATA_HEAD } from '../../protocols/cjt188/decode.ts'
import { encodeFrame, fullAddress } from '../../protocols/cjt188/encode.ts'
import { type Frame, nextPiece } from '../../protocols/cjt188/frame.ts'
import { identifierAt } from '../../protocols/cjt188/identifiers.ts'
import { type Item, layoutOf, unitAt } from '../../protocols/cjt188/items.ts'
import { type Cjt188Mapping, readMapping } from '../../protocols/cjt188/mapping.ts'
import { writeDigits } from '../../protocols/line-bytes.ts'
import type { Plant } from '../plant.ts'
import type { Heard, SerialMeter } from './serial-meter.ts'

const ANYBODY = 'AA'.repeat(7)
const ANSWERS = 0x80
const REFUSES = 0x40
/** CJ/T 188-2004 table 3, what each number is sent in. */
const UNIT_OF: Readonly<Record<string, number>> = { total: 0x2c, settled: 0x2c, settledHeat: 0x05, heat: 0x05, power: 0x17, flow: 0x35, volume: 0x2c }

/** Registers that begin again with 0 when they have counted to their last digit. */
const COUNTERS: ReadonlySet<string> = new Set(['total', 'settled', 'heat', 'settledHeat', 'volume', 'hours'])

/** A simulated CJ/T 188 meter, with a valve that moves at once. */
export class Cjt188Meter implements SerialMeter {
  readonly #address: string
  readonly #plant: Plant
  readonly #mapping: Cjt188Mapping
  #valveOpen = true

  constructor({ address, entry, plant }: { readonly address: string; readonly entry: ModelEntry; readonly plant: Plant }) {
    this.#address = fullAddress(address)
    this.#plant = plant
    this.#mapping = readMapping(entry.model, entry.kind)
  }

  get valveOpen(): boolean {
    return this.#valveOpen
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
    const di = identifierAt(data)?.di
    if (code === READ && di === CURRENT) return this.#say(code, this.#current(data, this.#plant.sample(at).values))
    if (code === WRITE && di === VALVE && (data[DATA_HEAD] === OPEN || data[DATA_HEAD] === CLOSE)) {
      this.#valveOpen = data[DATA_HEAD] === OPEN
      return this.#say(code, Uint8Array.of(...data.subarray(0, DATA_HEAD), this.#status, 0))
    }
    return this.#say(code | REFUSES, data.subarray(0, DATA_HEAD))
  }

  get #status(): number {
    return this.#valveOpen ? 0 : 1
  }

  #say(code: number, data: Uint8Array): Uint8Array {
    return encodeFrame(this.#mapping.type, this.#address, code | ANSWERS, data)
  }

  #current(asked: Uint8Array, values: Values): Uint8Array {
    const layout = layoutOf(this.#mapping.type)
    if (!layout) return asked.subarray(0, DATA_HEAD)
    const data = new Uint8Array(DATA_HEAD + layout.bytes)
    data.set(asked.subarray(0, DATA_HEAD))
    for (const item of layout.items) this.#write(data, item, values)
    data[DATA_HEAD + layout.statusAt] = this.#status
    return data
  }

  #write(data: Uint8Array, item: Item, values: Values): void {
    const field = this.#mapping.points.find(point => point.item === item.name)?.field
    const value = field === undefined ? undefined : values[field]
    const { unitFirst } = this.#mapping
    const raw = typeof value === 'number' ? value * 10 ** item.decimals : 0
    data.set(writeDigits(COUNTERS.has(item.name) ? raw % 10 ** (2 * item.bytes) : raw, item.bytes), DATA_HEAD + item.at + (item.hasUnit && unitFirst ? 1 : 0))
    if (item.hasUnit) data[unitAt(DATA_HEAD, item, unitFirst)] = UNIT_OF[item.name] ?? 0
  }
}
