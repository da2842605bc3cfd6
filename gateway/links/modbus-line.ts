import { crc16, exceptionResponse, readRequest } from '../../devices/protocols/modbus/frame.ts'
import type { EpochMs } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import { BackOff } from './back-off.ts'
import { type Endpoint, endpointKey } from './endpoint.ts'
import { FrameIntake } from './frame-intake.ts'
import { LineMeter, type LineStats } from './line-meter.ts'
import { type Answer, MbapClient } from './mbap-client.ts'
import { type BreakerSettings, PolledDevice, type PollTarget } from './polled-device.ts'
import { Waiter } from './waiter.ts'

/** How a line is worked. All have a default in {@link lineDefaults}. */
export interface LineSettings extends BreakerSettings {
  /** How long an answer may take. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  /** Frames that may be on their way to the disk before the line waits. */
  readonly mostUnsynced: number
}

export const lineDefaults: LineSettings = { timeoutMs: 1000, connectTimeoutMs: 5000, firstBackOffMs: 1000, longestBackOffMs: 60_000, mostUnsynced: 64 }

export interface LineOptions {
  readonly endpoint: Endpoint
  readonly journal: Journal
  readonly log: Log
  readonly now: () => EpochMs
  readonly settings: LineSettings
}

/** Modbus Application Protocol V1.1b3 § 7: a gateway in front of a bus says that the unit behind it can not be reached. */
const UNREACHABLE_BEHIND_GATEWAY = new Set([0x0a, 0x0b])
/** After so many requests in a row without an answer the connection itself is doubted. */
const SILENCE_BEFORE_RECONNECT = 3

/** All devices behind one endpoint: one connection, one request in flight, each device in its turn. */
export class ModbusLine {
  readonly #name: string
  readonly #log: Log
  readonly #now: () => EpochMs
  readonly #settings: LineSettings
  readonly #client: MbapClient
  readonly #waiter = new Waiter()
  readonly #intake: FrameIntake
  readonly #reconnect: BackOff
  readonly #meter: LineMeter
  readonly #stopping = new AbortController()
  #devices: readonly PolledDevice[] = []
  #silentInARow = 0
  #reconnectAt = 0
  #running: Promise<void> = Promise.resolve()

  constructor({ endpoint, journal, log, now, settings }: LineOptions) {
    this.#name = endpointKey(endpoint)
    this.#log = log
    this.#now = now
    this.#settings = settings
    this.#meter = new LineMeter(performance.now())
    this.#client = new MbapClient(endpoint, () => this.#meter.strays++)
    this.#intake = new FrameIntake({ journal, log, limit: settings.mostUnsynced, waiter: this.#waiter })
    this.#reconnect = new BackOff(settings.firstBackOffMs, settings.longestBackOffMs)
  }

  start(): void {
    this.#running = this.#run(this.#stopping.signal)
  }

