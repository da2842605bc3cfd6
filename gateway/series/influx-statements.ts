import { GatewayError } from '../model/errors.ts'
import type { InfluxConnection } from './influx-connection.ts'

/** One row of an answer, its columns in the order of the SELECT behind `time`. */
export interface InfluxRow {
  /** Which statement of the request it answers, from 0. */
  readonly statement: number
  readonly values: readonly unknown[]
  /** Of a statement that groups by tags. */
  readonly tags: Readonly<Record<string, string>> | undefined
}

/** Rows in one piece of an answer: parsed in one go, a few milliseconds. */
const CHUNK_ROWS = 5_000

/** Puts a name in double quotes for InfluxQL. Source: InfluxDB 1.x, "InfluxQL reference", identifiers. */
export function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`
}

/** Puts a text in single quotes for InfluxQL; the client library `influx` leaves backslashes alone, so that `\'` would end the text. */
export function literal(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replace(/\n/g, '\\n')}'`
}

/** An error InfluxDB answered to a statement, in its words. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
}

/** Runs InfluxQL that changes something, or asks for little. Throws `StatementError` when InfluxDB refuses the statement. */
export async function execute(connection: InfluxConnection, statement: string): Promise<readonly InfluxRow[]> {
  const rows: InfluxRow[] = []
  for await (const row of select(connection, { q: statement })) rows.push(row)
  return rows
}

/** Runs SELECT statements and hands out their rows as they come, times in milliseconds. Throws `StatementError` when InfluxDB refuses one. */
export async function* select(connection: InfluxConnection, parameters: Readonly<Record<string, string>>): AsyncGenerator<InfluxRow> {
  const answer = await connection.request({
    method: 'POST',
    path: '/query',
    form: true,
    parameters: { ...parameters, epoch: 'ms', chunked: 'true', chunk_size: String(CHUNK_ROWS) },
  })
  if (answer.status >= 300) throw new StatementError(answer.error)
  // One JSON document a line (InfluxDB 1.x, "HTTP API", chunked).
  let rest = ''
  for await (const part of answer.body()) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield* rowsIn(line, connection.shown)
  }
  yield* rowsIn(rest, connection.shown)
}

function* rowsIn(text: string, shown: string): Generator<InfluxRow> {
  if (text.trim() === '') return
  const document = parse(text, shown)
  if (typeof document.error === 'string') throw new StatementError(document.error)
  for (const result of document.results ?? []) {
    if (typeof result.error === 'string') throw new StatementError(result.error)
    for (const series of result.series ?? []) {
      for (const values of series.values ?? []) yield { statement: result.statement_id ?? 0, values, tags: series.tags }
    }
  }
}

interface AnswerDocument {
  readonly error?: unknown
  readonly results?: readonly {
    readonly statement_id?: number
    readonly error?: unknown
    readonly series?: readonly { readonly tags?: Readonly<Record<string, string>>; readonly values?: readonly (readonly unknown[])[] }[]
  }[]
}

function parse(text: string, shown: string): AnswerDocument {
  try {
    const document: AnswerDocument | null = JSON.parse(text)
    if (document !== null && typeof document === 'object') return document
  } catch {
    // Falls through: whatever it was, it was no answer of InfluxDB.
  }
  throw new GatewayError('SERIES_UNREACHABLE', `what answers at ${shown} is no InfluxDB, or its answer was cut; check the address`, { retryable: true })
}
