import { errors, Pool } from 'undici'
import { GatewayError } from '../model/errors.ts'
import type { InfluxAddress } from './influx-address.ts'

/** What InfluxDB answered: a status and its body as it comes. */
export interface InfluxAnswer {
  readonly status: number
  /** What InfluxDB says in its `error`, of an answer that is not 2xx. */
  readonly error: string
  /** The whole body or its parts; throws what `request` throws. */
  body(): AsyncIterable<string>
}

export interface InfluxRequest {
  readonly method: 'GET' | 'POST'
  readonly path: '/ping' | '/write' | '/query'
  readonly parameters?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly form?: boolean
  readonly signal?: AbortSignal
}

const CONNECT_MS = 5_000
/** InfluxDB gives up a write after 10 s (`write-timeout`) and says so: it is asked to speak first. */
const ANSWER_MS = 20_000
const LONGEST_ERROR = 300

/**
 * Keep-alive connections to one InfluxDB. What it cannot reach it reports as a retryable `SERIES_UNREACHABLE`, wrong credentials as a retryable `SERIES_REFUSED`: both
 * can be repaired without the gateway.
 */
export class InfluxConnection {
  readonly #address: InfluxAddress
  readonly #pool: Pool
  readonly #answerMs: number

  constructor(address: InfluxAddress, options: { readonly answerMs?: number } = {}) {
    this.#address = address
    this.#answerMs = options.answerMs ?? ANSWER_MS
    this.#pool = new Pool(address.origin, { connections: 4, connect: { timeout: CONNECT_MS }, headersTimeout: this.#answerMs, bodyTimeout: this.#answerMs })
  }

  get shown(): string {
    return this.#address.shown
  }

  async request(request: InfluxRequest): Promise<InfluxAnswer> {
    const parameters = new URLSearchParams(request.parameters)
    const answer = await this.#failing(request.signal, () =>
      this.#pool.request({
        method: request.method,
        path: `${this.#address.path}${request.path}${request.form ? '' : `?${parameters}`}`,
        headers: {
          ...(this.#address.authorization && { authorization: this.#address.authorization }),
          ...(request.form && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        body: request.form ? parameters.toString() : (request.body ?? null),
        signal: request.signal ?? null,
      }),
    )
    const body = (): AsyncIterable<string> => this.#text(answer.body, request.signal)
    if (answer.statusCode < 300) return { status: answer.statusCode, error: '', body }
    const error = errorIn(await whole(body()))
    if (answer.statusCode === 401 || answer.statusCode === 403) {
      throw new GatewayError(
        'SERIES_REFUSED',
        `InfluxDB at ${this.shown} refused the credentials (${error}); check the user, the password and the user's rights on the database`,
        {
          retryable: true,
        },
      )
    }
    if (error.includes('no space left on device')) throw this.#outOfDisk(error)
    if (answer.statusCode >= 500 && !error.startsWith('retention policy not found')) throw this.#unreachable(`answered ${answer.statusCode} (${error})`)
    return { status: answer.statusCode, error, body }
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async *#text(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<string> {
    const decoder = new TextDecoder()
    const chunks = body[Symbol.asyncIterator]()
    try {
      for (;;) {
        const chunk = await this.#failing(signal, () => chunks.next())
        if (chunk.done) break
        yield decoder.decode(chunk.value, { stream: true })
      }
    } finally {
      // Lets the connection go when the reader stops early.
      await chunks.return?.()
    }
  }

  async #failing<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (signal?.aborted) throw new GatewayError('STOPPED', 'the request to InfluxDB was given up', { retryable: true, cause: error })
      throw this.#unreachable(reasonOf(error, this.#answerMs), error)
    }
  }

  /**
   * Its write-ahead log keeps refusing after the disk has room again: a Go `bufio.Writer` that has failed once accepts nothing more (influxdb 1.x
   * tsdb/engine/tsm1/wal.go, WALSegmentWriter; Go, package bufio). Seen with 1.6.
   */
  #outOfDisk(error: string): GatewayError {
    return new GatewayError(
      'SERIES_WRITE_FAILED',
      `InfluxDB at ${this.shown} is out of disk (${error}): free space there, then restart InfluxDB, which refuses to write until then. Readings wait in the journal meanwhile`,
      { retryable: true },
    )
  }

  #unreachable(what: string, cause?: unknown): GatewayError {
    return new GatewayError(
      'SERIES_UNREACHABLE',
      `InfluxDB at ${this.shown} ${what}; check that it runs and that the address is right. Readings wait in the journal meanwhile`,
      {
        retryable: true,
        cause,
      },
    )
  }
}

/** The whole of a body. */
export async function whole(body: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of body) text += part
  return text
}

/** The `error` of an answer's JSON, or the answer itself when a proxy wrote it; cut to what fits a log line. */
function errorIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null && 'error' in answer) return String(answer.error).slice(0, LONGEST_ERROR)
  } catch {
    // Not InfluxDB's JSON: shown as it is.
  }
  return text.slice(0, LONGEST_ERROR).trim()
}

function reasonOf(error: unknown, answerMs: number): string {
  if (error instanceof errors.ConnectTimeoutError) return `took no connection within ${CONNECT_MS / 1000} s`
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return `did not answer within ${answerMs / 1000} s`
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error)
  return `cannot be reached (${code})`
}
