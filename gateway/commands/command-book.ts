import { setTimeout as delay } from 'node:timers/promises'
import type { Actor, Audit } from '../model/audit.ts'
import type { CommandDefinition, CommandOrder, CommandPath, CommandRecord, CommandState, Commands } from '../model/command.ts'
import type { DeviceDirectory } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import type { FieldValue } from '../model/reading.ts'
import type { CommandFile } from './command-file.ts'

/** Orders of one device, and of all, that may be on their way at a time. */
const MOST_WAITING_OF_DEVICE = 16
const MOST_WAITING = 10_000
const FIRST_LOOK_AGAIN_MS = 500
const LONGEST_LOOK_AGAIN_MS = 10_000

/** What a {@link CommandBook} leans on. */
export interface CommandBookOptions {
  readonly file: CommandFile
  readonly path: CommandPath
  /** Where it is written down who gives which order. */
  readonly audit: Pick<Audit, 'append'>
  readonly directory: Pick<DeviceDirectory, 'get'>
  readonly log: Log
  readonly now: () => EpochMs
}

/**
 * Orders to devices. Only what a model names is ever sent, within its range, and once: whether an order that went without an answer was done is read back and never tried again by itself, because a
 * pulse given twice is another order. Every order ends in a final state by the time it expires, and what became of it is kept.
 */
export class CommandBook implements Commands {
  readonly #options: CommandBookOptions
  readonly #stopping = new AbortController()
  readonly #underWay = new Map<DeviceId, number>()
  readonly #running = new Set<Promise<void>>()
  #lastId = 0

  constructor(options: CommandBookOptions) {
    this.#options = options
  }

  /** Throws DATA_FOLDER_UNUSABLE. What was under way when the gateway ended is told to be unknown: it is not sent again. */
  start(): void {
    const { file } = this.#options
    file.open()
    this.#lastId = file.lastId
    for (const record of file.unsettled())
      this.#settle(record, 'expired', record.state === 'sent' ? 'the gateway ended before it was seen to be done' : 'the gateway ended before it was sent')
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#running)
    this.#options.file.close()
  }

  definitions(device: DeviceId): readonly CommandDefinition[] {
    return this.#options.path.orders(device).map(({ name, title, value }) => ({ name, title, ...(value && { value }) }))
  }

  async give({ device, name, value, expiresInMs, by }: Parameters<Commands['give']>[0]): Promise<CommandRecord> {
    const order = this.#order(device, name, value)
    const waiting = this.#underWay.get(device) ?? 0
    if (waiting >= MOST_WAITING_OF_DEVICE || this.#running.size >= MOST_WAITING)
      throw new GatewayError('COMMAND_INVALID', `${waiting} orders to ${device} are under way already: wait for them to end`, { retryable: true })
    const givenAt = this.#options.now()
    const record = this.#keep({
      id: ++this.#lastId,
      device,
      name,
      ...(value !== undefined && { value }),
      state: 'pending',
      givenAt,
      expiresAt: givenAt + expiresInMs,
    })
    this.#options.file.trim(device, record.id)
    this.#underWay.set(device, waiting + 1)
    const written = this.#writeDown(record, by)
    const running: Promise<void> = written
      .then(
        () => this.#carryOut(record, order),
        () => this.#settle(record, 'expired', 'who gave it could not be written down: it was not sent'),
      )
      .finally(() => {
        this.#running.delete(running)
        const left = (this.#underWay.get(device) ?? 1) - 1
        if (left > 0) this.#underWay.set(device, left)
        else this.#underWay.delete(device)
      })
    this.#running.add(running)
    await written
    return record
  }

  get(id: number): CommandRecord | undefined {
    return this.#options.file.get(id)
  }

  of(device: DeviceId, limit: number): readonly CommandRecord[] {
    return this.#options.file.of(device, limit)
  }

  #order(device: DeviceId, name: string, value: FieldValue | undefined): CommandOrder {
    const orders = this.#options.path.orders(device)
    const order = orders.find(each => each.name === name)
    if (!order) {
      const there = orders.length === 0 ? 'its model names none, or no line reaches it' : `there are ${orders.map(each => each.name).join(', ')}`
      throw new GatewayError('COMMAND_INVALID', `${device} takes no order "${name}": ${there}`)
    }
    try {
      order.check(value)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      throw new GatewayError('COMMAND_INVALID', `${name}: ${cause.message}`, { cause })
    }
    return order
  }

  async #writeDown({ id, device, name, value, expiresAt }: CommandRecord, actor: Actor): Promise<void> {
    const org = this.#options.directory.get(device)?.org
    await this.#options.audit.append({
      actor,
      action: 'command.give',
      subject: `device:${device}`,
      ...(org !== undefined && { org }),
      after: { command: id, name, ...(value !== undefined && { value }), expiresAt: new Date(expiresAt).toISOString() },
    })
    this.#options.log.info({ device, command: name, value, id }, 'order given')
  }

  async #carryOut(given: CommandRecord, order: CommandOrder): Promise<void> {
    const expiry = AbortSignal.timeout(Math.max(1, given.expiresAt - this.#options.now()))
    const signal = AbortSignal.any([expiry, this.#stopping.signal])
    try {
      const answer = await order.send(given.value, signal)
      if (answer.type === 'unsent') this.#settle(given, 'expired', answer.why)
      else if (answer.type === 'told') this.#settle({ ...given, sentAt: this.#options.now() }, 'told', 'sent; no answer is expected')
      else if (answer.type === 'refused') this.#settle({ ...given, sentAt: this.#options.now() }, 'refused', answer.why)
      else {
        const sent = this.#keep({ ...given, state: 'sent', sentAt: this.#options.now() })
        if (order.readBack) await this.#readBack(sent, order.readBack, signal)
        else if (answer.type === 'done') this.#settle(sent, 'confirmed', answer.said ?? 'the device answered; its model names nothing to read back')
        else this.#settle(sent, 'expired', `${answer.why}; whether it was done is not known`)
      }
    } catch (error) {
      this.#options.log.error({ id: given.id, error: error instanceof Error ? error.message : String(error) }, 'an order failed unexpectedly')
      this.#settle(given, 'expired', 'a fault of the gateway')
    }
  }

  /** Looks until the device shows the value or the order's time is over. */
  async #readBack(sent: CommandRecord, back: NonNullable<CommandOrder['readBack']>, signal: AbortSignal): Promise<void> {
    let seen = 'it was not looked at'
    for (let waitMs = back.afterMs, again = FIRST_LOOK_AGAIN_MS; ; waitMs = again, again = Math.min(LONGEST_LOOK_AGAIN_MS, 2 * again)) {
      if (!(await waited(waitMs, signal))) break
      const found = await back.shows(sent.value, signal)
      if (found === true) {
        this.#settle(sent, 'confirmed', 'read back')
        return
      }
      // What it showed last says more than that there was no time left to look.
      if (!signal.aborted) seen = found
    }
    this.#settle(sent, 'expired', `it was sent, and not seen to be done: ${seen}`)
  }

  #settle(record: CommandRecord, state: CommandState, detail: string): void {
    const { id, device, name } = this.#keep({ ...record, state, detail, settledAt: this.#options.now() })
    this.#options.log[state === 'confirmed' || state === 'told' ? 'info' : 'warn']({ device, command: name, id, state }, `order ${state}: ${detail}`)
  }

  #keep(record: CommandRecord): CommandRecord {
    this.#options.file.keep(record)
    return record
  }
}

/** Answers whether the time passed before the signal aborted. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
