import { type Generated, sql, type Transaction } from 'kysely'
import { type AuditRow, firstRow } from './audit/chain.ts'
import { auditGuards } from './audit/guards.ts'
import { type OrganisationRow, organisationNames } from './organisations/organisation-row.ts'

/** The registry's tables. Times are milliseconds since 1970; `simulated` is 0 or 1. */
export interface RegistrySchema {
  organisation: OrganisationRow
  device: {
    id: string
    org: string
    model: string
    name: string | null
    lat: number | null
    lon: number | null
    behind: string | null
    link_url: string | null
    link_unit: number | null
    link_address: string | null
    simulated: number
    created_at: number
    group_name: string | null
    /** A JSON array. */
    tags: string | null
    sim: string | null
    stage: string | null
  }
  /** With the secret before this one while that is still taken. */
  device_secret: {
    device: string
    salt: Uint8Array
    hash: Uint8Array
    created_at: number
    previous_salt: Uint8Array | null
    previous_hash: Uint8Array | null
    previous_until: number | null
  }
  /** Keys with which new devices announce themselves. `accept` is 0 or 1. */
  provisioning: {
    id: string
    org: string
    model: string
    accept: number
    pattern: string | null
    most: number
    expires_at: number
    salt: Uint8Array
    hash: Uint8Array
    created_at: number
  }
  /** Devices that came with such a key, with the secret each gave: those that wait, those that were refused, and those that are or once were registered. */
  newcomer: {
    device: string
    provisioning: string
    state: 'waiting' | 'refused' | 'accepted'
    salt: Uint8Array
    hash: Uint8Array
    address: string
    first_at: number
    last_at: number
    contested: number
  }
  token: {
    id: string
    org: string
    kind: string | null
    salt: Uint8Array
    hash: Uint8Array
    created_at: number
    title: string | null
    may_command: number
    expires_at: number | null
    last_used_at: number | null
  }
  /** People, with what they sign in with. `grants` and `recovery` are JSON; `recovery` holds hashes. */
  person: {
    id: string
    name: string | null
    grants: string
    disabled: number
    password: string | null
    totp: Uint8Array | null
    pending_totp: Uint8Array | null
    /** The last time step whose code was taken. */
    totp_step: number
    recovery: string
    invitation: string | null
    invitation_until: number | null
    created_at: number
    last_sign_in_at: number | null
  }
  session: {
    id: string
    person: string
    hash: Uint8Array
    means: string
    address: string
    agent: string
    created_at: number
    last_seen_at: number
    expires_at: number
  }
  /** Who somebody is at a provider of OpenID Connect. */
  identity: { issuer: string; subject: string; person: string; leads: Generated<number> }
  /** Who did what: only ever added to, each entry with the hash of the one before. */
  audit: AuditRow
  /** What changed, in order, so that a running gateway reads again only that. `everything` stands for more than is worth listing. */
  change: { seq: Generated<number>; subject: 'device' | 'token' | 'person' | 'organisation' | 'everything'; id: string }
}

/** What SQLite and PostgreSQL call differently, columns above all. */
export interface ColumnTypes {
  readonly database: 'sqlite' | 'postgres'
  readonly bytes: 'blob' | 'bytea'
  /** Milliseconds since 1970. */
  readonly moment: 'integer' | 'bigint'
  readonly degrees: 'real' | 'double precision'
  /** Counted up by the database. */
  readonly counted: 'integer' | 'bigserial'
}

