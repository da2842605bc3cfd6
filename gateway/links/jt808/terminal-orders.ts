import { readAttributes, readParameters, type TerminalAttributes } from '../../../devices/protocols/jt808/answers.ts'
import { doorControlBody, setParametersBody, type TerminalParameter, type TextManner, textBody } from '../../../devices/protocols/jt808/encode-platform.ts'
import { MESSAGE } from '../../../devices/protocols/jt808/messages.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { OrderResult } from './open-orders.ts'
import type { TerminalConversation } from './terminal-conversation.ts'

/** What became of an order that asks for something. */
export type Asked<T> = { readonly ok: true; readonly value: T } | Extract<OrderResult, { ok: false }>

type NotOk = Extract<OrderResult, { ok: false }>

const NOTHING = new Uint8Array(0)
const NOT_CONNECTED: NotOk = { ok: false, reason: 'NOT_CONNECTED', detail: 'the terminal is not connected' }

/** What the platform may tell and ask terminals. Every order resolves, with what the terminal answered or why it did not; none rejects but for arguments that no terminal could take (`RangeError`). */
export class TerminalOrders {
  readonly #find: (device: DeviceId) => TerminalConversation | undefined
  readonly #vehicleControl: boolean

  constructor(find: (device: DeviceId) => TerminalConversation | undefined, options: { readonly vehicleControl: boolean }) {
    this.#find = find
    this.#vehicleControl = options.vehicleControl
  }

  /** A text for the driver (0x8300). */
  text(device: DeviceId, text: string, manner: TextManner = {}): Promise<OrderResult> {
    return this.#order(device, MESSAGE.text, MESSAGE.terminalAnswer, versioned => textBody(text, manner, versioned))
  }

  /** Asks where it is (0x8201). The answer, 0x0201, is a frame like any other and becomes a reading. */
  location(device: DeviceId): Promise<OrderResult> {
    return this.#order(device, MESSAGE.queryLocation, MESSAGE.locationAnswer, () => NOTHING)
  }

  /** Sets parameters (0x8103), such as 0x0029, the seconds from one location to the next. */
  setParameters(device: DeviceId, parameters: readonly TerminalParameter[]): Promise<OrderResult> {
    return this.#order(device, MESSAGE.setParameters, MESSAGE.terminalAnswer, () => setParametersBody(parameters))
  }

  /** All its parameters (0x8104). */
  async parameters(device: DeviceId): Promise<Asked<readonly TerminalParameter[]>> {
    const result = await this.#order(device, MESSAGE.queryParameters, MESSAGE.parametersAnswer, () => NOTHING)
    return result.ok ? { ok: true, value: readParameters(result.body) } : result
  }

  /** What it is (0x8107). */
  async attributes(device: DeviceId): Promise<Asked<TerminalAttributes>> {
    const result = await this.#order(device, MESSAGE.queryAttributes, MESSAGE.attributesAnswer, () => NOTHING)
    if (!result.ok) return result
    const value = readAttributes(result.body, result.versioned)
    return value ? { ok: true, value } : { ok: false, reason: 'FAILED', detail: 'the terminal’s answer is too short' }
  }

  /** Locks or unlocks the doors (0x8500). Refused unless vehicle control is switched on: it moves things in a vehicle on the road. */
  lockDoors(device: DeviceId, lock: boolean): Promise<OrderResult> {
    if (!this.#vehicleControl) return Promise.resolve({ ok: false, reason: 'DISABLED', detail: 'vehicle control is switched off (links.jt808VehicleControl)' })
    return this.#order(device, MESSAGE.vehicleControl, MESSAGE.controlAnswer, versioned => doorControlBody(lock, versioned))
  }

  #order(device: DeviceId, messageId: number, answeredBy: number, body: (versioned: boolean) => Uint8Array): Promise<OrderResult> {
    return this.#find(device)?.order(messageId, answeredBy, body) ?? Promise.resolve(NOT_CONNECTED)
  }
}
