import { setTimeout as delay } from 'node:timers/promises'
import { type OrderName, readOrderNames } from '../../../devices/protocols/hj212/mapping.ts'
import type { CommandAnswer, CommandDefinition, CommandOrder, CommandPath } from '../../model/command.ts'
import type { Catalogue, DeviceDirectory } from '../../model/device.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { FieldValue } from '../../model/reading.ts'
import type { Stretch } from './minute-gaps.ts'
import type { CommandResult } from './open-commands.ts'

/** How often it is looked whether a station that is cut off has come back. */
const LOOK_AGAIN_MS = 500
const DAY_MS = 86_400_000
/** Table 4: RtdInterval, seconds. */
const INTERVAL = [30, 3600] as const
const STRETCH = 'expected two times with their zone, such as 2026-08-01T08:00:00+08:00/2026-08-01T10:00:00+08:00'

/** Data of a station's memory by order: the command, and how much may be asked for at once. */
const HISTORY = {
  fetchMinutes: { cn: '2051', longestMs: DAY_MS },
  fetchHours: { cn: '2061', longestMs: 31 * DAY_MS },
  fetchDays: { cn: '2031', longestMs: 366 * DAY_MS },
} as const

const DEFINITIONS: Readonly<Record<OrderName, Omit<CommandDefinition, 'name'>>> = {
  setTime: { title: { en: 'Set its clock to the time', zh: '设置现场机时间' } },
  askInterval: { title: { en: 'Ask for the seconds between real-time data', zh: '提取实时数据间隔' } },
  reportInterval: { title: { en: 'Seconds between real-time data', zh: '实时数据间隔（秒）' }, value: { type: 'number', unit: 's', range: INTERVAL } },
  fetchMinutes: { title: { en: 'Fetch minute data: begin/end', zh: '补取分钟数据（起/止）' }, value: { type: 'string' } },
  fetchHours: { title: { en: 'Fetch hour data: begin/end', zh: '补取小时数据（起/止）' }, value: { type: 'string' } },
  fetchDays: { title: { en: 'Fetch day data: begin/end', zh: '补取日数据（起/止）' }, value: { type: 'string' } },
}

/** What a link can have its stations do. */
export interface StationOrders {
  setTime(device: DeviceId): Promise<CommandResult>
  getInterval(device: DeviceId): Promise<CommandResult>
  setInterval(device: DeviceId, seconds: number): Promise<CommandResult>
  fetchHistory(device: DeviceId, cn: '2051' | '2061' | '2031', begin: EpochMs, end: EpochMs): Promise<CommandResult>
}

export interface StationCommandsOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly orders: StationOrders
}

/** Orders to stations, as models name them, for whoever gives orders. A station that is cut off is waited for, as long as the order has time. */
export class StationCommands implements CommandPath {
  readonly #options: StationCommandsOptions

  constructor(options: StationCommandsOptions) {
    this.#options = options
  }

  orders(device: DeviceId): readonly CommandOrder[] {
    const { directory, catalogue } = this.#options
    const found = directory.get(device)
    const model = found?.link?.url.startsWith('hj212://') ? catalogue.model(found.model)?.model : undefined
    return model?.protocol === 'hj212' ? readOrderNames(model).map(name => this.#order(device, name)) : []
  }

  #order(device: DeviceId, name: OrderName): CommandOrder {
    const definition = DEFINITIONS[name]
    const readBack: CommandOrder['readBack'] = { afterMs: 1000, shows: value => this.#showsInterval(device, value) }
    return {
      name,
      ...definition,
      check: value => check(name, value),
      send: (value, signal) => sent(() => this.#send(device, name, value), signal),
      ...(name === 'reportInterval' && { readBack }),
    }
  }

  #send(device: DeviceId, name: OrderName, value: FieldValue | undefined): Promise<CommandResult> {
    const { orders } = this.#options
    switch (name) {
      case 'setTime':
        return orders.setTime(device)
      case 'askInterval':
        return orders.getInterval(device)
      case 'reportInterval':
        return orders.setInterval(device, Number(value))
      default: {
        const { begin, end } = readStretch(value)
        return orders.fetchHistory(device, HISTORY[name].cn, begin, end)
      }
    }
  }

  async #showsInterval(device: DeviceId, value: FieldValue | undefined): Promise<true | string> {
    const asked = await this.#options.orders.getInterval(device)
    if (!asked.ok) return asked.detail
    const { RtdInterval } = asked.values
    if (RtdInterval === undefined) return 'the station does not tell its interval'
    return Number(RtdInterval) === value ? true : `it is ${RtdInterval.slice(0, 8)} s`
  }
}

/** Sends an order once the station is there and has room for one. What the station said with it is told. */
async function sent(send: () => Promise<CommandResult>, signal: AbortSignal): Promise<CommandAnswer> {
  for (;;) {
    if (signal.aborted) return { type: 'unsent', why: 'the station was not connected in time' }
    const result = await send()
    if (result.ok) {
      const said = Object.entries(result.values).map(([name, value]) => `${name}=${value}`)
      return { type: 'done', ...(said.length > 0 && { said: said.join(', ').slice(0, MOST_SAID) }) }
    }
    if (result.reason === 'EXPIRED' || result.reason === 'CUT_OFF') return { type: 'unanswered', why: result.detail }
    if (result.reason !== 'NOT_CONNECTED' && result.reason !== 'BUSY') return { type: 'refused', why: result.detail }
    await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

const MOST_SAID = 200

function check(name: OrderName, value: FieldValue | undefined): void {
  if (name === 'setTime' || name === 'askInterval') {
    if (value !== undefined) throw new RangeError('it carries no value')
  } else if (name === 'reportInterval') {
    const [least, most] = INTERVAL
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw new RangeError(`expected a whole number from ${least} to ${most}`)
  } else {
    const { begin, end } = readStretch(value)
    const { longestMs } = HISTORY[name]
    if (end - begin > longestMs) throw new RangeError(`expected no more than ${longestMs / DAY_MS} days at once`)
  }
}

/** Two times as ISO 8601-1 § 5.5.2 writes an interval. Throws `RangeError`. */
function readStretch(value: FieldValue | undefined): Stretch {
  const times = typeof value === 'string' ? value.split('/') : []
  const [begin = Number.NaN, end = Number.NaN] = times.map(text => (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN))
  if (times.length !== 2 || Number.isNaN(begin) || Number.isNaN(end)) throw new RangeError(STRETCH)
  if (end < begin) throw new RangeError('it ends before it begins')
  return { begin, end }
}
