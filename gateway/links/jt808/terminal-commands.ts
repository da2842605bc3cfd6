import { setTimeout as delay } from 'node:timers/promises'
import { numberParameter } from '../../../devices/protocols/jt808/encode-platform.ts'
import { u32 } from '../../../devices/protocols/jt808/header.ts'
import { type OrderName, readOrderNames } from '../../../devices/protocols/jt808/mapping.ts'
import type { CommandAnswer, CommandDefinition, CommandOrder, CommandPath } from '../../model/command.ts'
import type { Catalogue, DeviceDirectory } from '../../model/device.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { FieldValue } from '../../model/reading.ts'
import type { OrderResult } from './open-orders.ts'
import type { TerminalOrders } from './terminal-orders.ts'

/** How often it is looked whether a terminal that is cut off has come back. */
const LOOK_AGAIN_MS = 500
/** 2013 § 8.9: the seconds from one location to the next, when nothing else is set. */
const REPORT_INTERVAL = 0x0029
const TEXT_CHARACTERS = 500

const DEFINITIONS: Readonly<Record<OrderName, Omit<CommandDefinition, 'name'>>> = {
  text: { title: { en: 'Text for the driver', zh: '向驾驶员下发文本' }, value: { type: 'string' } },
  location: { title: { en: 'Ask where it is', zh: '查询位置' } },
  reportInterval: { title: { en: 'Seconds between locations', zh: '位置汇报间隔（秒）' }, value: { type: 'number', unit: 's', range: [1, 3600] } },
  doorLocked: { title: { en: 'Lock or unlock the doors', zh: '车门加锁/解锁' }, value: { type: 'boolean' } },
}

export interface TerminalCommandsOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly orders: TerminalOrders
  readonly vehicleControl: boolean
}

/** Orders to terminals, as models name them, for whoever gives orders. A terminal that is cut off is waited for, as long as the order has time. */
export class TerminalCommands implements CommandPath {
  readonly #options: TerminalCommandsOptions

  constructor(options: TerminalCommandsOptions) {
    this.#options = options
  }

  orders(device: DeviceId): readonly CommandOrder[] {
    const { directory, catalogue, vehicleControl } = this.#options
    const found = directory.get(device)
    const model = found?.link?.url.startsWith('jt808://') ? catalogue.model(found.model)?.model : undefined
    if (model?.protocol !== 'jt808') return []
    return readOrderNames(model)
      .filter(name => vehicleControl || name !== 'doorLocked')
      .map(name => this.#order(device, name))
  }

  #order(device: DeviceId, name: OrderName): CommandOrder {
    const definition = DEFINITIONS[name]
    const readBack: CommandOrder['readBack'] = { afterMs: 1000, shows: value => this.#showsInterval(device, value) }
    return {
      name,
      ...definition,
      check: value => check(definition.value, value),
      send: (value, signal) => sent(() => this.#send(device, name, value), signal),
      ...(name === 'reportInterval' && { readBack }),
    }
  }

  #send(device: DeviceId, name: OrderName, value: FieldValue | undefined): Promise<OrderResult> {
    const { orders } = this.#options
    switch (name) {
      case 'text':
        return orders.text(device, String(value))
      case 'location':
        return orders.location(device)
      case 'reportInterval':
        return orders.setParameters(device, [numberParameter(REPORT_INTERVAL, Number(value))])
      case 'doorLocked':
        return orders.lockDoors(device, value === true)
    }
  }

  async #showsInterval(device: DeviceId, value: FieldValue | undefined): Promise<true | string> {
    const asked = await this.#options.orders.parameters(device)
    if (!asked.ok) return asked.detail
    const found = asked.value.find(({ id }) => id === REPORT_INTERVAL)
    if (!found) return 'the terminal does not tell this parameter'
    const seconds = u32(found.value, 0)
    return seconds === value ? true : `it is ${seconds} s`
  }
}

/** Sends an order once the terminal is there and has room for one. */
async function sent(send: () => Promise<OrderResult>, signal: AbortSignal): Promise<CommandAnswer> {
  for (;;) {
    if (signal.aborted) return { type: 'unsent', why: 'the terminal was not connected in time' }
    const result = await send()
    if (result.ok) return { type: 'done' }
    if (result.reason === 'EXPIRED' || result.reason === 'CUT_OFF') return { type: 'unanswered', why: result.detail }
    if (result.reason !== 'NOT_CONNECTED' && result.reason !== 'BUSY') return { type: 'refused', why: result.detail }
    await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

function check(wanted: CommandDefinition['value'], value: FieldValue | undefined): void {
  if (!wanted) {
    if (value !== undefined) throw new RangeError('it carries no value')
    return
  }
  if (typeof value !== wanted.type) throw new RangeError(`expected a ${wanted.type}`)
  if (typeof value === 'string' && (value.trim() === '' || value.length > TEXT_CHARACTERS))
    throw new RangeError(`expected a text of 1 to ${TEXT_CHARACTERS} characters`)
  const [least, most] = wanted.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (typeof value === 'number' && !(Number.isInteger(value) && value >= least && value <= most))
    throw new RangeError(`expected a whole number from ${least} to ${most}`)
}
