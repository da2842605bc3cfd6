import type { Kysely } from 'kysely'
import type { Authenticator, Principal, SessionId, TokenHolder } from '../model/access.ts'
import type { Actor, Audit } from '../model/audit.ts'
import type { Device, DeviceDirectory } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import type { Newcomer, ProvisioningInfo } from '../model/first-contact.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import type { Organisations } from '../model/organisation.ts'
import type { PeopleDesk } from '../model/people.ts'
import type { TokenInfo } from '../model/tokens.ts'
import { RegistryAudit } from './audit/registry-audit.ts'
import type { RegistryDatabase, RegistryPlace } from './database.ts'
import { RegistryMemory } from './memory.ts'
import { openDatabase } from './open-database.ts'
import { OrganisationMemory } from './organisations/organisation-memory.ts'
import { RegistryOrganisations } from './organisations/registry-organisations.ts'
import { PeopleMemory } from './people/people-memory.ts'
import { RegistryPeople } from './people/registry-people.ts'
import { type KnownKey, readKeys, rightKeys } from './provisioning/keys.ts'
import { readNewcomers } from './provisioning/newcomers.ts'
import { type Memories, readAll, readChanges } from './reading-changes.ts'
import { RegistryWriter } from './registry-writer.ts'
import type { RegistrySchema } from './schema.ts'
import { writeUses } from './token-writes.ts'

/** What a {@link Registry} needs: where it is kept, and these. */
export type RegistryOptions = RegistryPlace & {
  readonly log: Log
  readonly now: () => number
}

/** How often the database is asked whether somebody else changed it: microseconds each time with SQLite, one short query with PostgreSQL. */
const pollMs = 300
/** How often it is written down which tokens were used. */
const usesEveryMs = 30_000

/**
 * Devices, organisations, tokens and what they sign in with. Kept in one SQLite file or PostgreSQL database that several processes may use at once; asked in memory,
 * which follows the database within {@link pollMs}. While the database is away, what is in memory goes on.
 */
export class Registry implements DeviceDirectory, Authenticator {
  /** Who did what here. */
  readonly audit: Audit
  /** Who signs in to the dashboard. */
  readonly people: PeopleDesk
  /** To whom things belong. */
  readonly organisations: Organisations
  readonly #place: RegistryPlace
  readonly #log: Log
  readonly #now: () => number
  readonly #memory: RegistryMemory
  readonly #people = new PeopleMemory()
  readonly #organisations = new OrganisationMemory()
  #open: RegistryDatabase | undefined
  #timer: NodeJS.Timeout | undefined
  #usesTimer: NodeJS.Timeout | undefined
  #writingUses: Promise<void> = Promise.resolve()
  /** The last change that is in memory, and what the database's version was when it was read. */
  #seq = 0
  #version = -1
  #following: Promise<void> = Promise.resolve()
  #polling = false
  #failing = false

