import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { AccountBook } from '../model/account.ts'
import { type Journal, takesFrames } from '../model/journal.ts'
import type { SinkStatus } from '../model/sink.ts'

/** Plain numbers of a room, by name: `connections`, `frames`; one level of nesting becomes a label. What is no number is left out. */
export type RoomStats = object

/** Where figures are read when somebody asks. Nothing is counted twice for metrics' sake: the rooms count, this prints. */
export interface MetricsSources {
  readonly journal: Journal
  readonly account: AccountBook
  readonly sinks: () => readonly SinkStatus[]
  readonly rooms: Readonly<Record<string, () => RoomStats>>
  readonly devices: () => number
}

/** Prometheus metrics, gathered on demand. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #sources: MetricsSources

  constructor(sources: MetricsSources) {
    this.#sources = sources
    collectDefaultMetrics({ register: this.#registry, prefix: 'citygate_' })
    this.#journal()
    this.#frames()
    this.#sinks()
    this.#gauge('citygate_devices', 'Registered devices', () => sources.devices())
    for (const [room, stats] of Object.entries(sources.rooms)) this.#room(room, stats)
  }

  /** The text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  #journal(): void {
    const { journal } = this.#sources
    this.#gauge('citygate_journal_end_offset', 'Frames ever synced to the journal', () => journal.end)
    this.#gauge('citygate_journal_bytes', 'Bytes of the journal on disk', () => journal.condition.bytes)
    this.#gauge('citygate_journal_budget_bytes', 'Bytes the journal may use', () => journal.condition.budgetBytes)
    this.#gauge('citygate_journal_unsynced_frames', 'Frames taken and not yet synced', () => journal.condition.unsynced)
    this.#gauge('citygate_journal_ok', '1 while the journal takes frames', () => (takesFrames(journal.condition) ? 1 : 0))
    this.#gauge('citygate_journal_damages', 'Places where synced frames were found damaged or missing', () => journal.condition.damages ?? 0)
    this.#gauge('citygate_journal_lost_frames', 'Frames that can not be read any more because of damage', () => journal.condition.lostFrames ?? 0)
  }

  #frames(): void {
    const { account } = this.#sources
    new Counter({
      name: 'citygate_frames_total',
      help: 'Frames by what became of them; received = stored + duplicate + rejected + pending',
      labelNames: ['outcome'],
      registers: [this.#registry],
      collect() {
        const { received, stored, duplicate, rejected } = account.total()
        this.reset()
        for (const [outcome, count] of Object.entries({ received, stored, duplicate, rejected })) this.inc({ outcome }, count)
      },
    })
    new Counter({
      name: 'citygate_frames_rejected_total',
      help: 'Rejected frames by reason',
      labelNames: ['reason'],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [reason, count] of Object.entries(account.total().rejectedBy)) this.inc({ reason }, count ?? 0)
      },
    })
    this.#gauge('citygate_frames_pending', 'Frames on disk whose readings are not in the store yet', () => account.total().pending)
  }

  #sinks(): void {
    const { sinks } = this.#sources
    const figures = {
      citygate_sink_lag_frames: ['Frames between the journal and a sink', (status: SinkStatus) => status.lagFrames],
      citygate_sink_lag_seconds: ['Age of the oldest frame a sink has not taken', (status: SinkStatus) => status.lagSeconds],
      citygate_sink_ok: ['1 while a sink takes readings', (status: SinkStatus) => (status.state === 'running' ? 1 : 0)],
    } as const
    for (const [name, [help, figure]] of Object.entries(figures)) {
      new Gauge({
        name,
        help,
        labelNames: ['sink'],
        registers: [this.#registry],
        collect() {
          for (const status of sinks()) this.set({ sink: status.name }, figure(status))
        },
      })
    }
  }

  #room(room: string, stats: () => RoomStats): void {
    for (const [name, first] of Object.entries(stats())) {
      const metric = `citygate_${room}_${snake(name)}`
      const help = `${name} of ${room}`
      const current = (): unknown => new Map<string, unknown>(Object.entries(stats())).get(name)
      if (typeof first === 'number') {
        this.#gauge(metric, help, () => {
          const value = current()
          return typeof value === 'number' ? value : 0
        })
      } else if (typeof first === 'object' && first !== null && !Array.isArray(first)) this.#labelled(metric, help, current)
    }
  }

  #labelled(name: string, help: string, current: () => unknown): void {
    new Gauge({
      name,
      help,
      labelNames: ['what'],
      registers: [this.#registry],
      collect() {
        for (const [what, value] of Object.entries(current() ?? {})) if (typeof value === 'number') this.set({ what }, value)
      },
    })
  }

  #gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value())
      },
    })
  }
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
