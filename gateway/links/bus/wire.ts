import type { BusSpeech } from '../../../devices/protocols/bus-speech.ts'

/** One question on a line. */
export interface Ask {
  readonly request: Uint8Array
  readonly speech: Pick<BusSpeech, 'answer'>
  /** How long the device may take; what the bytes need on the line comes on top. */
  readonly timeoutMs: number
  /** Bytes of the answer to reckon with. */
  readonly answerBytes: number
  /** Quiet the device wants before it. */
  readonly pauseMs: number
  /** Nobody answers it: it is done when it has gone out. */
  readonly unanswered?: true
}

/** What came of a question. */
export type Outcome =
  /** `answer` as on a serial line. `refused`: why the device refuses. */
  | { readonly type: 'answered'; readonly answer: Uint8Array; readonly refused?: string; readonly unreachable?: true }
  /** It went out, and nobody answers such a thing. */
  | { readonly type: 'sent' }
  /** Nothing that belongs to the question came in time. */
  | { readonly type: 'timeout' }
  /** The connection ended while it was asked. */
  | { readonly type: 'closed'; readonly why: string }
  /** It never went out. */
  | { readonly type: 'unasked'; readonly why: string }

/** A connection to a line: one question at a time. */
export interface Wire {
  readonly connected: boolean
  /** Answers carry no number: a late one of the same device and form can not be told from the right one. */
  readonly unnumbered: boolean
  /** It is worth connecting anew when nothing on it answers any more. */
  readonly doubtable: boolean
  /** How long an answer may take on this way, when that differs from the usual. */
  readonly timeoutMs: number | undefined
  /** Throws a retryable LINK_FAILED that says why there is no connection. */
  connect(timeoutMs: number, signal: AbortSignal): Promise<void>
  ask(question: Ask): Promise<Outcome>
  close(why: string): void
}
