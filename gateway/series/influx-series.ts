import { GatewayError } from '../model/errors.ts'
import type { DeviceId, KindId } from '../model/ids.ts'
import type { Kind } from '../model/kind.ts'
import type { Log } from '../model/log.ts'
import { type Pace, unhurried } from '../model/pace.ts'
import type { Reading, Refuse } from '../model/reading.ts'
import type { SeriesQuery, SeriesRow, SeriesStore, SurveyQuery, SurveyRow, VisitorsQuery } from '../model/series.ts'
import { checkQuery, checkVisitors } from './checked-query.ts'
import { checkSurvey } from './checked-survey.ts'
import { influxAddress } from './influx-address.ts'
import { readBuckets } from './influx-buckets.ts'
import { InfluxConnection } from './influx-connection.ts'
import { InfluxDatabase, shardMs } from './influx-database.ts'
import { line } from './influx-line.ts'
import { readPoints } from './influx-points.ts'
import { StatementError } from './influx-statements.ts'
import { surveyInflux } from './influx-survey.ts'
import { readVisitors } from './influx-visitors.ts'
import { DatabaseMissing, InfluxWriter, type Point } from './influx-writer.ts'
import { keyProblem } from './kept-reading.ts'
import { Refusals } from './refusals.ts'
import { type StoredKind, storedKinds } from './stored-kind.ts'

const START_MS = 3_000
/** Requests on their way at once, and readings in each: InfluxDB takes most in batches of 1,000 to 5,000. */
const AT_A_TIME = 2
const LEAST_A_REQUEST = 1_000
const MOST_A_REQUEST = 5_000
/** Lines made between two looks at whether it is the turn of others. */
const LINES_A_LOOK = 32

/** Where InfluxDB is and what is kept there. `retentionDays`: InfluxDB deletes older readings; 0 keeps all. Credentials may also stand in the URL. */
export interface InfluxSeriesOptions {
  readonly url: string
  readonly database: string
  readonly username?: string
  readonly password?: string
  readonly retentionDays: number
  readonly kinds: readonly Kind[]
  readonly log: Log
  /** When to let receipts have their turn. */
  readonly pace?: Pace
}

/** Time series in InfluxDB 1.x: a measurement a kind, tags device, org and model, times in nanoseconds of which the last six digits are the reading's `sub`. */
export class InfluxSeries implements SeriesStore {
  readonly description: string
  readonly #database: string
  readonly #connection: InfluxConnection
  readonly #administration: InfluxDatabase
  readonly #writer: InfluxWriter
  readonly #refusals: Refusals
  readonly #pace: Pace
  readonly #kinds: readonly Kind[]
  #stored: ReadonlyMap<KindId, StoredKind> | undefined
  /** Settled when the database is as it should be; a failure is forgotten, so that the next caller tries again. */
  #ready: Promise<void> | undefined

  /** Throws `CONFIG_INVALID` for a URL that is none. */
  constructor(options: InfluxSeriesOptions) {
    const { database, retentionDays, log } = options
    const address = influxAddress(options.url, options.username, options.password)
    const connection = new InfluxConnection(address)
    this.#connection = connection
    this.#database = database
    this.#kinds = options.kinds
    this.#administration = new InfluxDatabase({ connection, database, retentionDays, log })
    this.#refusals = new Refusals({ log, now: Date.now })
    this.#pace = options.pace ?? unhurried
    this.#writer = new InfluxWriter({ connection, database, shardMs: shardMs(retentionDays), refusals: this.#refusals })
    this.description = `InfluxDB at ${address.shown}, database ${database}`
  }

