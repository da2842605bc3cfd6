import { type Habits, readHabits } from '../../../devices/protocols/hj212/mapping.ts'
import { qnText, timeText } from '../../../devices/protocols/hj212/times.ts'
import type { Catalogue, Device, DeviceDirectory } from '../../model/device.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { DeviceId, ModelId } from '../../model/ids.ts'
import type { Journal } from '../../model/journal.ts'
import type { Log } from '../../model/log.ts'
import { LinkIndex } from '../link-index.ts'
import type { Conversation, DialIn, Peer } from '../peer.ts'
import { RareLog } from '../rare-log.ts'
import { ReceiptIntake } from '../receipt-intake.ts'
import { type FetchTimes, GapFetch } from './gap-fetch.ts'
import type { CommandResult, CommandTimes } from './open-commands.ts'
import { StationCommands } from './station-commands.ts'
import { StationConversation } from './station-conversation.ts'
import { type Connected, StationRecord } from './station-record.ts'

/** Times and limits of the link, in ms. */
export interface Hj212Settings extends CommandTimes, FetchTimes {
  /** How long packets of a split message wait for the rest. */
  readonly holdPartsMs: number
  /** Frames of all stations that wait for the disk. */
  readonly mostUnsynced: number
}

/** § 6.4 leaves time-outs to the platform (CN 1000); these are ours. */
export const hj212Defaults: Hj212Settings = {
  answerMs: 15_000,
  wholeMs: 300_000,
  holdPartsMs: 1_500,
  mostUnsynced: 20_000,
  settleMs: 5_000,
  pauseMs: 30_000,
  mostAtOnce: 32,
  mostValues: 60,
}

/** What a {@link Hj212Link} needs. */
export interface Hj212LinkOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly journal: Journal
  readonly log: Log
  readonly now: () => EpochMs
  /** The newest event time of one of these fields, where the device was heard of before: what came since then is known to be missing after a restart too. */
  readonly newest?: (device: DeviceId, fields: readonly string[]) => EpochMs | undefined
  readonly settings?: Partial<Hj212Settings>
}

/** What has happened since the link was made. */
export interface Hj212Stats {
  readonly stations: number
  readonly frames: number
  readonly answered: number
  /** Connections refused because the MN is not registered, is registered twice, or is of another protocol. */
  readonly unknown: number
  /** Connections that took the place of another of the same MN. */
  readonly takenOver: number
  readonly changedMn: number
  readonly broken: number
  readonly strayBytes: number
  /** Frames that the disk could not keep: without an answer, so that the station sends them again. */
  readonly lost: number
  /** Requests for minute data that were missing, and stretches that were given up. */
  readonly fetches: number
  readonly givenUp: number
}

const NOT_CONNECTED: CommandResult = { ok: false, reason: 'NOT_CONNECTED', detail: 'the station is not connected' }

/**
 * HJ 212-2017 stations that dial in. Who a station is its MN says; an answer is sent once the frame is in the journal, synced. A station that dials in again while it is connected takes over:
 * after a lost mobile connection the old one looks alive for minutes. Two stations with one MN therefore put each other out, which is logged and counted.
 */
export class Hj212Link implements DialIn {
  /** Orders that models name, for whoever gives orders. */
  readonly commands: StationCommands
  readonly #options: Hj212LinkOptions
  readonly #settings: Hj212Settings
  readonly #index: LinkIndex
  readonly #intake: ReceiptIntake
  readonly #log: RareLog
  readonly #fetch: GapFetch
  readonly #habits = new Map<ModelId, Habits | undefined>()
  /** By MN; only registered ones. */
  readonly #records = new Map<string, StationRecord>()
  readonly #counts = { frames: 0, answered: 0, unknown: 0, takenOver: 0, changedMn: 0, broken: 0, strayBytes: 0, lost: 0 }
  #stations = 0
  #lastQn = 0

  constructor(options: Hj212LinkOptions) {
    this.#options = options
    this.#settings = { ...hj212Defaults, ...options.settings }
    this.#index = new LinkIndex(options.directory)
    this.commands = new StationCommands({ directory: options.directory, catalogue: options.catalogue, orders: this })
    this.#intake = new ReceiptIntake({ journal: options.journal, log: options.log, limit: this.#settings.mostUnsynced })
    this.#log = new RareLog('hj212', options.log)
    this.#fetch = new GapFetch(this.#settings, (record, stretch) => this.#history(record, '2051', stretch.begin, stretch.end))
  }

  open(peer: Peer): Conversation {
    return new StationConversation(peer, {
      intake: this.#intake,
      times: this.#settings,
      now: this.#options.now,
      record: (mn, from) => this.#record(mn, from),
      signedIn: (record, conversation) => this.#signedIn(record, conversation),
      left: (record, conversation) => this.#left(record, conversation),
      kept: (record, cn, answered) => this.#kept(record, cn, answered),
      count: (what, by = 1) => {
        this.#counts[what] += by
      },
    })
  }

