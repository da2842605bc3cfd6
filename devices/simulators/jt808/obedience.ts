import { readParameters } from '../../protocols/jt808/answers.ts'
import { numberParameter, setParametersBody } from '../../protocols/jt808/encode-platform.ts'
import { answerBody } from '../../protocols/jt808/encode-terminal.ts'
import { u32 } from '../../protocols/jt808/header.ts'
import type { Message } from '../../protocols/jt808/message.ts'
import { MESSAGE, RESULT } from '../../protocols/jt808/messages.ts'
import { concatenated } from '../../protocols/jt808/parts.ts'

/** 2013 § 8.9: the seconds from one location to the next. */
const REPORT_INTERVAL = 0x0029

/** What a simulated terminal does when it is told something: it shows texts to nobody, says where it is, and keeps its report interval. Everything else it does not know. */
export class Obedience {
  /** Set by the platform; undefined until then. */
  intervalSeconds: number | undefined
  readonly #locate: () => Uint8Array

  /** `locate` makes the body of a location. */
  constructor(locate: () => Uint8Array) {
    this.#locate = locate
  }

  /** The answer to an order; undefined for what is no order. */
  answer({ header, body }: Message, usualSeconds: number): { readonly messageId: number; readonly body: Uint8Array } | undefined {
    const { messageId, serial } = header
    if (messageId < 0x8100 || messageId === MESSAGE.registerAnswer) return undefined
    const general = (result: number): { readonly messageId: number; readonly body: Uint8Array } => ({
      messageId: MESSAGE.terminalAnswer,
      body: answerBody(serial, messageId, result),
    })
    const numbered = concatenated([Uint8Array.of(serial >> 8, serial & 0xff)])
    switch (messageId) {
      case MESSAGE.text:
        return general(RESULT.done)
      case MESSAGE.queryLocation:
        return { messageId: MESSAGE.locationAnswer, body: concatenated([numbered, this.#locate()]) }
      case MESSAGE.setParameters:
        return general(this.#set(body) ? RESULT.done : RESULT.unsupported)
      case MESSAGE.queryParameters: {
        const seconds = Math.max(1, Math.round(this.intervalSeconds ?? usualSeconds))
        return { messageId: MESSAGE.parametersAnswer, body: concatenated([numbered, setParametersBody([numberParameter(REPORT_INTERVAL, seconds)])]) }
      }
      default:
        return general(RESULT.unsupported)
    }
  }

  #set(body: Uint8Array): boolean {
    // An answer of parameters has a serial number before them, an order has not.
    const parameters = readParameters(concatenated([new Uint8Array(2), body]))
    const [interval] = parameters
    if (parameters.length !== 1 || interval?.id !== REPORT_INTERVAL || interval.value.length !== 4) return false
    this.intervalSeconds = Math.max(1, u32(interval.value, 0))
    return true
  }
}
