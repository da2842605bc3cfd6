import { GatewayError } from '../../../gateway/model/errors.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { ModbusServer } from '../modbus/server.ts'
import { ModbusUnit } from '../modbus/unit.ts'
import type { Polled } from './member.ts'

/** Where simulated Modbus servers listen. */
export interface ModbusPlace {
  /** What a gateway connects to, and stands in the devices' links. */
  readonly host: string
  /** Address to listen on. */
  readonly listen: string
  /** Of the first line; each further line takes the next. 0: any free ones, known after `open`. */
  readonly port: number
}

/** The Modbus servers of a city, one a line. */
export class ModbusLines {
  readonly #place: ModbusPlace
  readonly #servers: ReadonlyMap<number, ModbusServer>
  #isOpen = false

  constructor(polled: readonly Polled[], place: ModbusPlace, now: () => EpochMs) {
    const lines = new Map<number, Map<number, ModbusUnit>>()
    for (const { line, unit, model, plant } of polled) {
      const units = lines.get(line) ?? new Map<number, ModbusUnit>()
      units.set(unit, new ModbusUnit(unit, model, plant))
      lines.set(line, units)
    }
    this.#place = place
    // Lines need not follow one another: a thing between two of them may speak something else.
    this.#servers = new Map(
      [...lines].map(([line, units]) => [line, new ModbusServer({ host: place.listen, port: place.port === 0 ? 0 : place.port + line, units, now })]),
    )
  }

  get requests(): number {
    return [...this.#servers.values()].reduce((sum, server) => sum + server.requests, 0)
  }

  linkOf({ line, unit }: Polled): { readonly url: string; readonly unit: number } {
    const port = this.#servers.get(line)?.port ?? 0
    if (port === 0) throw new GatewayError('SIMULATION_FAILED', 'the simulated Modbus servers take any free port: call open() before asking for devices')
    return { url: `modbus-tcp://${this.#place.host}:${port}`, unit }
  }

  /** Throws PORT_IN_USE, and then none listens. */
  async open(): Promise<void> {
    if (this.#isOpen) return
    this.#isOpen = true
    try {
      for (const server of this.#servers.values()) await server.start()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false
    await Promise.all([...this.#servers.values()].map(server => server.stop()))
  }
}
