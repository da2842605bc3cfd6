import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { PostgresPlace } from './database.ts'

/** How long a connection may take. */
const connectMs = 5_000
/** The server ends a statement that takes longer; the longest that is usual, reading all of a city, takes seconds. */
const statementMs = 60_000
/** A server that does not even say that it ended the statement is given up. */
const silenceMs = statementMs + 5_000
/** One for the reader, one for the writer whose turn it is, and some for those who wait. */
const mostConnections = 4
/** OID of int8 in pg_type. Times and sequence numbers are far below 2^53. */
const int8 = 20

/** Connections to the server. A connection on which anything went wrong that was not the statement's own fault is not used again. */
export function postgresPool({ url, username, password }: PostgresPlace): PostgresPool {
  const { hostname, port, pathname, searchParams } = new URL(url)
  const pool = new pg.Pool({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user: username,
    // As a function: an empty text would make pg look into PGPASSWORD and ~/.pgpass, which are no part of the configuration.
    password: () => password ?? '',
    ssl: searchParams.get('sslmode') === 'verify-full',
    application_name: 'citygate',
    max: mostConnections,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: silenceMs,
    keepAlive: true,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  })
  // Without a listener, a server that closes an idle connection would end the process. The next statement says what is wrong.
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  const connected = new Map<pg.PoolClient, PooledClient>()
  pool.on('remove', client => connected.delete(client))
  return {
    connect: async () => {
      const client = await pool.connect()
      const known = connected.get(client) ?? new PooledClient(client)
      connected.set(client, known)
      return known
    },
    end: () => pool.end(),
  }
}

/** A connection that leaves the pool when it failed. */
class PooledClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient
  #broken = false

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  /** Kysely also knows a form for cursors, which nothing here uses, and names the commands one by one that pg calls a string. */
  readonly query = (async (sql: string, parameters: readonly unknown[]) => {
    try {
      return await this.#client.query(sql, [...parameters])
    } catch (error) {
      // What the server answered leaves the connection in order; silence or a broken line does not.
      if (!(error instanceof pg.DatabaseError)) this.#broken = true
      throw error
    }
  }) as unknown as PostgresPoolClient['query']

  release(): void {
    this.#client.release(this.#broken)
  }
}
