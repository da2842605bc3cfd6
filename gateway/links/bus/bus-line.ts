import type { BusPoll } from '../../../devices/protocols/bus-speech.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Journal } from '../../model/journal.ts'
import type { LineStats } from '../../model/line.ts'
import type { Log } from '../../model/log.ts'
import { BackOff } from '../back-off.ts'
import { FrameIntake } from '../frame-intake.ts'
import { Waiter } from '../waiter.ts'
import { type BusTarget, BusUnit } from './bus-unit.ts'
import { LineMeter } from './line-meter.ts'
import type { LineSettings } from './line-settings.ts'
import { Overload } from './overload.ts'
import { type Question, Requests } from './requests.ts'
import { type Turn, Turns } from './turns.ts'
import type { Ask, Outcome, Wire } from './wire.ts'

export interface LineOptions {
  readonly url: string
  /** Makes the line's connection, given whom to tell of strays. */
  readonly open: (onStray: () => void) => Wire
  readonly journal: Journal
  readonly log: Log
  readonly now: () => EpochMs
  readonly settings: LineSettings
}

/** Requests for one answer that comes in parts. */
const MOST_PARTS = 16
/** After so many requests in a row without an answer the connection itself is doubted. */
const SILENCE_BEFORE_RECONNECT = 3

/** All devices of one link: one connection, one request in flight, each device in its turn, and what cannot wait before all of them. */
export class BusLine {
  readonly #url: string
  readonly #log: Log
  readonly #now: () => EpochMs
  readonly #settings: LineSettings
  readonly #wire: Wire
  readonly #waiter = new Waiter()
  readonly #intake: FrameIntake
  readonly #reconnect: BackOff
  readonly #meter = new LineMeter(performance.now())
  readonly #overload: Overload
  readonly #turns: Turns
  readonly #requests = new Requests()
  readonly #stopping = new AbortController()
  #units: readonly BusUnit[] = []
  #silentInARow = 0
  #reconnectAt = 0
  #running: Promise<void> = Promise.resolve()

  constructor({ url, open, journal, log, now, settings }: LineOptions) {
    this.#url = url
    this.#log = log
    this.#now = now
    this.#settings = settings
    this.#wire = open(() => this.#meter.strays++)
    this.#intake = new FrameIntake({ journal, log, limit: settings.mostUnsynced, waiter: this.#waiter })
    this.#reconnect = new BackOff(settings.firstBackOffMs, settings.longestBackOffMs)
    this.#turns = new Turns(settings)
    this.#overload = new Overload(url, log)
  }

  start(): void {
    this.#running = this.#run(this.#stopping.signal)
  }

