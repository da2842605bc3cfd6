import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { DeviceId } from '../../../gateway/model/ids.ts'
import { topics } from '../../../gateway/model/topics.ts'
import type { TrafficMeter } from '../mqtt/traffic-meter.ts'
import type { UnitConnection } from '../mqtt/unit-connection.ts'
import type { Reporting } from './member.ts'

/** How often it is looked who has to report: one timer instead of one for each of a thousand devices. */
const TICK_MS = 20
/** A process that stood still for longer leaves out what it missed, and does not send it all at once. */
const CATCH_UP_MS = 5_000

interface Reporter {
  readonly speaks: Reporting
  readonly topic: string
  readonly connection: UnitConnection
  dueAt: EpochMs
}

/** Lets every device report in its turn. The time in a report is when it was due, so that a seed gives the same reports however busy the machine is. */
export class Reporters {
  readonly #now: () => EpochMs
  readonly #meter: TrafficMeter
  readonly #reporters: readonly Reporter[]
  #timer: NodeJS.Timeout | undefined

  constructor(options: {
    readonly now: () => EpochMs
    readonly startAt: EpochMs
    readonly meter: TrafficMeter
    readonly reporting: readonly { readonly device: DeviceId; readonly speaks: Reporting; readonly connection: UnitConnection }[]
  }) {
    this.#now = options.now
    this.#meter = options.meter
    this.#reporters = options.reporting.map(({ device, speaks, connection }) => ({
      speaks,
      connection,
      topic: topics.up(device, speaks.channel),
      dueAt: Math.round(options.startAt + speaks.phaseMs),
    }))
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    const now = this.#now()
    for (const reporter of this.#reporters) {
      while (reporter.dueAt <= now) {
        const { speaks, connection, topic, dueAt } = reporter
        if (now - dueAt > CATCH_UP_MS + speaks.everyMs) {
          const left = Math.floor((now - dueAt) / speaks.everyMs)
          if (connection.wasUp) this.#meter.skipped += left
          reporter.dueAt = Math.round(dueAt + left * speaks.everyMs)
          continue
        }
        if (connection.wasUp) connection.publish(topic, speaks.payload(dueAt))
        reporter.dueAt = Math.round(dueAt + speaks.everyMs)
      }
    }
  }
}
