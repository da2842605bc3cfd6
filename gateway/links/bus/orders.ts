import type { BusCommand } from '../../../devices/protocols/bus-speech.ts'
import type { CommandAnswer, CommandOrder } from '../../model/command.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { BusLine } from './bus-line.ts'
import type { BusTarget } from './bus-unit.ts'
import type { Outcome } from './wire.ts'

/** Longer than any answer to an order or to reading one value back; the line waits no longer for it than it must. */
const ANSWER_BYTES = 32

/** The orders of a device on a line, as they are carried out on it. */
export function ordersOn(line: BusLine | undefined, target: BusTarget, commands: readonly BusCommand[], now: () => EpochMs): readonly CommandOrder[] {
  const { address, speech, pauseMs, timeoutMs } = target
  const ask = async (request: () => Uint8Array, signal: AbortSignal, unanswered?: true): Promise<Outcome> =>
    (await line?.ask({ request, speech, answerBytes: ANSWER_BYTES, pauseMs, timeoutMs, ...(unanswered && { unanswered }) }, signal)) ?? {
      type: 'unasked',
      why: 'its line is not worked',
    }
  return commands.map(({ name, title, value, confirm, ...command }) => ({
    name,
    title,
    ...(value && { value }),
    check: given => void command.request(address, given, now()),
    send: async (given, signal) => answerOf(await ask(() => command.request(address, given, now()), signal, command.unanswered)),
    ...(confirm && {
      readBack: {
        afterMs: confirm.afterMs,
        shows: async (given, signal) => {
          const outcome = await ask(() => confirm.request(address), signal)
          if (outcome.type !== 'answered') return 'why' in outcome ? outcome.why : 'it does not answer when asked'
          return outcome.refused ?? shown(confirm.shows(outcome.answer, given))
        },
      },
    }),
  }))
}

function shown(found: true | string): true | string {
  return found === true || `it shows ${found}`
}

function answerOf(outcome: Outcome): CommandAnswer {
  switch (outcome.type) {
    case 'answered':
      return outcome.refused === undefined ? { type: 'done' } : { type: 'refused', why: outcome.refused }
    case 'sent':
      return { type: 'told' }
    case 'timeout':
      return { type: 'unanswered', why: 'the device did not answer' }
    case 'closed':
      return { type: 'unanswered', why: outcome.why }
    case 'unasked':
      return { type: 'unsent', why: outcome.why }
  }
}
