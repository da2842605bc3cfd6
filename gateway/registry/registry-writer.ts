import { randomBytes } from 'node:crypto'
import type { Actor } from '../model/audit.ts'
import type { Device } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import type { Decides, ProvisioningRule } from '../model/first-contact.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import type { TokenInfo, TokenScope } from '../model/tokens.ts'
import { provisioningKey } from './provisioning/key-form.ts'
import { deleteKey, insertKey } from './provisioning/keys.ts'
import { type ArrivedDevice, approveNewcomers, type Outcome, refuseNewcomers, takeArrivals, type WaitingLimits } from './provisioning/newcomers.ts'
import { newSecret, shortSecret } from './secrets.ts'
import { deleteToken, insertToken } from './token-writes.ts'
import { tokenProblem } from './tokens.ts'
import type { Writing } from './write.ts'
import { alterDevices, changeDevices, deleteDevices, insertDevices, replaceSecret } from './writing.ts'

/** The secret of a device that was just added: the only time it can be read. */
export interface IssuedSecret {
  readonly id: DeviceId
  readonly secret: string
  /** Made here, not given. */
  readonly generated: boolean
}

const everywhere: Decides = () => true

/** What a {@link RegistryWriter} needs. */
export interface RegistryWriterOptions {
  readonly actor: Actor
  /** Carries out a change on the open database. */
  readonly write: (change: (writing: Writing) => Promise<void>) => Promise<void>
  readonly log: Log
  readonly now: () => number
}

/** The registry as somebody changes it: each change is written down as theirs. */
export class RegistryWriter {
  readonly #options: RegistryWriterOptions

  constructor(options: RegistryWriterOptions) {
    this.#options = options
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
    await this.#options.write(writing => insertDevices(writing, added))
    const issued = added.map(({ device, secret, generated }) => ({ id: device.id, secret, generated }))
    this.#warnOfShort(issued)
    return issued
  }

  /** Changes what is said about devices, all of them or none; their secrets stay. Throws DEVICE_INVALID or DEVICE_UNKNOWN. */
  async changeDevices(devices: readonly Device[]): Promise<void> {
    await this.#options.write(writing => changeDevices(writing, devices))
  }

  /** The same where what is to be said depends on what is said already. Answers what is said since. */
  async alterDevices(ids: readonly DeviceId[], alter: (before: Device) => Device): Promise<readonly Device[]> {
    const altered = new Map<DeviceId, Device>()
    const noted = (before: Device): Device => {
      const after = alter(before)
      altered.set(before.id, after)
      return after
    }
    await this.#options.write(writing => alterDevices(writing, [...new Set(ids)], noted))
    return [...altered.values()]
  }

  /**
   * Gives a device another secret, made here unless one is given. The one before is taken for `graceMs` more, so that whoever carries the new one to the device has time;
   * one before that ends now. Throws DEVICE_UNKNOWN or DEVICE_INVALID.
   */
  async rotateSecret(id: DeviceId, { graceMs, secret }: { readonly graceMs: number; readonly secret?: string }): Promise<IssuedSecret> {
    const issued = { id, secret: secret ?? newSecret(), generated: secret === undefined }
    await this.#options.write(writing => replaceSecret(writing, id, issued.secret, this.#options.now() + graceMs))
    this.#warnOfShort([issued])
    return issued
  }

  /** Throws DEVICE_UNKNOWN, or DEVICE_INVALID while other devices stand behind it. What the device has sent stays stored. */
  async removeDevice(id: DeviceId): Promise<void> {
    await this.removeDevices([id])
  }

  /** Removes all of them or none. */
  async removeDevices(ids: readonly DeviceId[]): Promise<void> {
    await this.#options.write(writing => deleteDevices(writing, ids))
  }

  /**
   * Makes a token for what an organisation's devices, or those of one kind, report. Answers the text to sign in with, which can not be read again. Throws DEVICE_INVALID,
   * TOO_MANY_TOKENS.
   */
  async addToken(scope: TokenScope): Promise<{ readonly id: string; readonly info: TokenInfo; readonly token: string }> {
    const problem = tokenProblem(scope, this.#options.now())
    if (problem !== undefined) throw new GatewayError('DEVICE_INVALID', problem)
    const id = randomBytes(6).toString('hex')
    const secret = newSecret()
    let createdAt = 0
    await this.#options.write(async writing => {
      createdAt = writing.now
      await insertToken(writing, { id, secret, ...scope })
    })
    return { id, info: { ...scope, id, createdAt }, token: `cgt_${id}_${secret}` }
  }

  /** Throws TOKEN_UNKNOWN. */
  async removeToken(id: string): Promise<void> {
    await this.#options.write(writing => deleteToken(writing, id))
  }

  /** Makes a key with which new devices announce themselves. Answers it, which can not be read again. Throws DEVICE_INVALID. */
  async addProvisioningKey(rule: ProvisioningRule): Promise<{ readonly id: string; readonly key: string }> {
    const id = randomBytes(6).toString('hex')
    const secret = newSecret()
    await this.#options.write(writing => insertKey(writing, id, rule, secret))
    return { id, key: provisioningKey(id, secret) }
  }

  /** Nobody can announce themselves with it any more; devices that were registered stay. Throws ENROLMENT_UNKNOWN. */
  async removeProvisioningKey(id: string): Promise<void> {
    await this.#options.write(writing => deleteKey(writing, id))
  }

  /** Decides about devices that came with a key, no two of them with the same id. */
  async takeArrivals(arrivals: readonly ArrivedDevice[], limits: WaitingLimits): Promise<ReadonlyMap<DeviceId, Outcome>> {
    let outcomes: ReadonlyMap<DeviceId, Outcome> = new Map()
    await this.#options.write(async writing => {
      outcomes = await takeArrivals(writing, arrivals, limits)
    })
    return outcomes
  }

  /** Registers devices that wait, with the secret each came with, all or none; of every organisation, unless it is said of which. Throws ENROLMENT_UNKNOWN, DEVICE_EXISTS. */
  async approve(ids: readonly DeviceId[], decides: Decides = everywhere): Promise<readonly Device[]> {
    let devices: readonly Device[] = []
    await this.#options.write(async writing => {
      devices = await approveNewcomers(writing, [...new Set(ids)], decides)
    })
    return devices
  }

  /** Throws ENROLMENT_UNKNOWN. */
  async refuse(ids: readonly DeviceId[], decides: Decides = everywhere): Promise<void> {
    await this.#options.write(writing => refuseNewcomers(writing, [...new Set(ids)], decides))
  }

  #warnOfShort(issued: readonly IssuedSecret[]): void {
    const short = issued.filter(({ secret }) => secret.length < shortSecret)
    if (short.length === 0) return
    this.#options.log.warn(
      { devices: short.slice(0, 10).map(({ id }) => id), count: short.length },
      `secrets shorter than ${shortSecret} characters can be guessed: give longer ones, or leave them out to have them made`,
    )
  }
}