  /** Ends the request in flight and the connection. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#requests.stop()
    this.#wire.close('the line is given up')
    await this.#running
  }

  /** Which devices are on the line now. Those that stay keep their turn and their breaker. */
  setTargets(targets: readonly BusTarget[]): void {
    const kept = new Map(this.#units.map(unit => [identity(unit.target), unit]))
    this.#units = targets.map(target => kept.get(identity(target)) ?? new BusUnit(target, this.#settings, performance.now()))
    this.#waiter.wake()
  }

  /** Asks before all polls, as soon as the request in flight is done. Waits for a connection until the signal aborts; what was not asked by then is not asked any more. */
  ask(question: Question, signal: AbortSignal): Promise<Outcome> {
    const asked = this.#requests.add(question, signal)
    this.#waiter.wake()
    return asked
  }

  /** Devices whose last request went without an answer. */
  silent(): ReadonlySet<DeviceId> {
    return new Set(this.#units.filter(unit => unit.silent).map(unit => unit.target.device))
  }

  stats(): LineStats {
    const { requests, answers, exceptions, timeouts, strays, disconnects, slips } = this.#meter
    return {
      url: this.#url,
      connected: this.#wire.connected,
      devices: this.#units.length,
      silent: this.#units.filter(unit => unit.silent).length,
      requests,
      answers,
      exceptions,
      timeouts,
      strays,
      disconnects,
      missed: this.#missed(),
      utilisation: this.#meter.utilisation(performance.now()),
      slipP50Ms: slips.quantile(0.5),
      slipP99Ms: slips.quantile(0.99),
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
        this.#log.error({ line: this.#url, error: error instanceof Error ? error.message : String(error) }, 'a poll failed unexpectedly; the line goes on')
        await this.#pause(this.#settings.firstBackOffMs, signal)
      }
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (!this.#requests.waiting) await this.#intake.ready(signal, () => this.#requests.waiting)
    // Looked at after the wait and at once before the next: what came in between would wake nobody.
    const turn = this.#requests.waiting ? undefined : this.#turns.next(this.#units, performance.now(), this.#usualTimeoutMs)
    if (turn && 'waitUntil' in turn) await this.#waiter.wait(turn.waitUntil - performance.now(), signal)
    else if (!this.#wire.connected) await this.#reach(signal)
    else await (turn ? this.#poll(turn) : this.#serve())
  }

  get #usualTimeoutMs(): number {
    return this.#wire.timeoutMs ?? this.#settings.timeoutMs
  }

  /** Connects, after the back-off. Only an answer on the line ends the back-off: a peer that hangs up at once is not asked in a loop. */
  async #reach(signal: AbortSignal): Promise<void> {
    await this.#pause(this.#reconnectAt - performance.now(), signal)
    if (signal.aborted) return
    try {
      await this.#wire.connect(this.#settings.connectTimeoutMs, signal)
    } catch (error) {
      if (!signal.aborted) this.#lost(error instanceof Error ? error.message : String(error))
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + ms
    // Woken by a change of devices: the peer must be left alone all the same.
    for (let left = ms; left > 0 && !signal.aborted; left = until - performance.now()) await this.#waiter.wait(left, signal)
  }

  async #serve(): Promise<void> {
    const request = this.#requests.next()
    if (!request) return
    const { question, settle } = request
    let bytes: Uint8Array
    try {
      bytes = question.request()
    } catch (error) {
      settle({ type: 'unasked', why: error instanceof Error ? error.message : String(error) })
      return
    }
    const outcome = await this.#exchange({ ...question, request: bytes, timeoutMs: question.timeoutMs ?? this.#usualTimeoutMs })
    this.#count(outcome)
    settle(outcome)
    this.#heard(outcome)
  }

  async #exchange(question: Ask): Promise<Outcome> {
    const began = performance.now()
    this.#meter.requests++
    const outcome = await this.#wire.ask(question)
    const ended = performance.now()
    const utilisation = this.#meter.busy(ended - began, ended)
    if (utilisation !== undefined) this.#overload.look(utilisation, this.#missed())
    return outcome
  }

  async #poll({ unit, timeoutMs, probe }: Exclude<Turn, { waitUntil: number }>): Promise<void> {
    const began = performance.now()
    const slipMs = began - unit.readyAt
    const poll = unit.take(began)
    if (!poll) return
    if (!unit.silent) this.#meter.slips.note(slipMs)
    const { outcome, exchanged } = await this.#askAll(unit.target, [poll, ...(poll.beside ?? [])], timeoutMs)
    if (this.#stopping.signal.aborted) return
    const tookMs = performance.now() - began
    if (exchanged.length > 0) {
      const { device, channel } = unit.target
      this.#intake.take({ device, channel, receivedAt: this.#now(), payload: Buffer.concat(exchanged) })
    }
    if (outcome.type === 'answered') this.#answered(unit, outcome, (2 * tookMs) / exchanged.length)
    else {
      if (probe) this.#turns.probeFailed(tookMs, performance.now())
      this.#leaveAlone(unit, 'why' in outcome ? `${outcome.why} while it was asked` : `no answer within ${Math.round(tookMs)} ms`)
    }
    this.#heard(outcome)
  }

  /** A poll and what is asked beside it, until one is refused or goes without an answer. Answers the last outcome, and all requests with their answers. */
  async #askAll(
    { speech, address, pauseMs }: BusTarget,
    polls: readonly Pick<BusPoll, 'request' | 'answerBytes'>[],
    timeoutMs: number,
  ): Promise<{ readonly outcome: Outcome; readonly exchanged: readonly Uint8Array[] }> {
    const exchanged: Uint8Array[] = []
    let outcome: Outcome = { type: 'unasked', why: 'there was nothing to ask' }
    const ask = async (request: Uint8Array, answerBytes: number): Promise<Uint8Array | undefined> => {
      outcome = await this.#exchange({ request, speech, timeoutMs, answerBytes, pauseMs })
      this.#count(outcome)
      if (outcome.type === 'answered') exchanged.push(request, outcome.answer)
      return outcome.type === 'answered' && outcome.refused === undefined && !this.#stopping.signal.aborted ? outcome.answer : undefined
    }
    for (const { answerBytes, ...poll } of polls) {
      let request: Uint8Array | undefined = poll.request(address)
      let answer: Uint8Array | undefined
      for (let part = 1; request !== undefined && part <= MOST_PARTS; part++) {
        answer = await ask(request, answerBytes)
        request = answer && speech.rest?.(request, answer, part)
      }
      if (!answer) break
    }
    return { outcome, exchanged }
  }

  #answered(unit: BusUnit, outcome: Extract<Outcome, { type: 'answered' }>, tookMs: number): void {
    const { device, address } = unit.target
    if (outcome.unreachable) {
      this.#leaveAlone(unit, `the gateway in front of it answers ${outcome.refused ?? 'that it can not be reached'}`)
      return
    }
    this.#turns.answered(tookMs)
    const settleMs = this.#wire.unnumbered ? (unit.target.timeoutMs ?? this.#usualTimeoutMs) : 0
    if (unit.answered(performance.now(), settleMs)) this.#log.info({ line: this.#url, device, address }, 'the device answers again')
  }

