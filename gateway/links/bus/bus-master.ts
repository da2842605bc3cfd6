import type { CommandOrder, CommandPath } from '../../model/command.ts'
import type { Catalogue, Device, DeviceDirectory } from '../../model/device.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Journal } from '../../model/journal.ts'
import type { LinePolls, LineStats, LineView } from '../../model/line.ts'
import type { Log } from '../../model/log.ts'
import type { LineSpeed } from '../../model/model-bench.ts'
import { BusLine } from './bus-line.ts'
import { Door } from './door.ts'
import { type LineSettings, lineDefaults } from './line-settings.ts'
import { sharesOf, speedOfUrl, utilisationOfAll } from './line-shares.ts'
import { wireFor } from './open-wire.ts'
import { ordersOn } from './orders.ts'
import { type LinePlan, Targets } from './targets.ts'
import type { BusTransport } from './transport.ts'

/** What a {@link BusMaster} needs. */
export interface BusMasterOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly journal: Journal
  readonly log: Log
  readonly now: () => EpochMs
  /** Times and limits of every line, where they are not the defaults. */
  readonly settings?: Partial<LineSettings>
}

/** Many devices are added at once: the lines are looked at when the last of them is in. */
const SETTLE_MS = 50

/** Asks the devices that do not come to the gateway: one line for each link that devices of the directory share, each device by its model's plan, in whatever protocol it speaks. */
export class BusMaster implements LineView, CommandPath {
  readonly #options: BusMasterOptions
  readonly #settings: LineSettings
  readonly #targets: Targets
  readonly #lines = new Map<string, BusLine>()
  readonly #doors = new Map<string, Door>()
  /** Lines that were said to be asked for too much, and how much. */
  readonly #overfull = new Map<string, number>()
  readonly #leaving = new Set<Promise<void>>()
  #forget: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: BusMasterOptions) {
    this.#options = options
    this.#settings = { ...lineDefaults, ...options.settings }
    this.#targets = new Targets(options.catalogue, options.log)
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
    for (const [url, line] of this.#lines) this.#drop(url, line)
    await Promise.all(this.#leaving)
  }

  lines(): readonly LineStats[] {
    return [...this.#lines.values()].map(line => line.stats())
  }

  polls(url: string, otherwise: LineSpeed): LinePolls | undefined {
    const line = this.#lines.get(url)
    if (!line) return undefined
    const targets = this.#targets.lines(this.#linkedTo(url)).get(url)?.targets ?? []
    const known = speedOfUrl(url)
    const speed = known ?? otherwise
    const silent = line.silent()
    const byModel = Map.groupBy(targets, target => target.model)
    const shares = sharesOf(targets, speed)
    const models = shares.map(share => ({
      ...share,
      devices: (byModel.get(share.model) ?? []).map(({ device, address }) => ({ device, address, silent: silent.has(device) })),
    }))
    return { speed, isKnown: known !== undefined, models, utilisation: utilisationOfAll(targets, shares) }
  }

  orders(id: DeviceId): readonly CommandOrder[] {
    const device = this.#options.directory.get(id)
    const target = device && this.#targets.target(device)
    return target && device.link ? ordersOn(this.#lines.get(device.link.url), target, target.commands, this.#options.now) : []
  }

  /**
   * Hands over the bytes of a line that came by itself: a DTU's connection for `dtu://ID`, a topic's for `mqtt://DEVICE`. The devices with this link are asked over it from now on, also those that are
   * registered later. One that was there before is closed.
   */
  attach(url: string, transport: BusTransport): void {
    this.#door(url).attach(transport)
  }

  /** The transport is gone; nothing happens when another has taken its place. Not needed where the transport itself says so (`onClose`). */
  detach(url: string, transport: BusTransport): void {
    this.#doors.get(url)?.detach(transport, 'the connection is gone')
  }

  *#linkedTo(url: string): Generator<Device> {
    for (const device of this.#options.directory.all()) if (device.link?.url === url) yield device
  }

  #follow(): void {
    const wanted = this.#targets.lines(this.#options.directory.all())
    for (const [url, line] of this.#lines) if (!wanted.has(url)) this.#drop(url, line)
    for (const [url, plan] of wanted) {
      this.#reckon(plan)
      ;(this.#lines.get(url) ?? this.#begin(url))?.setTargets(plan.targets)
    }
  }

  /** Says, where the speed of a line is known, that it is asked for more than it can carry: it then reads as often as it can. */
  #reckon({ url, targets }: LinePlan): void {
    const speed = speedOfUrl(url)
    if (!speed) return
    const percent = Math.round(100 * utilisationOfAll(targets, sharesOf(targets, speed)))
    const overfull = percent > 100
    if (overfull && this.#overfull.get(url) !== percent)
      this.#options.log.warn(
        { line: url, percent },
        `the devices of this line ask for ${percent} % of its time at ${speed.baud} baud: they are read less often than their models say. citygate modbus plan shows what takes how long`,
      )
    if (overfull) this.#overfull.set(url, percent)
    else this.#overfull.delete(url)
  }

  #begin(url: string): BusLine | undefined {
    const { journal, log, now } = this.#options
    const open = wireFor(url, each => this.#door(each))
    if (!open) return undefined
    const line = new BusLine({ url, open, journal, log, now, settings: this.#settings })
    this.#lines.set(url, line)
    line.start()
    return line
  }

  #drop(url: string, line: BusLine): void {
    this.#lines.delete(url)
    this.#tidy(url)
    const leaving: Promise<void> = line.stop().finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  #door(url: string): Door {
    const door = this.#doors.get(url) ?? new Door(() => this.#tidy(url))
    this.#doors.set(url, door)
    return door
  }

  /** A door without a line and without a transport leads nowhere. */
  #tidy(url: string): void {
    if (!this.#lines.has(url) && !this.#doors.get(url)?.transport) this.#doors.delete(url)
  }
}