  constructor(options: RegistryOptions) {
    this.#place = options
    this.#log = options.log
    this.#now = options.now
    this.#memory = new RegistryMemory(options.log, options.now)
    this.people = new RegistryPeople({
      memory: this.#people,
      write: async (actor, change) => await this.#write(open => change({ db: open.db, actor, now: this.#now() })),
      seen: (session, at) => void this.#sessionSeen(session, at),
      now: options.now,
    })
    this.organisations = new RegistryOrganisations({
      memory: this.#organisations,
      write: async (actor, change) => await this.#write(open => change({ db: open.db, actor, now: this.#now() })),
    })
    this.audit = new RegistryAudit({ database: () => this.#opened(), now: options.now })
  }

  /** Opens the database, makes what is missing in it, and reads it. Throws REGISTRY_UNUSABLE, retryable where a server is away. */
  async start(): Promise<void> {
    const open = await openDatabase(this.#place)
    try {
      this.#version = await open.version()
      this.#seq = await readAll(open.db, this.#memories)
    } catch (cause) {
      await open.close()
      throw open.explain(cause)
    }
    this.#open = open
    this.#timer = setInterval(() => this.#poll(), pollMs).unref()
    this.#usesTimer = setInterval(() => this.#writeUses(), usesEveryMs).unref()
  }

  /** Closes the database. What is in memory can still be asked. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    clearInterval(this.#usesTimer)
    this.#writeUses()
    await this.#writingUses
    await this.#following
    const open = this.#open
    this.#open = undefined
    await open?.close()
  }

  /** The registry as somebody changes it: what they do is written down in the audit as theirs. */
  as(actor: Actor): RegistryWriter {
    return new RegistryWriter({
      actor,
      write: change => this.#write(open => change({ db: open.db, actor, now: this.#now() })),
      log: this.#log,
      now: this.#now,
    })
  }

  /** The keys with which new devices announce themselves, oldest first, without their secrets. */
  provisioningKeys(): Promise<readonly ProvisioningInfo[]> {
    return this.#read(readKeys)
  }

  /** Those of the given keys that are right, by `id.secret`. */
  rightKeys(given: readonly { readonly keyId: string; readonly keySecret: string }[]): Promise<ReadonlyMap<string, KnownKey>> {
    return this.#read(db => rightKeys(db, given))
  }

  /** The devices that announced themselves and wait, or were refused. */
  newcomers(): Promise<readonly Newcomer[]> {
    return this.#read(readNewcomers)
  }

  /** Oldest first, without their secrets. */
  listTokens(): readonly TokenInfo[] {
    return [...this.#memory.tokens()].map(({ info }) => info)
  }

  get(id: DeviceId): Device | undefined {
    return this.#memory.get(id)
  }

  all(): Iterable<Device> {
    return this.#memory.all()
  }

  get size(): number {
    return this.#memory.size
  }

  get version(): number {
    return this.#memory.version
  }

  onChange(listener: () => void): () => void {
    return this.#memory.onChange(listener)
  }

  device(id: DeviceId, secret: string): Principal | undefined {
    return this.#memory.device(id, secret)
  }

  /** Whether this is the device's secret, also of one that is out of service. */
  hasSecret(id: DeviceId, secret: string): boolean {
    return this.#memory.hasSecret(id, secret)
  }

  token(token: string): Principal | undefined {
    return this.#memory.token(token)
  }

  tokenHolds(token: TokenHolder): boolean {
    return this.#memory.tokenHolds(token)
  }

  async #read<T>(look: (db: Kysely<RegistrySchema>) => Promise<T>): Promise<T> {
    const open = this.#opened()
    try {
      return await look(open.db)
    } catch (cause) {
      throw open.explain(cause)
    }
  }

  /** When a session was last used is worth keeping, and not worth failing for: the next use tells it again. */
  async #sessionSeen(session: SessionId, at: number): Promise<void> {
    try {
      await this.#open?.db.updateTable('session').set({ last_seen_at: at }).where('id', '=', session).where('last_seen_at', '<', at).execute()
    } catch (error) {
      this.#log.debug({ error: String(error) }, 'that a session was used could not be written down')
    }
  }

  /** One after another. When a token was used last is worth no error: a database that is away learns it of the next use. */
  #writeUses(): void {
    const uses = this.#memory.takeUses()
    const open = this.#open
    if (open === undefined || uses.size === 0) return
    this.#writingUses = this.#writingUses
      .then(() => writeUses(open.db, uses))
      .catch((error: unknown) =>
        this.#log.debug({ registry: open.name, error: open.explain(error).message }, 'when tokens were used last could not be written'),
      )
  }

  get #memories(): Memories {
    return { memory: this.#memory, people: this.#people, organisations: this.#organisations }
  }

  #opened(): RegistryDatabase {
    if (this.#open === undefined) throw new GatewayError('STOPPED', 'the registry is not open')
    return this.#open
  }

  /** Own changes reach memory on the way others' do: through the list of changes in the database. */
  async #write<T>(change: (open: RegistryDatabase) => Promise<T>): Promise<T> {
    const open = this.#opened()
    let result: T
    try {
      result = await change(open)
    } catch (cause) {
      throw open.explain(cause)
    }
    try {
      await this.#follow(open)
    } catch {
      // It is written; the next poll reads it, and says so if that fails too.
      this.#version = -1
    }
    return result
  }

  #poll(): void {
    const open = this.#open
    // A server that is slow to answer is not asked again meanwhile.
    if (open === undefined || this.#polling) return
    this.#polling = true
    void this.#look(open).finally(() => {
      this.#polling = false
    })
  }

  /** A database that can not be read for a while costs currency, not service: what is in memory goes on, and the next poll tries again. */
  async #look(open: RegistryDatabase): Promise<void> {
    try {
      const version = await open.version()
      if (version !== this.#version) await this.#follow(open)
      this.#version = version
      if (this.#failing) this.#log.info({ registry: open.name }, 'the registry can be read again')
      this.#failing = false
    } catch (error) {
      if (!this.#failing && this.#open !== undefined) {
        const { message } = open.explain(error)
        this.#log.error({ registry: open.name, error: message }, 'changes to the registry can not be read; devices stay as they were')
      }
      this.#failing = true
    }
  }

  /** One reader at a time, in order. */
  #follow(open: RegistryDatabase): Promise<void> {
    const turn = this.#following.then(async () => {
      this.#seq = await readChanges(open.db, this.#memories, this.#seq)
    })
    this.#following = turn.catch(() => undefined)
    return turn
  }
}
