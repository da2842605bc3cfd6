import type { Authenticator, Principal, TokenHolder } from '../model/access.ts'
import type { Device, DeviceDirectory } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import { ownSecret } from './provisioning/key-form.ts'
import { type SecretHash, secretMatches } from './secrets.ts'
import type { TokenRecord } from './tokens.ts'

/** What a device signs in with, and for a while what it did before. */
export interface DeviceSecret {
  readonly current: SecretHash
  readonly previous?: { readonly secret: SecretHash; readonly until: EpochMs }
}

/** A device and what it signs in with. */
export interface DeviceRecord {
  readonly device: Device
  readonly secret?: DeviceSecret
}

/** Tokens are printed as `cgt_<id>_<secret>`: ids hold no underscore, secrets may. */
const tokenForm = /^cgt_([0-9a-f]{12})_(.+)$/

/** The registry as the running gateway asks it, tens of thousands of times a second: nothing but maps. */
export class RegistryMemory implements DeviceDirectory, Authenticator {
  #devices = new Map<DeviceId, Device>()
  #secrets = new Map<DeviceId, DeviceSecret>()
  #tokens = new Map<string, TokenRecord>()
  /** Later than what the database says, which is told only now and then. */
  #uses = new Map<string, EpochMs>()
  #version = 0
  readonly #listeners = new Set<() => void>()
  readonly #log: Log
  readonly #now: () => EpochMs

  constructor(log: Log, now: () => EpochMs) {
    this.#log = log
    this.#now = now
  }

  get(id: DeviceId): Device | undefined {
    return this.#devices.get(id)
  }

  all(): Iterable<Device> {
    return this.#devices.values()
  }

  get size(): number {
    return this.#devices.size
  }

  get version(): number {
    return this.#version
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  device(id: DeviceId, secret: string): Principal | undefined {
    return this.hasSecret(id, ownSecret(secret)) && this.#devices.get(id)?.stage !== 'retired' ? { type: 'device', device: id } : undefined
  }

  /** Whether this is the device's secret, or the one before while that is still taken. */
  hasSecret(id: DeviceId, secret: string): boolean {
    const kept = this.#secrets.get(id)
    if (secretMatches(secret, kept?.current)) return true
    return kept?.previous !== undefined && kept.previous.until > this.#now() && secretMatches(secret, kept.previous.secret)
  }

  token(token: string): Principal | undefined {
    const [, id = '', secret = ''] = tokenForm.exec(token) ?? []
    const record = this.#tokens.get(id)
    if (!secretMatches(secret, record?.secret) || record === undefined || !this.#used(record)) return undefined
    const { org, kind, command } = record.info
    return { type: 'token', id, org, ...(kind !== undefined && { kind }), ...(command && { command }) }
  }

  tokenHolds({ id, org, kind, command }: TokenHolder): boolean {
    const record = this.#tokens.get(id)
    return record !== undefined && record.info.org === org && record.info.kind === kind && record.info.command === command && this.#used(record)
  }

  /** Whether the token is not over; then it was used now. */
  #used({ info: { id, expiresAt } }: TokenRecord): boolean {
    const now = this.#now()
    if (expiresAt !== undefined && expiresAt <= now) return false
    this.#uses.set(id, now)
    return true
  }

  /** When tokens were used since this was asked last; of tokens that are there. */
  takeUses(): ReadonlyMap<string, EpochMs> {
    const uses = new Map([...this.#uses].filter(([id]) => this.#tokens.has(id)))
    this.#uses = new Map()
    return uses
  }

  tokens(): Iterable<TokenRecord> {
    return this.#tokens.values()
  }

  /** Takes everything anew. */
  replace(devices: readonly DeviceRecord[], tokens: readonly TokenRecord[]): void {
    this.#devices = new Map()
    this.#secrets = new Map()
    for (const record of devices) this.#put(record)
    this.#tokens = new Map(tokens.map(token => [token.info.id, token]))
    this.changed()
  }

  /** Takes what became of these devices; one that is not among the records is gone. */
  updateDevices(ids: readonly DeviceId[], records: readonly DeviceRecord[]): void {
    const found = new Map(records.map(record => [record.device.id, record]))
    for (const id of ids) {
      const record = found.get(id)
      if (record) {
        this.#put(record)
      } else {
        this.#devices.delete(id)
        this.#secrets.delete(id)
      }
    }
    this.changed()
  }

  /** Takes what became of these tokens; one that is not among the records is gone. Tells whether there is more to it than when they were used. */
  updateTokens(ids: readonly string[], records: readonly TokenRecord[]): boolean {
    const found = new Map(records.map(record => [record.info.id, record]))
    let changed = false
    for (const id of ids) {
      const record = found.get(id)
      // Nothing else about a token ever changes.
      changed ||= (record === undefined) === this.#tokens.has(id)
      if (record) this.#tokens.set(id, record)
      else this.#tokens.delete(id)
    }
    return changed
  }

  #put(record: DeviceRecord): void {
    this.#devices.set(record.device.id, record.device)
    if (record.secret) this.#secrets.set(record.device.id, record.secret)
    else this.#secrets.delete(record.device.id)
  }

  /** Tells everybody who listens to look again. */
  changed(): void {
    this.#version += 1
    for (const listener of this.#listeners) {
      try {
        listener()
      } catch (error) {
        // Someone else's fault must not keep the others from hearing of the change.
        this.#log.error({ error: String(error) }, 'a listener to changes of the registry failed')
      }
    }
  }
}
