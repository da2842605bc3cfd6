import { modbusBus } from '../../devices/protocols/modbus/bus.ts'
import { answerLength } from '../../devices/protocols/modbus/rtu-answer.ts'
import { Door } from '../links/bus/door.ts'
import { wireFor } from '../links/bus/open-wire.ts'
import type { Outcome } from '../links/bus/wire.ts'
import { GatewayError } from '../model/errors.ts'
import { readLinkUrl } from '../registry/link.ts'

const CONNECT_MS = 5000

/** A line that a command has for itself. */
export interface OpenLine {
  readonly url: string
  ask(request: Uint8Array, timeoutMs: number): Promise<Outcome>
  close(): void
}

/** Opens a line by its URL. Throws LINK_FAILED that says why it can not be, or what to do instead. */
export async function openLine(text: string): Promise<OpenLine> {
  const read = readLinkUrl(text)
  if ('problem' in read) throw new GatewayError('LINK_FAILED', `${text}: ${read.problem}`)
  if (/^(dtu|mqtt):/.test(read.url))
    throw new GatewayError('LINK_FAILED', `${read.url} is a line that the running gateway has: ask it, as citygate dtu probe and citygate command do`)
  const open = wireFor(read.url, () => new Door(() => undefined))
  if (!open) throw new GatewayError('LINK_FAILED', `${read.url} is no line that can be asked`)
  const wire = open(() => undefined)
  const stopping = new AbortController()
  await wire.connect(CONNECT_MS, stopping.signal)
  return {
    url: read.url,
    ask: async (request, timeoutMs) => {
      if (!wire.connected) await wire.connect(CONNECT_MS, stopping.signal)
      return wire.ask({ request, speech: modbusBus, timeoutMs, answerBytes: answerLength(request), pauseMs: 0 })
    },
    close: () => {
      stopping.abort()
      wire.close('done')
    },
  }
}

/** The answer, or an error that says why there is none. */
export function answerOf(outcome: Outcome, unit: number): Uint8Array {
  if (!('why' in outcome) && outcome.type !== 'answered') throw new GatewayError('LINK_FAILED', `unit ${unit} does not answer`, { retryable: true })
  if (outcome.type !== 'answered') throw new GatewayError('LINK_FAILED', outcome.why, { retryable: true })
  if (outcome.refused !== undefined) throw new GatewayError('LINK_FAILED', `unit ${unit} refuses: ${outcome.refused}`)
  return outcome.answer
}
