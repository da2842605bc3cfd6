import { GatewayError } from '../model/errors.ts'
import type { Log } from '../model/log.ts'
import type { InfluxConnection } from './influx-connection.ts'
import { execute, identifier, StatementError } from './influx-statements.ts'

/** The retention policy the gateway writes into; other policies of the database are left alone. */
export const POLICY = 'citygate'

const HOUR_MS = 3_600_000

/** How much time one shard spans for a retention, as InfluxDB itself would choose (InfluxDB 1.x, "Schema design", shard group duration). Days are 0 for ever. */
export function shardMs(retentionDays: number): number {
  if (retentionDays > 0 && retentionDays < 2) return HOUR_MS
  return retentionDays > 0 && retentionDays <= 180 ? 24 * HOUR_MS : 168 * HOUR_MS
}

/** Makes the database and its retention policy as they should be; cheap and harmless when they are. */
export class InfluxDatabase {
  readonly #connection: InfluxConnection
  readonly #database: string
  readonly #retentionDays: number
  readonly #log: Log

  constructor(options: { readonly connection: InfluxConnection; readonly database: string; readonly retentionDays: number; readonly log: Log }) {
    this.#connection = options.connection
    this.#database = options.database
    this.#retentionDays = options.retentionDays
    this.#log = options.log
  }

  async ensure(): Promise<void> {
    const name = identifier(this.#database)
    const hours = this.#retentionDays > 0 ? Math.max(1, Math.round(this.#retentionDays * 24)) : 0
    const shardHours = shardMs(this.#retentionDays) / HOUR_MS
    const terms = `DURATION ${hours === 0 ? 'INF' : `${hours}h`} REPLICATION 1 SHARD DURATION ${shardHours}h`
    const policies = await this.#policies()
    if (policies === undefined) {
      await this.#must(`CREATE DATABASE ${name} WITH ${terms} NAME ${identifier(POLICY)}`)
      this.#log.info({ database: this.#database, retentionDays: this.#retentionDays }, 'InfluxDB database created')
      return
    }
    const policy = policies.find(([policyName]) => policyName === POLICY)
    if (policy === undefined) {
      // In an empty database nobody writes to the default policy yet: ours becomes it, so that a plain `SELECT * FROM bus` finds the readings.
      const empty = (await this.#must(`SHOW MEASUREMENTS ON ${name} LIMIT 1`)).length === 0
      await this.#must(`CREATE RETENTION POLICY ${identifier(POLICY)} ON ${name} ${terms}${empty ? ' DEFAULT' : ''}`)
    } else if (policy[1] !== `${hours}h0m0s` && !(hours === 0 && policy[1] === '0s')) {
      await this.#alter(`ALTER RETENTION POLICY ${identifier(POLICY)} ON ${name} ${terms}`)
    }
  }

  /** Name, duration … of each policy, or undefined when there is no such database. */
  async #policies(): Promise<readonly (readonly unknown[])[] | undefined> {
    try {
      return (await execute(this.#connection, `SHOW RETENTION POLICIES ON ${identifier(this.#database)}`)).map(row => row.values)
    } catch (error) {
      if (error instanceof StatementError && error.message.startsWith('database not found')) return undefined
      throw this.#refused(error, `SHOW RETENTION POLICIES ON ${identifier(this.#database)}`)
    }
  }

  async #must(statement: string): Promise<readonly { readonly values: readonly unknown[] }[]> {
    try {
      return await execute(this.#connection, statement)
    } catch (error) {
      throw this.#refused(error, statement)
    }
  }

  /** A user without the right to alter may still write: said, and gone on. */
  async #alter(statement: string): Promise<void> {
    try {
      await execute(this.#connection, statement)
    } catch (error) {
      if (!(error instanceof StatementError)) throw error
      this.#log.warn({ statement, answer: error.message }, 'InfluxDB did not change the retention; an administrator may run this statement')
    }
  }

  #refused(error: unknown, statement: string): unknown {
    if (!(error instanceof StatementError)) return error
    return new GatewayError(
      'SERIES_REFUSED',
      `InfluxDB at ${this.#connection.shown} refused (${error.message}); give the user the right to it, or let an administrator run: ${statement}`,
      {
        retryable: true,
        cause: error,
      },
    )
  }
}
