import type { Principal } from '../model/access.ts'
import type { DeviceDirectory } from '../model/device.ts'
import type { OrgId } from '../model/ids.ts'
import type { BrokerLimits } from './limits.ts'
import { RateLimit, SharedPace } from './rate-limit.ts'

/** What waited for a pace. */
export interface PaceFigures {
  /** How often a client's socket was not read for a moment, because of its own pace and because of its organisation's. */
  readonly heldDevice: number
  readonly heldOrganisation: number
  /** Now: clients that wait for their organisation's pace. */
  readonly waitingOrganisation: number
}

/** The paces that the limits set: of each client, and of the clients of each organisation together. */
export class Paces {
  readonly #limits: BrokerLimits
  readonly #directory: Pick<DeviceDirectory, 'get'>
  /** One for each organisation that has devices here. */
  readonly #shared = new Map<OrgId, SharedPace>()
  #held = 0

  constructor(options: { readonly limits: BrokerLimits; readonly directory: Pick<DeviceDirectory, 'get'> }) {
    this.#limits = options.limits
    this.#directory = options.directory
  }

  get figures(): PaceFigures {
    let heldOrganisation = 0
    let waitingOrganisation = 0
    for (const { figures } of this.#shared.values()) {
      heldOrganisation += figures.held
      waitingOrganisation += figures.waiting
    }
    return { heldDevice: this.#held, heldOrganisation, waitingOrganisation }
  }

  /** The pace of a client that has signed in; undefined where none is set. What a concentrator sends counts for its own organisation. */
  of(principal: Principal, wake: () => void): RateLimit | undefined {
    const { messagesPerSecond, bytesPerSecond } = this.#limits
    const shared = this.#sharedOf(principal)
    if (messagesPerSecond === undefined && bytesPerSecond === undefined && shared === undefined) return undefined
    return new RateLimit({ pace: { messagesPerSecond, bytesPerSecond }, shared, wake, held: () => this.#held++ })
  }

  #sharedOf(principal: Principal): SharedPace | undefined {
    const { organisationMessagesPerSecond: messagesPerSecond, organisationBytesPerSecond: bytesPerSecond } = this.#limits
    const org = principal.type === 'device' ? this.#directory.get(principal.device)?.org : undefined
    if (org === undefined || (messagesPerSecond === undefined && bytesPerSecond === undefined)) return undefined
    const known = this.#shared.get(org)
    if (known !== undefined) return known
    const pace = new SharedPace({ messagesPerSecond, bytesPerSecond })
    this.#shared.set(org, pace)
    return pace
  }
}