/** Each step leads from the version that is its place in the list to the next. Steps that have been published never change. */
export const steps: readonly ((db: Transaction<RegistrySchema>, types: ColumnTypes) => Promise<void>)[] = [
  async (db, types) => {
    await db.schema
      .createTable('organisation')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('created_at', types.moment, column => column.notNull())
      .execute()
    await db.schema
      .createTable('device')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('org', 'text', column => column.notNull().references('organisation.id'))
      .addColumn('model', 'text', column => column.notNull())
      .addColumn('name', 'text')
      .addColumn('lat', types.degrees)
      .addColumn('lon', types.degrees)
      .addColumn('behind', 'text')
      .addColumn('link_url', 'text')
      .addColumn('link_unit', 'integer')
      .addColumn('simulated', 'integer', column => column.notNull().defaultTo(0))
      .addColumn('created_at', types.moment, column => column.notNull())
      // Checked at commit: an import may name a concentrator after the devices behind it.
      .addForeignKeyConstraint('device_behind', ['behind'], 'device', ['id'], key => key.deferrable().initiallyDeferred())
      .execute()
    await db.schema.createIndex('device_by_behind').on('device').column('behind').execute()
    await db.schema
      .createTable('device_secret')
      .addColumn('device', 'text', column => column.primaryKey().notNull().references('device.id').onDelete('cascade'))
      .addColumn('salt', types.bytes, column => column.notNull())
      .addColumn('hash', types.bytes, column => column.notNull())
      .addColumn('created_at', types.moment, column => column.notNull())
      .execute()
    await db.schema
      .createTable('token')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('org', 'text', column => column.notNull().references('organisation.id'))
      .addColumn('kind', 'text')
      .addColumn('salt', types.bytes, column => column.notNull())
      .addColumn('hash', types.bytes, column => column.notNull())
      .addColumn('created_at', types.moment, column => column.notNull())
      .execute()
    await db.schema
      .createTable('change')
      // Never reuses a number, even after old rows are gone.
      .addColumn('seq', types.counted, column => (types.counted === 'integer' ? column.primaryKey().autoIncrement() : column.primaryKey()))
      .addColumn('subject', 'text', column => column.notNull())
      .addColumn('id', 'text', column => column.notNull())
      .execute()
  },
  // Meters on a bus that are called by an address of many digits.
  async db => {
    await db.schema.alterTable('device').addColumn('link_address', 'text').execute()
  },
  // What people sort devices by, and secrets that change without an interruption.
  async (db, types) => {
    for (const column of ['group_name', 'tags', 'sim', 'stage']) await db.schema.alterTable('device').addColumn(column, 'text').execute()
    for (const column of ['previous_salt', 'previous_hash']) await db.schema.alterTable('device_secret').addColumn(column, types.bytes).execute()
    await db.schema.alterTable('device_secret').addColumn('previous_until', types.moment).execute()
  },
  // Who did what. What was there before begins it.
  async (db, types) => {
    const [text, needed] = [
      ['address', 'org', 'before', 'after'],
      ['actor_type', 'actor_name', 'action', 'subject', 'previous_hash', 'hash'],
    ]
    let table = db.schema
      .createTable('audit')
      .addColumn('seq', types.moment, column => column.primaryKey().notNull())
      .addColumn('at', types.moment, column => column.notNull())
    for (const name of needed) table = table.addColumn(name, 'text', column => column.notNull())
    // Not the database's own JSON: the hash is over each character.
    for (const name of text) table = table.addColumn(name, 'text')
    await table.execute()
    await db.schema.createIndex('audit_by_subject').on('audit').columns(['subject', 'seq']).execute()
    const count = async (of: 'device' | 'token'): Promise<number> =>
      Number(
        (
          await db
            .selectFrom(of)
            .select(all => all.fn.countAll().as('count'))
            .executeTakeFirstOrThrow()
        ).count,
      )
    await db
      .insertInto('audit')
      .values(firstRow(Date.now(), { devices: await count('device'), tokens: await count('token') }))
      .execute()
    for (const guard of auditGuards[types.database]) await sql.raw(guard).execute(db)
  },
  // People who sign in.
  async (db, types) => {
    await db.schema
      .createTable('person')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('name', 'text')
      .addColumn('grants', 'text', column => column.notNull())
      .addColumn('disabled', 'integer', column => column.notNull())
      .addColumn('password', 'text')
      .addColumn('totp', types.bytes)
      .addColumn('pending_totp', types.bytes)
      .addColumn('totp_step', types.moment, column => column.notNull())
      .addColumn('recovery', 'text', column => column.notNull())
      .addColumn('invitation', 'text')
      .addColumn('invitation_until', types.moment)
      .addColumn('created_at', types.moment, column => column.notNull())
      .addColumn('last_sign_in_at', types.moment)
      .execute()
    await db.schema
      .createTable('session')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('person', 'text', column => column.notNull().references('person.id').onDelete('cascade'))
      .addColumn('hash', types.bytes, column => column.notNull())
      .addColumn('means', 'text', column => column.notNull())
      .addColumn('address', 'text', column => column.notNull())
      .addColumn('agent', 'text', column => column.notNull())
      .addColumn('created_at', types.moment, column => column.notNull())
      .addColumn('last_seen_at', types.moment, column => column.notNull())
      .addColumn('expires_at', types.moment, column => column.notNull())
      .execute()
    await db.schema.createIndex('session_by_person').on('session').column('person').execute()
    await db.schema
      .createTable('identity')
      .addColumn('issuer', 'text', column => column.notNull())
      .addColumn('subject', 'text', column => column.notNull())
      .addColumn('person', 'text', column => column.notNull().references('person.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('identity_key', ['issuer', 'subject'])
      .execute()
  },
  // Devices that announce themselves.
  async (db, types) => {
    await db.schema
      .createTable('provisioning')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('org', 'text', column => column.notNull().references('organisation.id'))
      .addColumn('model', 'text', column => column.notNull())
      .addColumn('accept', 'integer', column => column.notNull())
      .addColumn('pattern', 'text')
      .addColumn('most', 'integer', column => column.notNull())
      .addColumn('expires_at', types.moment, column => column.notNull())
      .addColumn('salt', types.bytes, column => column.notNull())
      .addColumn('hash', types.bytes, column => column.notNull())
      .addColumn('created_at', types.moment, column => column.notNull())
      .execute()
    await db.schema
      .createTable('newcomer')
      .addColumn('device', 'text', column => column.primaryKey().notNull())
      .addColumn('provisioning', 'text', column => column.notNull().references('provisioning.id').onDelete('cascade'))
      .addColumn('state', 'text', column => column.notNull())
      .addColumn('salt', types.bytes, column => column.notNull())
      .addColumn('hash', types.bytes, column => column.notNull())
      .addColumn('address', 'text', column => column.notNull())
      .addColumn('first_at', types.moment, column => column.notNull())
      .addColumn('last_at', types.moment, column => column.notNull())
      .addColumn('contested', 'integer', column => column.notNull())
      .execute()
    await db.schema.createIndex('newcomer_by_provisioning').on('newcomer').column('provisioning').execute()
  },
  // Tokens that give orders, that end, and that tell what they are for.
  async (db, types) => {
    await db.schema.alterTable('token').addColumn('title', 'text').execute()
    await db.schema
      .alterTable('token')
      .addColumn('may_command', 'integer', column => column.notNull().defaultTo(0))
      .execute()
    for (const column of ['expires_at', 'last_used_at']) await db.schema.alterTable('token').addColumn(column, types.moment).execute()
  },
  // People who came with an identity at a provider, which gives them their roles.
  async db => {
    await db.schema
      .alterTable('identity')
      .addColumn('leads', 'integer', column => column.notNull().defaultTo(0))
      .execute()
  },
  organisationNames,
]
