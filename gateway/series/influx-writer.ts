import { GatewayError } from '../model/errors.ts'
import type { Reading, Refuse } from '../model/reading.ts'
import type { InfluxConnection } from './influx-connection.ts'
import { POLICY } from './influx-database.ts'
import type { Refusals } from './refusals.ts'

/** A reading and its line of line protocol. */
export interface Point {
  readonly reading: Reading
  readonly line: string
}

/** The best size of a request, measured: 1,000 to 5,000 lines. */
const LINES_A_REQUEST = 5_000
/** InfluxDB refuses a body of 25 MB (`max-body-size`); a character takes up to three bytes. */
const CHARACTERS_A_REQUEST = 4_000_000

/** InfluxDB no longer has the database or its policy: it is to be made again. */
export class DatabaseMissing extends Error {
  override readonly name = 'DatabaseMissing'
}

/** Writes points and knows what each refusal means: which points are not there, and whose fault it is. */
export class InfluxWriter {
  readonly #connection: InfluxConnection
  readonly #database: string
  readonly #shardMs: number
  readonly #refusals: Refusals

  constructor(options: { readonly connection: InfluxConnection; readonly database: string; readonly shardMs: number; readonly refusals: Refusals }) {
    this.#connection = options.connection
    this.#database = options.database
    this.#shardMs = options.shardMs
    this.#refusals = options.refusals
  }

  /** Resolves when InfluxDB has stored all that can be stored, and `refuse` was told of each that can not. Throws `DatabaseMissing`, or a `GatewayError` when it is not the data's fault. */
  async write(points: readonly Point[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    let begin = 0
    let size = 0
    for (const [index, point] of points.entries()) {
      size += point.line.length
      if (index + 1 - begin < LINES_A_REQUEST && size < CHARACTERS_A_REQUEST && index + 1 < points.length) continue
      await this.#send(points.slice(begin, index + 1), signal, refuse)
      begin = index + 1
      size = 0
    }
  }

  async #send(points: readonly Point[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    const answer = await this.#connection.request({
      method: 'POST',
      path: '/write',
      parameters: { db: this.#database, rp: POLICY, precision: 'ns' },
      body: bodyOf(points),
      signal,
    })
    // 204 has no body; reading it to its end gives the connection back.
    if (answer.status < 300) for await (const _ of answer.body());
    else if (answer.status === 413) await this.#tooLarge(points, signal, refuse)
    else if (/^(database|retention policy) not found/.test(answer.error)) throw new DatabaseMissing(answer.error)
    else if (answer.status === 400) await this.#partly(points, answer.error, signal, refuse)
    else throw this.#failed(`answered ${answer.status} to a write (${answer.error})`)
  }

  /** The request was too large for it (`max-body-size`). */
  async #tooLarge(points: readonly Point[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    if (points.length < 2) this.#refused(points, 'InfluxDB takes no point this large', refuse)
    else await this.#sendEach(halves(points), signal, refuse)
  }

  /** 400: InfluxDB has stored what it could of this request (InfluxDB 1.x, "HTTP API", /write status codes), unless it says otherwise. It counts what it left out and names none. */
  async #partly(points: readonly Point[], error: string, signal: AbortSignal, refuse: Refuse): Promise<void> {
    const dropped = Number(/dropped=(\d+)/.exec(error)?.[1] ?? 0)
    if (error.includes('points beyond retention policy')) {
      // Said only after every shard has stored its part (influxdb 1.6 coordinator/points_writer.go, WritePointsPrivileged): the oldest are the ones that are missing.
      this.#refused(points.toSorted((a, b) => a.reading.at - b.reading.at).slice(0, dropped), 'InfluxDB: points are older than the retention', refuse)
    } else if (error.includes('field type conflict')) {
      // The first shard that fails answers for all, whatever became of the others: each is asked by itself. Within a shard the conflict is one of a field, so that points
      // with the same fields share their fate.
      const parts = points.length === dropped ? [points] : [byShard(points, this.#shardMs), byShape(points), halves(points)].find(({ length }) => length > 1)
      if (parts === undefined || parts.length < 2 || points.length < 2) this.#refused(points, `InfluxDB: ${error.replace(/ dropped=\d+$/, '')}`, refuse)
      else await this.#sendEach(parts, signal, refuse)
    } else if (error.includes('unable to parse')) {
      if (points.length < 2) this.#refused(points, 'InfluxDB: a line could not be parsed', refuse, error)
      else await this.#sendEach(halves(points), signal, refuse)
    } else {
      // A limit of the server, such as max-series-per-database: nothing is wrong with the readings, so none is given up.
      throw this.#failed(`did not store all of a batch (${error})`)
    }
  }

  async #sendEach(parts: readonly (readonly Point[])[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    for (const part of parts) await this.#send(part, signal, refuse)
  }

  #refused(points: readonly Point[], why: string, refuse: Refuse, answer?: string): void {
    this.#refusals.note(why, points.length, answer === undefined ? {} : { answer })
    for (const { reading } of points) refuse(reading, why)
  }

  #failed(what: string): GatewayError {
    return new GatewayError(
      'SERIES_WRITE_FAILED',
      `InfluxDB at ${this.#connection.shown} ${what}; raise the limit it names or repair it. Readings wait in the journal meanwhile`,
      {
        retryable: true,
      },
    )
  }
}

function byShard(points: readonly Point[], shardMs: number): readonly (readonly Point[])[] {
  return [...Map.groupBy(points, ({ reading }) => Math.floor(reading.at / shardMs)).values()]
}

function byShape(points: readonly Point[]): readonly (readonly Point[])[] {
  return [...Map.groupBy(points, ({ reading }) => `${reading.kind} ${Object.keys(reading.values).sort().join()} ${reading.position !== undefined}`).values()]
}

function halves(points: readonly Point[]): readonly (readonly Point[])[] {
  const middle = points.length >> 1
  return [points.slice(0, middle), points.slice(middle)]
}

/** The lines as bytes. Written line by line: joining them first costs 2.5 µs a line, this 1.7. */
function bodyOf(points: readonly Point[]): Uint8Array {
  let characters = 0
  for (const point of points) characters += point.line.length + 1
  const bytes = Buffer.allocUnsafe(characters * 3)
  let length = 0
  for (const point of points) {
    length += bytes.write(point.line, length)
    bytes[length++] = 0x0a
  }
  return bytes.subarray(0, length)
}
