import { encodePacket, VERSION_2017 } from '../../../devices/protocols/hj212/encode.ts'
import { dataTimeOf } from '../../../devices/protocols/hj212/join.ts'
import type { Dialect, Packet } from '../../../devices/protocols/hj212/packet.ts'

/** What became of a command. `values`: what the station said, by name. `NOT_CONNECTED` and `BUSY`: it was not sent; `EXPIRED` and `CUT_OFF`: it was, and nothing came back. */
export type CommandResult =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reason: 'REFUSED' | 'FAILED' | 'NO_DATA' | 'EXPIRED' | 'NOT_CONNECTED' | 'CUT_OFF' | 'BUSY'; readonly detail: string }

/** A command to a station. */
export interface Command {
  readonly qn: string
  readonly cn: string
  readonly cp: string
}

/** Times of commands, in ms. */
export interface CommandTimes {
  /** From the request, and from each answer, to the next. */
  readonly answerMs: number
  /** For all of a command. */
  readonly wholeMs: number
}

interface Open {
  readonly command: Command
  readonly request: Buffer
  readonly resolve: (result: CommandResult) => void
  readonly until: number
  values: Record<string, string>
  packets: number
  timer: NodeJS.Timeout
}

const MOST_OPEN = 8
const MOST_VALUES = 100

/** HJ 212-2017 § 6.6.3, table 7. */
const REFUSALS: Readonly<Record<string, string>> = {
  2: 'the station refuses the request',
  3: 'the station wants another password',
  4: 'the station has another MN',
  5: 'the station has another ST',
  6: 'the station does not take the Flag',
  7: 'the station does not take the QN',
  8: 'the station does not know the command',
  9: 'the CRC did not hold at the station',
}

/**
 * The commands that one station has not finished. HJ 212-2017 annex C: request; 9011 says whether it will be executed; then data, if any; 9012 says how it ended. Stations that leave 9011 or
 * 9012 out are taken at their data.
 */
export class OpenCommands {
  readonly #times: CommandTimes
  readonly #open = new Map<string, Open>()

  constructor(times: CommandTimes) {
    this.#times = times
  }

  /** Sends a command; resolves when it has ended, one way or the other. Never rejects. */
  send(command: Command, who: Pick<Packet, 'st' | 'pw' | 'mn'>, dialect: Dialect, write: (bytes: Buffer) => void): Promise<CommandResult> {
    if (this.#open.size >= MOST_OPEN) return Promise.resolve({ ok: false, reason: 'BUSY', detail: `${MOST_OPEN} commands wait for this station` })
    const request = encodePacket({ ...command, ...who, flag: VERSION_2017 | 1 }, dialect)
    const { promise, resolve } = Promise.withResolvers<CommandResult>()
    const timer = setTimeout(() => this.#expire(command.qn), this.#times.answerMs)
    this.#open.set(command.qn, { command, request, resolve, until: performance.now() + this.#times.wholeMs, values: {}, packets: 0, timer })
    write(request)
    return promise
  }

  /** Takes what a station says. Answers the request, where the packet holds data that it asked for from the station's memory. */
  take(packet: Packet): Buffer | undefined {
    const open = this.#find(packet)
    if (!open) return undefined
    if (packet.cn === '9011') this.#accepted(open, itemsOf(packet.cp).QnRtn ?? '')
    else if (packet.cn === '9012') this.#ended(open, itemsOf(packet.cp).ExeRtn ?? '')
    else {
      open.packets++
      if (!isFetch(open.command)) Object.assign(open.values, itemsOf(packet.cp))
      this.#goOn(open)
      return isFetch(open.command) ? open.request : undefined
    }
    return undefined
  }

  /** The connection is gone. */
  close(): void {
    for (const { command } of Array.from(this.#open.values())) {
      this.#settle(command.qn, { ok: false, reason: 'CUT_OFF', detail: 'the connection ended before the station had answered' })
    }
  }

  #find(packet: Packet): Open | undefined {
    const byQn = packet.qn === undefined ? undefined : this.#open.get(packet.qn)
    if (packet.cn === '9011' || packet.cn === '9012') return byQn
    if (byQn?.command.cn === packet.cn) return byQn
    // Not every station gives data of its memory the QN of the request: then the time tells.
    const time = dataTimeOf(packet.cp)
    return Array.from(this.#open.values()).find(({ command }) => command.cn === packet.cn && (isFetch(command) ? isWithin(time, command.cp) : packet.cp !== ''))
  }

  #accepted(open: Open, code: string): void {
    if (code === '1') this.#goOn(open)
    else
      this.#settle(open.command.qn, {
        ok: false,
        reason: 'REFUSED',
        detail: (/^\d$/.test(code) && REFUSALS[code]) || `the station answered ${code.slice(0, 8)}`,
      })
  }

  /** § 6.6.2, table 6. */
  #ended(open: Open, code: string): void {
    if (code === '1') this.#settle(open.command.qn, { ok: true, values: open.values })
    else if (code === '100') this.#settle(open.command.qn, { ok: false, reason: 'NO_DATA', detail: 'the station has no data' })
    else this.#settle(open.command.qn, { ok: false, reason: 'FAILED', detail: `the station could not: ${code.slice(0, 8)} (table 6)` })
  }

  #goOn(open: Open): void {
    clearTimeout(open.timer)
    open.timer = setTimeout(() => this.#expire(open.command.qn), Math.max(0, Math.min(this.#times.answerMs, open.until - performance.now())))
  }

  #expire(qn: string): void {
    const open = this.#open.get(qn)
    if (!open) return
    if (open.packets > 0) this.#settle(qn, { ok: true, values: open.values })
    else this.#settle(qn, { ok: false, reason: 'EXPIRED', detail: 'the station did not answer' })
  }

  #settle(qn: string, result: CommandResult): void {
    const open = this.#open.get(qn)
    clearTimeout(open?.timer)
    this.#open.delete(qn)
    open?.resolve(result)
  }
}

function isFetch({ cp }: Command): boolean {
  return cp.startsWith('BeginTime=')
}

function isWithin(time: string, cp: string): boolean {
  const { BeginTime = '', EndTime = '' } = itemsOf(cp)
  return time.length === 14 && time >= BeginTime && time <= EndTime
}

function itemsOf(cp: string): Record<string, string> {
  const items = cp.split(/[;,]/, MOST_VALUES).map(item => item.split('=', 2))
  return Object.fromEntries(items.flatMap(([name, value]) => (name && value !== undefined ? [[name, value]] : [])))
}