  #count(outcome: Outcome): void {
    if (outcome.type === 'timeout') this.#meter.timeouts++
    else if (outcome.type === 'answered') this.#meter[outcome.refused === undefined ? 'answers' : 'exceptions']++
  }

  /** What an outcome says of the connection. */
  #heard(outcome: Outcome): void {
    if (outcome.type === 'answered') {
      this.#silentInARow = 0
      if (this.#reconnect.failures > 0) this.#log.info({ line: this.#url }, 'the line answers again')
      this.#reconnect.succeeded()
    } else if (outcome.type === 'sent') return
    else if (outcome.type !== 'timeout') this.#lost(outcome.why)
    else if (++this.#silentInARow >= SILENCE_BEFORE_RECONNECT && this.#wire.doubtable) {
      this.#silentInARow = 0
      this.#wire.close('nothing on it answers any more')
      this.#lost(`${SILENCE_BEFORE_RECONNECT} requests in a row went without an answer`)
    }
  }

  #leaveAlone(unit: BusUnit, why: string): void {
    const wasSilent = unit.silent
    const waitMs = unit.stayedSilent(performance.now(), Math.random())
    const { device, address } = unit.target
    if (!wasSilent) this.#log.warn({ line: this.#url, device, address, waitMs }, `the device is left alone for a while: ${why}`)
  }

  #lost(why: string): void {
    this.#meter.disconnects++
    if (this.#reconnect.failures === 0) this.#log.warn({ line: this.#url }, `the line is down: ${why}; it is tried again until it is up`)
    this.#reconnectAt = performance.now() + this.#reconnect.failed(Math.random())
  }

  #missed(): number {
    return this.#units.reduce((sum, unit) => sum + unit.missed, 0)
  }
}

function identity({ device, model, address }: BusTarget): string {
  return `${device} ${model} ${address}`
}