  stop(): void {
    this.#fetch.stop()
    this.#intake.stop()
  }

  stats(): Hj212Stats {
    return { stations: this.#stations, ...this.#counts, fetches: this.#fetch.fetches, givenUp: this.#fetch.givenUp }
  }

  /** Sets the station's clock to ours (CN 1012). */
  setTime(device: DeviceId): Promise<CommandResult> {
    const record = this.#recordOf(device)
    if (!record) return Promise.resolve(NOT_CONNECTED)
    return this.#send(record, '1012', `SystemTime=${timeText(this.#options.now(), record.habits.offsetMs)}`)
  }

  /** From one real-time message to the next, in seconds (CN 1061): `values.RtdInterval`. */
  getInterval(device: DeviceId): Promise<CommandResult> {
    return this.#send(this.#recordOf(device), '1061', '')
  }

  /** Sets it (CN 1062): 30 to 3600 seconds, as table 4 has it. */
  setInterval(device: DeviceId, seconds: number): Promise<CommandResult> {
    if (!(Number.isInteger(seconds) && seconds >= 30 && seconds <= 3600)) {
      return Promise.resolve({ ok: false, reason: 'FAILED', detail: 'expected 30 to 3600 seconds' })
    }
    return this.#send(this.#recordOf(device), '1062', `RtdInterval=${seconds}`)
  }

  /** Asks for what the station has in its memory between two times (CN 2051, 2061, 2031). It comes as readings, marked historical. */
  fetchHistory(device: DeviceId, cn: '2051' | '2061' | '2031', begin: EpochMs, end: EpochMs): Promise<CommandResult> {
    const record = this.#recordOf(device)
    return record ? this.#history(record, cn, begin, end) : Promise.resolve(NOT_CONNECTED)
  }

  #history(record: StationRecord, cn: string, begin: EpochMs, end: EpochMs): Promise<CommandResult> {
    const { offsetMs } = record.habits
    return this.#send(record, cn, `BeginTime=${timeText(begin, offsetMs)},EndTime=${timeText(end, offsetMs)}`)
  }

  #send(record: StationRecord | undefined, cn: string, cp: string): Promise<CommandResult> {
    if (!record?.conversation) return Promise.resolve(NOT_CONNECTED)
    // A QN is a time to the millisecond and names one exchange: no two may have the same.
    this.#lastQn = Math.max(this.#options.now(), this.#lastQn + 1)
    return record.conversation.command({ qn: qnText(this.#lastQn, record.habits.offsetMs), cn, cp })
  }

  #recordOf(device: DeviceId): StationRecord | undefined {
    const url = this.#options.directory.get(device)?.link?.url
    return url === undefined ? undefined : this.#records.get(url.slice('hj212://'.length))
  }

  #record(mn: string, peer: Peer): StationRecord | undefined {
    const [device, second] = this.#index.at(`hj212://${mn}`)
    const habits = device && this.#habitsOf(device)
    const known = this.#records.get(mn)
    if (device && habits && !second) {
      if (known?.device.id === device.id && known.device.model === device.model) return known
      const record = new StationRecord(device, mn, habits)
      const newest = this.#options.newest?.(device.id, habits.minuteFields)
      if (newest !== undefined) record.gaps.came(newest)
      this.#records.set(mn, record)
      return record
    }
    this.#counts.unknown++
    this.#records.delete(mn)
    const why = !device ? 'unknown MN' : second ? 'MN registered twice' : 'the device’s model does not speak HJ 212'
    this.#log.warn({ peer: peer.address, mn }, `a station is refused: ${why}`)
    peer.close(why)
    return undefined
  }

  #habitsOf({ model }: Device): Habits | undefined {
    if (this.#habits.has(model)) return this.#habits.get(model)
    const entry = this.#options.catalogue.model(model)
    const habits = entry && readHabits(entry.model)
    this.#habits.set(model, habits)
    return habits
  }

  #signedIn(record: StationRecord, conversation: Connected): void {
    const before = record.conversation
    record.conversation = conversation
    if (!before) {
      this.#stations++
      return
    }
    this.#counts.takenOver++
    this.#log.warn(
      { device: record.device.id, peer: conversation.peer.address, before: before.peer.address },
      'a station dialled in while it was connected: the new connection takes over (if this goes on, two stations have one MN)',
    )
    before.end('another connection with this MN took over')
  }

  #left(record: StationRecord, conversation: Connected): void {
    if (record.conversation !== conversation) return
    record.conversation = undefined
    this.#stations--
  }

  #kept(record: StationRecord, cn: string, answered: boolean): void {
    this.#counts.frames++
    if (answered) this.#counts.answered++
    if (cn === '2051' && record.habits.minuteFields.length > 0) this.#fetch.consider(record)
    // § 6.6.5, table 9: a station that asks to be set to the time is answered, and then set.
    if (cn === '1013') void this.setTime(record.device.id)
  }
}
