import type { Model } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { exceptionResponse, MAX_BITS, MAX_REGISTERS, readResponse, sealed } from '../../protocols/modbus/frame.ts'
import { readMapping } from '../../protocols/modbus/mapping.ts'
import { planMapping } from '../../protocols/modbus/plan.ts'
import type { ModbusMapping } from '../../protocols/modbus/register-map.ts'
import { encodeMapping } from '../../protocols/modbus/registers.ts'
import type { Plant } from '../plant.ts'
import { type WordChange, WrittenPlaces } from './written-places.ts'

/** Modbus Application Protocol V1.1b3 § 7. */
const ILLEGAL_FUNCTION = 1
const ILLEGAL_DATA_ADDRESS = 2
const ILLEGAL_DATA_VALUE = 3

/**
 * A product on a bus: answers reads of the registers its model maps, from what its plant measures at that moment, takes the orders its model names, and refuses what the product refuses.
 * What an order changed stays changed.
 */
export class ModbusUnit {
  readonly #unit: number
  readonly #plant: Plant
  readonly #mapping: ModbusMapping
  /** The addresses that can be read, by function. Registers between two mapped ones read as 0, as the product has something there too. */
  readonly #readable = new Map<number, Set<number>>()
  readonly #written: WrittenPlaces
  #held: { readonly at: EpochMs; readonly registers: ReadonlyMap<number, number> } | undefined

  constructor(unit: number, model: Model, plant: Plant) {
    this.#unit = unit
    this.#plant = plant
    this.#mapping = readMapping(model)
    for (const { functionCode, address, count } of planMapping(this.#mapping).flatMap(block => [block, ...(block.with ?? [])])) {
      const addresses = this.#readable.get(functionCode) ?? new Set()
      for (let each = address; each < address + count; each++) addresses.add(each)
      this.#readable.set(functionCode, addresses)
    }
    this.#written = new WrittenPlaces(this.#mapping.writes)
    for (const { functionCode, address } of this.#written.places) this.#readable.set(functionCode, (this.#readable.get(functionCode) ?? new Set()).add(address))
  }

  /** The RTU answer to a request without unit and CRC (the PDU), given at that time. */
  answer(pdu: Uint8Array, at: EpochMs): Uint8Array {
    const functionCode = pdu[0] ?? 0
    if (functionCode > 4 && this.#mapping.writes.length > 0) return this.#write(pdu, at)
    const readable = this.#readable.get(functionCode)
    if (!readable) return this.#refuse(functionCode, ILLEGAL_FUNCTION)
    if (pdu.length !== 5) return this.#refuse(functionCode, ILLEGAL_DATA_VALUE)
    const view = new DataView(pdu.buffer, pdu.byteOffset)
    const address = view.getUint16(1)
    const count = view.getUint16(3)
    if (count < 1 || count > this.#most(functionCode)) return this.#refuse(functionCode, ILLEGAL_DATA_VALUE)
    // Eastron's protocol papers: values are pairs of registers, so only even numbers of registers from even addresses are answered.
    if (this.#mapping.evenCounts && functionCode > 2 && count % 2 !== 0) return this.#refuse(functionCode, ILLEGAL_DATA_VALUE)
    if (this.#mapping.evenCounts && functionCode > 2 && address % 2 !== 0) return this.#refuse(functionCode, ILLEGAL_DATA_ADDRESS)
    for (let each = address; each < address + count; each++) if (!readable.has(each)) return this.#refuse(functionCode, ILLEGAL_DATA_ADDRESS)
    return readResponse(this.#unit, functionCode, dataOf(functionCode, address, count, this.#registersAt(at), this.#written.at(at)))
  }

  #write(pdu: Uint8Array, at: EpochMs): Uint8Array {
    const exception = this.#written.take(pdu, at)
    if (exception !== undefined) return this.#refuse(pdu[0] ?? 0, exception)
    // § 6.5 and 6.6 repeat the request; § 6.11 and 6.12 say where and how many.
    return sealed([this.#unit, ...pdu.subarray(0, 5)])
  }

  #most(functionCode: number): number {
    return functionCode <= 2 ? MAX_BITS : Math.min(MAX_REGISTERS, this.#mapping.largestBlock)
  }

  #refuse(functionCode: number, exception: number): Uint8Array {
    return exceptionResponse(this.#unit, functionCode, exception)
  }

  /** Measured anew once a second, as such meters do: a value that spans two reads in one second fits together. */
  #registersAt(at: EpochMs): ReadonlyMap<number, number> {
    const second = at - (at % 1000)
    if (this.#held?.at !== second) this.#held = { at: second, registers: encodeMapping(this.#mapping, this.#plant.sample(second).values, second) }
    return this.#held.registers
  }
}

function dataOf(functionCode: number, address: number, count: number, registers: ReadonlyMap<number, number>, written: WordChange): Uint8Array {
  const wordAt = (each: number): number => written(functionCode, each, registers.get(each) ?? 0)
  if (functionCode <= 2) {
    // § 6.1: the first coil is the lowest bit of the first byte.
    const data = new Uint8Array(Math.ceil(count / 8))
    for (let bit = 0; bit < count; bit++) data[bit >> 3] = (data[bit >> 3] ?? 0) | (wordAt(address + bit) << (bit & 7))
    return data
  }
  const data = new Uint8Array(2 * count)
  const view = new DataView(data.buffer)
  for (let index = 0; index < count; index++) view.setUint16(2 * index, wordAt(address + index))
  return data
}
