import type { Model } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { readRequest } from '../../protocols/modbus/frame.ts'
import { planPolls } from '../../protocols/modbus/plan.ts'
import type { Plant } from '../plant.ts'
import { ModbusUnit } from './unit.ts'

/** A transparent DTU: a cellular serial server that polls a station on its RS-485 port by itself and sends on each exchange as it went over the wire. */
export class PollingDtu {
  readonly #unit: ModbusUnit
  readonly #requests: readonly Uint8Array[]

  constructor(unit: number, model: Model, plant: Plant) {
    this.#unit = new ModbusUnit(unit, model, plant)
    this.#requests = planPolls(model).flatMap(block => [block, ...(block.with ?? [])].map(each => readRequest(unit, each)))
  }

  /** Requests and answers of one round, RTU with CRC, one after the other. */
  exchanges(at: EpochMs): Uint8Array {
    return Buffer.concat(this.#requests.flatMap(request => [request, this.#unit.answer(request.subarray(1, -2), at)]))
  }
}