  async start(): Promise<void> {
    this.#storedKinds()
    // A start does not wait for a server that takes connections and says nothing: the first write does.
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () =>
        late.reject(
          new GatewayError('SERIES_UNREACHABLE', `InfluxDB at ${this.#connection.shown} did not answer within ${START_MS / 1000} s`, { retryable: true }),
        ),
      START_MS,
    )
    try {
      await Promise.race([this.#ensure(), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async stop(): Promise<void> {
    await this.#connection.close()
  }

  async write(readings: readonly Reading[], signal: AbortSignal, refuse: Refuse = () => undefined): Promise<void> {
    if (readings.length === 0) return
    await this.#ensure()
    try {
      await this.#writeAll(readings, signal, refuse)
    } catch (error) {
      if (!(error instanceof DatabaseMissing)) throw error
      // Somebody dropped it: made again, once, and what was stored of the batch is stored again.
      this.#ready = undefined
      await this.#ensure()
      await this.#again(readings, signal, refuse)
    }
  }

  async read(query: SeriesQuery): Promise<readonly SeriesRow[]> {
    const checked = checkQuery(query, this.#storedKinds())
    if (checked.fields.length === 0 || checked.from >= checked.to) return []
    return this.#asking([], () =>
      checked.buckets ? readBuckets(this.#connection, this.#database, checked, checked.buckets) : readPoints(this.#connection, this.#database, checked),
    )
  }

  async survey(query: SurveyQuery): Promise<ReadonlyMap<DeviceId, readonly SurveyRow[]>> {
    const checked = checkSurvey(query, this.#storedKinds())
    if (checked.devices.length === 0 || checked.from >= checked.to) return new Map()
    return this.#asking(new Map<DeviceId, readonly SurveyRow[]>(), () => surveyInflux(this.#connection, this.#database, checked))
  }

  /** Nothing was written yet: the database is made with the first write. Throws `SERIES_REFUSED` for what InfluxDB does not understand. */
  async #asking<T>(nothing: T, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof StatementError)) throw error
      if (/^(database|retention policy) not found/.test(error.message)) return nothing
      throw new GatewayError(
        'SERIES_REFUSED',
        `InfluxDB at ${this.#connection.shown} refused the query (${error.message}); circular means need 1.6.7 or newer`,
        { cause: error },
      )
    }
  }

  async visitors(query: VisitorsQuery): Promise<ReadonlySet<DeviceId>> {
    const checked = checkVisitors(query, this.#storedKinds())
    if (checked.devices.length === 0 || checked.from >= checked.to) return new Set()
    return this.#asking(new Set<DeviceId>(), () => readVisitors(this.#connection, this.#database, checked))
  }

  async ping(): Promise<void> {
    const answer = await this.#connection.request({ method: 'GET', path: '/ping' })
    if (answer.status >= 300)
      throw new GatewayError('SERIES_UNREACHABLE', `what answers at ${this.#connection.shown} is no InfluxDB; check the address`, { retryable: true })
    for await (const _ of answer.body());
  }

  /** In requests of equal size, two at a time: while InfluxDB works on one, the lines of the next are made. */
  async #writeAll(readings: readonly Reading[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    const rounds = Math.ceil(readings.length / (AT_A_TIME * MOST_A_REQUEST))
    const size = Math.max(LEAST_A_REQUEST, Math.ceil(readings.length / (AT_A_TIME * rounds)))
    let next = 0
    const some = async (): Promise<void> => {
      while (next < readings.length) {
        const from = next
        next += size
        const points = await this.#points(readings.slice(from, next), refuse)
        if (points.length > 0) await this.#writer.write(points, signal, refuse)
      }
    }
    // All have ended before the first failure is told: what is tried again must not meet what is still on its way.
    const ended = await Promise.allSettled(Array.from({ length: AT_A_TIME }, some))
    for (const end of ended) if (end.status === 'rejected') throw end.reason
  }

  async #again(readings: readonly Reading[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    try {
      await this.#writeAll(readings, signal, refuse)
    } catch (error) {
      if (!(error instanceof DatabaseMissing)) throw error
      throw new GatewayError('SERIES_WRITE_FAILED', `InfluxDB at ${this.#connection.shown} loses its database as soon as it is made (${error.message})`, {
        retryable: true,
      })
    }
  }

  async #points(readings: readonly Reading[], refuse: Refuse): Promise<readonly Point[]> {
    const kinds = this.#storedKinds()
    const points: Point[] = []
    for (const reading of readings) {
      const kind = kinds.get(reading.kind)
      const problem = kind === undefined ? 'its kind is unknown' : keyProblem(reading)
      if (kind === undefined || problem !== undefined) {
        this.#refusals.note(`a reading was left out: ${problem}`, 1, { device: reading.device })
        refuse(reading, problem ?? 'its kind is unknown')
      } else points.push({ reading, line: line(reading, kind, this.#refusals) })
      if (points.length % LINES_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
    }
    return points
  }

  #storedKinds(): ReadonlyMap<KindId, StoredKind> {
    this.#stored ??= storedKinds(this.#kinds)
    return this.#stored
  }

  #ensure(): Promise<void> {
    // Shared by all that wait for it, so nobody's signal ends it; the connection's timeouts do.
    this.#ready ??= this.#administration.ensure().catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }
}
