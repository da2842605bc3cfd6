import { timeBody } from '../../../devices/protocols/jt808/encode-platform.ts'
import { answerBody } from '../../../devices/protocols/jt808/encode-terminal.ts'
import type { Header } from '../../../devices/protocols/jt808/header.ts'
import { MESSAGE, RESULT } from '../../../devices/protocols/jt808/messages.ts'

/** What a message is answered with once it is on disk. */
export interface Answer {
  readonly messageId: number
  readonly body: Uint8Array
}

/** These answer an order of the platform's, and are not answered in turn. */
const ANSWERS_THEMSELVES: ReadonlySet<number> = new Set([
  MESSAGE.terminalAnswer,
  MESSAGE.parametersAnswer,
  MESSAGE.attributesAnswer,
  MESSAGE.locationAnswer,
  MESSAGE.controlAnswer,
  0x0302,
  0x0608,
  0x0700,
  0x0802,
  0x0805,
])

/**
 * The answer to one message, or none. What the gateway reads nothing from is answered as well: it is kept, and sending it again would change nothing. 0x0801 wants an answer of its own,
 * with the number of the picture or recording (2013 § 8.54).
 */
export function answerTo({ messageId, serial }: Header, body: Uint8Array, now: number): Answer | undefined {
  if (ANSWERS_THEMSELVES.has(messageId)) return undefined
  if (messageId === MESSAGE.timeRequest) return { messageId: MESSAGE.timeAnswer, body: timeBody(now) }
  if (messageId === MESSAGE.multimedia && body.length >= 4) return { messageId: MESSAGE.multimediaAnswer, body: body.slice(0, 4) }
  return { messageId: MESSAGE.platformAnswer, body: answerBody(serial, messageId, RESULT.done) }
}
