import { type PollBlock, planPolls } from '../../devices/protocols/modbus/plan.ts'
import type { Catalogue, Device, DeviceDirectory } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { DeviceId, ModelId } from '../model/ids.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import { type Endpoint, endpointKey, readEndpoint } from './endpoint.ts'
import type { LineStats } from './line-meter.ts'
import { type LineSettings, lineDefaults, ModbusLine } from './modbus-line.ts'
import type { PollTarget } from './polled-device.ts'

/** What a {@link ModbusMaster} needs. */
export interface ModbusMasterOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly journal: Journal
  readonly log: Log
  readonly now: () => EpochMs
  /** Times and limits of every line, where they are not the defaults. */
  readonly settings?: Partial<LineSettings>
}

/** How the lines are. */
export interface LinksStats {
  /** By endpoint. */
  readonly lines: readonly LineStats[]
}

interface LinePlan {
  readonly endpoint: Endpoint
  readonly targets: PollTarget[]
}

/** Many devices are added at once: the lines are looked at when the last of them is in. */
const SETTLE_MS = 50
const PROTOCOL = 'modbus'

/** Reads the devices that do not come to the gateway: one line for each endpoint that devices of the directory link to, each device by its model's plan. */
export class ModbusMaster {
  readonly #options: ModbusMasterOptions
  readonly #settings: LineSettings
  readonly #lines = new Map<string, ModbusLine>()
  readonly #leaving = new Set<Promise<void>>()
  readonly #plans = new Map<ModelId, readonly PollBlock[]>()
  /** Devices whose link was found wrong, and what was said of it, so that it is said once. */
  readonly #faulty = new Map<DeviceId, string>()
  #forget: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: ModbusMasterOptions) {
    this.#options = options
    this.#settings = { ...lineDefaults, ...options.settings }
  }

  /** Begins to poll, and follows the directory from now on. */
  start(): void {
    this.#forget = this.#options.directory.onChange(() => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#follow()
      }, SETTLE_MS)
    })
    this.#follow()
  }

  /** Resolves when no request is in flight and no connection open. */
  async stop(): Promise<void> {
    this.#forget?.()
    this.#forget = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const [key, line] of this.#lines) this.#drop(key, line)
    await Promise.all(this.#leaving)
  }

  stats(): LinksStats {
    return { lines: [...this.#lines.values()].map(line => line.stats()) }
  }

  #follow(): void {
    const wanted = this.#plan()
    for (const [key, line] of this.#lines) if (!wanted.has(key)) this.#drop(key, line)
    for (const [key, { endpoint, targets }] of wanted) {
      const present = this.#lines.get(key)
      const line =
        present ?? new ModbusLine({ endpoint, journal: this.#options.journal, log: this.#options.log, now: this.#options.now, settings: this.#settings })
      line.setTargets(targets)
      if (present) continue
      this.#lines.set(key, line)
      line.start()
    }
  }

  #drop(key: string, line: ModbusLine): void {
    this.#lines.delete(key)
    const leaving: Promise<void> = line.stop().finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  #plan(): ReadonlyMap<string, LinePlan> {
    const lines = new Map<string, LinePlan>()
    for (const device of this.#options.directory.all()) {
      const polled = device.link && this.#target(device)
      if (!polled) continue
      const key = endpointKey(polled.endpoint)
      const line = lines.get(key) ?? { endpoint: polled.endpoint, targets: [] }
      line.targets.push(polled.target)
      lines.set(key, line)
    }
    return lines
  }

  /** Undefined for what is not ours to poll; a device whose link is wrong costs no other device its reading. */
  #target(device: Device): { readonly endpoint: Endpoint; readonly target: PollTarget } | undefined {
    const { link } = device
    const model = this.#options.catalogue.model(device.model)?.model
    if (!link || model?.protocol !== PROTOCOL) return undefined
    const endpoint = readEndpoint(link.url)
    if (!endpoint) return this.#fault(device, `its link ${link.url} is no modbus-tcp://host:port`)
    if (link.unit === undefined || !Number.isInteger(link.unit) || link.unit < 1 || link.unit > 247)
      return this.#fault(device, `unit ${link.unit} is not 1 to 247`)
    this.#faulty.delete(device.id)
    const blocks = this.#plans.get(device.model) ?? planPolls(model)
    this.#plans.set(device.model, blocks)
    return { endpoint, target: { device: device.id, model: device.model, unit: link.unit, blocks } }
  }

  #fault(device: Device, problem: string): undefined {
    if (this.#faulty.get(device.id) === problem) return
    this.#faulty.set(device.id, problem)
    this.#options.log.warn({ device: device.id }, `the device is not polled: ${problem}`)
  }
}