  /** Ends the request in flight and the connection. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#client.close()
    await this.#running
  }

  /** Which devices are on the line now. Those that stay keep their turn and their breaker. */
  setTargets(targets: readonly PollTarget[]): void {
    const kept = new Map(this.#devices.map(device => [identity(device.target), device]))
    this.#devices = targets.map(target => kept.get(identity(target)) ?? new PolledDevice(target, this.#settings, performance.now()))
    this.#waiter.wake()
  }

  stats(): LineStats {
    const { requests, answers, exceptions, timeouts, strays, disconnects } = this.#meter
    return {
      endpoint: this.#name,
      connected: this.#client.connected,
      devices: this.#devices.length,
      silent: this.#devices.filter(device => device.silent).length,
      requests,
      answers,
      exceptions,
      timeouts,
      strays,
      disconnects,
      missed: this.#devices.reduce((sum, device) => sum + device.missed, 0),
      utilisation: this.#meter.utilisation(performance.now()),
      unsynced: this.#intake.unsynced,
      notKept: this.#intake.notKept,
      paused: this.#intake.paused,
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#turn(signal)
      } catch (error) {
        // Nothing in a turn is expected to throw; a poller that stops for good after an error would be the worst answer to being wrong about that.
        this.#log.error({ line: this.#name, error: error instanceof Error ? error.message : String(error) }, 'a poll failed unexpectedly; the line goes on')
        await this.#pause(this.#settings.firstBackOffMs, signal)
      }
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await this.#intake.ready(signal)
    const next = this.#next()
    const waitMs = (next?.readyAt ?? Number.POSITIVE_INFINITY) - performance.now()
    if (!next || waitMs > 0) await this.#waiter.wait(waitMs, signal)
    else if (this.#client.connected || (await this.#reach(signal))) await this.#poll(next)
  }

  #next(): PolledDevice | undefined {
    let next = this.#devices[0]
    for (const device of this.#devices) if (next && device.readyAt < next.readyAt) next = device
    return next
  }

  /** Answers whether there is a connection; waits for its back-off first. Only an answer on the line ends the back-off: a peer that hangs up at once is not asked in a loop. */
  async #reach(signal: AbortSignal): Promise<boolean> {
    await this.#pause(this.#reconnectAt - performance.now(), signal)
    if (signal.aborted) return false
    try {
      await this.#client.connect(this.#settings.connectTimeoutMs, signal)
      return true
    } catch (error) {
      if (signal.aborted) return false
      this.#lost(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + ms
    // Woken by a change of devices: the peer must be left alone all the same.
    for (let left = ms; left > 0 && !signal.aborted; left = until - performance.now()) await this.#waiter.wait(left, signal)
  }

  async #poll(device: PolledDevice): Promise<void> {
    const began = performance.now()
    const block = device.take(began)
    if (!block) return
    const { unit } = device.target
    const request = readRequest(unit, block)
    this.#meter.requests++
    const answer = await this.#client.request(unit, request.subarray(1, -2), this.#settings.timeoutMs)
    const ended = performance.now()
    this.#meter.busy(ended - began, ended)
    if (this.#stopping.signal.aborted) return
    if (answer.type === 'answered') this.#answered(device, request, answer.pdu)
    else this.#unanswered(device, answer)
  }

  #answered(device: PolledDevice, request: Uint8Array, pdu: Uint8Array): void {
    const { device: id, unit } = device.target
    this.#silentInARow = 0
    if (this.#reconnect.failures > 0) this.#log.info({ line: this.#name }, 'the line answers again')
    this.#reconnect.succeeded()
    const functionCode = pdu[0] ?? 0
    const isException = functionCode >= 0x80
    const exception = pdu[1] ?? 0
    this.#meter[isException ? 'exceptions' : 'answers']++
    const response = isException && pdu.length === 2 ? exceptionResponse(unit, functionCode, exception) : rtu(unit, pdu)
    this.#intake.take({ device: id, channel: 'modbus', receivedAt: this.#now(), payload: Buffer.concat([request, response]) })
    if (isException && UNREACHABLE_BEHIND_GATEWAY.has(exception)) this.#leaveAlone(device, `the gateway in front of it answers exception ${exception}`)
    else if (device.answered()) this.#log.info({ line: this.#name, device: id, unit }, 'the device answers again')
  }

  #unanswered(device: PolledDevice, answer: Exclude<Answer, { type: 'answered' }>): void {
    if (answer.type === 'closed') {
      this.#lost('the peer closed the connection')
      this.#leaveAlone(device, 'the connection closed while it was asked')
      return
    }
    this.#meter.timeouts++
    this.#leaveAlone(device, `no answer within ${this.#settings.timeoutMs} ms`)
    if (++this.#silentInARow < SILENCE_BEFORE_RECONNECT) return
    this.#silentInARow = 0
    this.#client.close()
    this.#lost(`${SILENCE_BEFORE_RECONNECT} requests in a row went without an answer`)
  }

  #leaveAlone(device: PolledDevice, why: string): void {
    const wasSilent = device.silent
    const waitMs = device.stayedSilent(performance.now(), Math.random())
    const { device: id, unit } = device.target
    if (!wasSilent) this.#log.warn({ line: this.#name, device: id, unit, waitMs }, `the device is left alone for a while: ${why}`)
  }

  #lost(why: string): void {
    this.#meter.disconnects++
    if (this.#reconnect.failures === 0) this.#log.warn({ line: this.#name }, `the line is down: ${why}; it is tried again until it is up`)
    this.#reconnectAt = performance.now() + this.#reconnect.failed(Math.random())
  }
}

/** The RTU form of a PDU: the journal holds polled answers as it holds those of a serial line. */
function rtu(unit: number, pdu: Uint8Array): Uint8Array {
  const adu = new Uint8Array(pdu.length + 3)
  adu[0] = unit
  adu.set(pdu, 1)
  const crc = crc16(adu, 0, adu.length - 2)
  adu[adu.length - 2] = crc & 0xff
  adu[adu.length - 1] = crc >> 8
  return adu
}

function identity({ device, model, unit }: PollTarget): string {
  return `${device} ${model} ${unit}`
}
