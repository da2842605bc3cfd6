import { randomBytes } from 'node:crypto'
import type { Authenticator, Principal } from '../model/access.ts'
import type { Device, DeviceDirectory } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import { type DeviceId, isId, type KindId, type OrgId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import { idRule } from './check-device.ts'
import type { RegistryDatabase, RegistryPlace } from './database.ts'
import { RegistryMemory } from './memory.ts'
import { openDatabase } from './open-database.ts'
import { readAll, readChanges } from './reading-changes.ts'
import { newSecret, shortSecret } from './secrets.ts'
import { changeDevices, deleteDevices, deleteToken, insertDevices, insertToken, replaceSecret } from './writing.ts'

/** What a {@link Registry} needs: where it is kept, and these. */
export type RegistryOptions = RegistryPlace & {
  readonly log: Log
  readonly now: () => number
}

/** The secret of a device that was just added: the only time it can be read. */
export interface IssuedSecret {
  readonly id: DeviceId
  readonly secret: string
  /** Made here, not given. */
  readonly generated: boolean
}

/** A token, without its secret. */
export interface TokenInfo {
  readonly id: string
  readonly org: OrgId
  readonly kind?: KindId
  readonly createdAt: number
}

/** How often the database is asked whether somebody else changed it: microseconds each time with SQLite, one short query with PostgreSQL. */
const pollMs = 300

/**
 * Devices, organisations, tokens and what they sign in with. Kept in one SQLite file or PostgreSQL database that several processes may use at once; asked in memory,
 * which follows the database within {@link pollMs}. While the database is away, what is in memory goes on.
 */
export class Registry implements DeviceDirectory, Authenticator {
  readonly #place: RegistryPlace
  readonly #log: Log
  readonly #now: () => number
  readonly #memory: RegistryMemory
  #open: RegistryDatabase | undefined
  #timer: NodeJS.Timeout | undefined
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
  }

  /** Opens the database, makes what is missing in it, and reads it. Throws REGISTRY_UNUSABLE, retryable where a server is away. */
  async start(): Promise<void> {
    const open = await openDatabase(this.#place)
    try {
      this.#version = await open.version()
      this.#seq = await readAll(open.db, this.#memory)
    } catch (cause) {
      await open.close()
      throw open.explain(cause)
    }
    this.#open = open
    this.#timer = setInterval(() => this.#poll(), pollMs).unref()
  }

  /** Closes the database. What is in memory can still be asked. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#following
    const open = this.#open
    this.#open = undefined
    await open?.close()
  }

  /** Adds one device; makes its secret unless one is given. Throws DEVICE_INVALID, DEVICE_EXISTS or REGISTRY_UNUSABLE. */
  async addDevice(device: Device, secret?: string): Promise<IssuedSecret> {
    const [issued] = await this.addDevices([{ device, ...(secret !== undefined && { secret }) }])
    if (issued === undefined) throw new GatewayError('DEVICE_INVALID', 'no device was given')
    return issued
  }

  /** Adds all of them or, when anything is wrong with one, none. A concentrator may stand anywhere in the list. */
  async addDevices(devices: readonly { readonly device: Device; readonly secret?: string }[]): Promise<readonly IssuedSecret[]> {
    const added = devices.map(({ device, secret }) => ({ device, secret: secret ?? newSecret(), generated: secret === undefined }))
    await this.#write(open => insertDevices(open.db, added, this.#now()))
    const issued = added.map(({ device, secret, generated }) => ({ id: device.id, secret, generated }))
    this.#warnOfShort(issued)
    return issued
  }

  /** Changes what is said about devices, all of them or none; their secrets stay. Throws DEVICE_INVALID or DEVICE_UNKNOWN. */
  async changeDevices(devices: readonly Device[]): Promise<void> {
    await this.#write(open => changeDevices(open.db, devices))
  }

  /**
   * Gives a device another secret, made here unless one is given. The one before is taken for `graceMs` more, so that whoever carries the new one to the device has time;
   * one before that ends now. Throws DEVICE_UNKNOWN or DEVICE_INVALID.
   */
  async rotateSecret(id: DeviceId, { graceMs, secret }: { readonly graceMs: number; readonly secret?: string }): Promise<IssuedSecret> {
    const issued = { id, secret: secret ?? newSecret(), generated: secret === undefined }
    await this.#write(open => replaceSecret(open.db, id, issued.secret, this.#now() + graceMs, this.#now()))
    this.#warnOfShort([issued])
    return issued
  }

  /** Throws DEVICE_UNKNOWN, or DEVICE_INVALID while other devices stand behind it. What the device has sent stays stored. */
  async removeDevice(id: DeviceId): Promise<void> {
    await this.removeDevices([id])
  }

  /** Removes all of them or none. */
  async removeDevices(ids: readonly DeviceId[]): Promise<void> {
    await this.#write(open => deleteDevices(open.db, ids))
  }

  /** Makes a token that reads what an organisation's devices, or those of one kind, report. Answers the text to sign in with, which can not be read again. */
  async addToken(scope: { readonly org: OrgId; readonly kind?: KindId }): Promise<{ readonly id: string; readonly token: string }> {
    for (const [field, value] of Object.entries(scope)) {
      if (value !== undefined && !isId(value)) throw new GatewayError('DEVICE_INVALID', `${field}: '${value}' is no id: expected ${idRule}`)
    }
    const id = randomBytes(6).toString('hex')
    const secret = newSecret()
    await this.#write(open => insertToken(open.db, { id, secret, ...scope }, this.#now()))
    return { id, token: `cgt_${id}_${secret}` }
  }

  /** Oldest first, without their secrets. */
  listTokens(): readonly TokenInfo[] {
    return [...this.#memory.tokens()].map(({ id, org, kind, createdAt }) => ({ id, org, ...(kind !== undefined && { kind }), createdAt }))
  }

  /** Throws TOKEN_UNKNOWN. */
  async removeToken(id: string): Promise<void> {
    await this.#write(open => deleteToken(open.db, id))
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

  #warnOfShort(issued: readonly IssuedSecret[]): void {
    const short = issued.filter(({ secret }) => secret.length < shortSecret)
    if (short.length === 0) return
    this.#log.warn(
      { devices: short.slice(0, 10).map(({ id }) => id), count: short.length },
      `secrets shorter than ${shortSecret} characters can be guessed: give longer ones, or leave them out to have them made`,
    )
  }

  /** Own changes reach memory on the way others' do: through the list of changes in the database. */
  async #write(change: (open: RegistryDatabase) => Promise<void>): Promise<void> {
    const open = this.#open
    if (open === undefined) throw new GatewayError('STOPPED', 'the registry is not open')
    try {
      await change(open)
    } catch (cause) {
      throw open.explain(cause)
    }
    try {
      await this.#follow(open)
    } catch {
      // It is written; the next poll reads it, and says so if that fails too.
      this.#version = -1
    }
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
      this.#seq = await readChanges(open.db, this.#memory, this.#seq)
    })
    this.#following = turn.catch(() => undefined)
    return turn
  }
}
