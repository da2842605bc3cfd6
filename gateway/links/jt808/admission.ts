import { registerAnswerBody } from '../../../devices/protocols/jt808/encode-platform.ts'
import { answerBody } from '../../../devices/protocols/jt808/encode-terminal.ts'
import { gbkText } from '../../../devices/protocols/jt808/gbk.ts'
import type { Header } from '../../../devices/protocols/jt808/header.ts'
import type { Message } from '../../../devices/protocols/jt808/message.ts'
import { MESSAGE, REGISTRATION, RESULT } from '../../../devices/protocols/jt808/messages.ts'
import type { Authenticator } from '../../model/access.ts'
import type { Catalogue, Device } from '../../model/device.ts'
import type { LinkIndex } from '../link-index.ts'
import type { Answer } from './receipts.ts'
import type { TerminalCodes } from './terminal-codes.ts'

/** A message with the frame it came in. */
export type FramedMessage = Message & { readonly frame: Uint8Array }

/** A terminal that has authenticated. */
export interface Terminal {
  readonly device: Device
  /** As it writes it, without leading zeros. */
  readonly phone: string
  /** What it authenticates with; undefined where registrations are closed. */
  readonly code: string | undefined
}

/** What is said to someone who has not authenticated. */
export type Verdict =
  | { readonly type: 'registered'; readonly answer: Answer }
  | { readonly type: 'authenticated'; readonly terminal: Terminal }
  | { readonly type: 'refused'; readonly answer: Answer; readonly why: string /** It showed a code, and not that of its terminal. */; readonly guess?: true }

export interface AdmissionOptions {
  readonly index: LinkIndex
  readonly catalogue: Catalogue
  readonly authenticator: Pick<Authenticator, 'device'>
  readonly codes: TerminalCodes
  readonly registration: boolean
}

/**
 * Who may come in. A registration (0x0100) of a terminal whose phone number is in the registry is given its code; an authentication (0x0102) has to show it, or the secret of its device. The
 * standard knows no other proof: who registers with a number that is known is believed, unless registrations are closed.
 */
export class Admission {
  readonly #options: AdmissionOptions

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  judge(message: FramedMessage): Verdict {
    const { header } = message
    if (header.messageId === MESSAGE.register) return this.#register(header)
    if (header.messageId === MESSAGE.authenticate) return this.#authenticate(message)
    return { type: 'refused', answer: general(header, RESULT.failed), why: 'it has not authenticated' }
  }

  /** Whether the registry still has the terminal as it was when it authenticated. Cheap: asked with every message. */
  isCurrent({ device, phone }: Terminal): boolean {
    const [found, second] = this.#options.index.at(urlOf(phone))
    return found?.id === device.id && found.model === device.model && second === undefined
  }

  #register(header: Header): Verdict {
    const { codes, registration } = this.#options
    const found = this.#find(header.phone)
    if ('why' in found) return { type: 'refused', answer: refusedRegistration(header, found.result), why: found.why }
    // It is known, and is to have its code already.
    if (!registration) return { type: 'refused', answer: refusedRegistration(header, REGISTRATION.terminalTaken), why: 'registrations are closed' }
    return { type: 'registered', answer: registered(header, codes.codeFor(found.device.id, header.phone)) }
  }

  #authenticate({ header, body }: FramedMessage): Verdict {
    const { codes, authenticator, registration } = this.#options
    const found = this.#find(header.phone)
    if ('why' in found) return { type: 'refused', answer: general(header, RESULT.failed), why: found.why }
    const { id } = found.device
    const shown = codesIn(body, header.version !== undefined)
    const known =
      (registration && shown.some(code => codes.matches(id, header.phone, code))) || shown.some(code => authenticator.device(id, code) !== undefined)
    if (!known) return { type: 'refused', answer: general(header, RESULT.failed), why: 'wrong code', guess: true }
    return { type: 'authenticated', terminal: { device: found.device, phone: header.phone, code: registration ? codes.codeFor(id, header.phone) : undefined } }
  }

  #find(phone: string): { readonly device: Device } | { readonly result: number; readonly why: string } {
    const { index, catalogue } = this.#options
    const [device, second] = index.at(urlOf(phone))
    if (!device) return { result: REGISTRATION.noSuchTerminal, why: 'unknown phone number' }
    if (second) return { result: REGISTRATION.terminalTaken, why: 'phone number registered twice' }
    if (catalogue.model(device.model)?.model.protocol !== 'jt808')
      return { result: REGISTRATION.noSuchTerminal, why: 'the device’s model does not speak JT/T 808' }
    return { device }
  }
}

/** The answer to a registration that is taken; without a code, to one that comes though registrations are closed. */
export function registered({ serial }: Header, code: string | undefined): Answer {
  const result = code === undefined ? REGISTRATION.terminalTaken : REGISTRATION.done
  return { messageId: MESSAGE.registerAnswer, body: registerAnswerBody(serial, result, code ?? '') }
}

function refusedRegistration({ serial }: Header, result: number): Answer {
  return { messageId: MESSAGE.registerAnswer, body: registerAnswerBody(serial, result, '') }
}

function general({ serial, messageId }: Header, result: number): Answer {
  return { messageId: MESSAGE.platformAnswer, body: answerBody(serial, messageId, result) }
}

/** 2019 puts a length before the code and more behind it; terminals with a 2019 head and the body of 2013 are seen. */
function codesIn(body: Uint8Array, versioned: boolean): string[] {
  const whole = gbkText(body)
  const length = body[0] ?? 0
  return versioned && length < body.length ? [gbkText(body.subarray(1, 1 + length)), whole] : [whole]
}

function urlOf(phone: string): string {
  return `jt808://${phone}`
}
