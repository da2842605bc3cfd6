import { modbusBus } from '../../../devices/protocols/modbus/bus.ts'
import { readRequest } from '../../../devices/protocols/modbus/frame.ts'
import type { DtuAnswer, DtuProbe } from '../../model/dtu.ts'
import { GatewayError } from '../../model/errors.ts'
import { ByteWire } from '../bus/byte-wire.ts'
import type { BusTransport } from '../bus/transport.ts'

const MOST_RUNNING = 4
const MOST_REMEMBERED = 64

/** Looks at what stands behind DTUs: a few at a time, the last of each remembered. */
export class Probes {
  readonly #timeoutMs: number
  readonly #byId = new Map<string, Probe>()
  readonly #stopping = new AbortController()

  /** `timeoutMs`: how long each question waits. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Throws a retryable LINK_FAILED when enough are running. */
  begin(id: string, first: number, last: number): Probe {
    const running = [...this.#byId.values()].filter(probe => probe.status().state === 'running').length
    if (running >= MOST_RUNNING) throw new GatewayError('LINK_FAILED', `${running} DTUs are probed already: try again in a moment`, { retryable: true })
    const probe = new Probe({ first, last, timeoutMs: this.#timeoutMs, signal: this.#stopping.signal })
    this.#byId.delete(id)
    this.#byId.set(id, probe)
    const [oldest] = this.#byId.keys()
    if (this.#byId.size > MOST_REMEMBERED && oldest !== undefined) this.#byId.delete(oldest)
    return probe
  }

  of(id: string): DtuProbe | undefined {
    return this.#byId.get(id)?.status()
  }

  stop(): void {
    this.#stopping.abort()
  }
}

/** One look: asks each Modbus unit in turn for its first holding register, and then for its first input register. Whoever answers is there, refusals too. */
class Probe {
  readonly #options: { readonly first: number; readonly last: number; readonly timeoutMs: number; readonly signal: AbortSignal }
  readonly #found: DtuAnswer[] = []
  #asked = 0
  #state: DtuProbe['state'] = 'running'
  #problem: string | undefined

  constructor(options: { readonly first: number; readonly last: number; readonly timeoutMs: number; readonly signal: AbortSignal }) {
    this.#options = options
  }

  status(): DtuProbe {
    const { first, last } = this.#options
    const problem = this.#problem !== undefined && { problem: this.#problem }
    return { state: this.#state, asked: this.#asked, of: last - first + 1, found: [...this.#found], ...problem }
  }

  /** Resolves when all are asked, or the DTU is gone. The transport stays open. */
  async run(transport: BusTransport): Promise<void> {
    const { first, last, timeoutMs, signal } = this.#options
    const wire = new ByteWire({ dial: () => Promise.resolve(transport), onStray: () => undefined, doubtable: false })
    await wire.connect(timeoutMs, signal)
    for (let unit = first; unit <= last && this.#state === 'running'; unit++) {
      await this.#ask(wire, unit)
      this.#asked++
    }
    if (this.#state === 'running') this.#state = 'done'
  }

  async #ask(wire: ByteWire, unit: number): Promise<void> {
    // A unit that is there but does not know the one table often stays silent, against the standard.
    for (const functionCode of [3, 4] as const) {
      const request = readRequest(unit, { functionCode, address: 0, count: 2 })
      const outcome = await wire.ask({ request, speech: modbusBus, timeoutMs: this.#options.timeoutMs, answerBytes: 9, pauseMs: 0 })
      if (outcome.type === 'closed' || outcome.type === 'unasked' || this.#options.signal.aborted) {
        this.#state = 'broken'
        this.#problem = 'why' in outcome ? outcome.why : 'the gateway stops'
        return
      }
      if (outcome.type !== 'answered') continue
      const { refused } = outcome
      const asked = functionCode === 3 ? 'holding registers 0 and 1' : 'input registers 0 and 1'
      this.#found.push({ protocol: 'modbus', address: String(unit), asked, ...(refused !== undefined && { refused }) })
      return
    }
  }
}
