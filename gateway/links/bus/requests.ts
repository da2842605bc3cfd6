import type { Ask, Outcome } from './wire.ts'

/** What is to be asked: the request is made when it goes out, since a time in it is that of then. */
export type Question = Omit<Ask, 'timeoutMs' | 'request'> & { readonly request: () => Uint8Array; readonly timeoutMs: number | undefined }

interface Request {
  readonly question: Question
  readonly settle: (outcome: Outcome) => void
  /** It is being asked: from now on only its outcome ends it. */
  readonly taken: () => void
}

/** Commands of people are few; whoever sends more waits for nothing good. */
const MOST = 64

/** What is to be asked before all polls, in the order in which it came. */
export class Requests {
  readonly #waiting: Request[] = []

  get waiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Answers `unasked` when the signal aborts before it was asked, or when too many wait. */
  add(question: Question, signal: AbortSignal): Promise<Outcome> {
    if (this.#waiting.length >= MOST) return Promise.resolve({ type: 'unasked', why: `${MOST} requests wait for this line already` })
    if (signal.aborted) return Promise.resolve({ type: 'unasked', why: NOT_IN_TIME })
    return new Promise(resolve => {
      const give = (): void => {
        this.#remove(request)
        resolve({ type: 'unasked', why: NOT_IN_TIME })
      }
      const request: Request = {
        question,
        settle: resolve,
        taken: () => signal.removeEventListener('abort', give),
      }
      signal.addEventListener('abort', give, { once: true })
      this.#waiting.push(request)
    })
  }

  next(): Request | undefined {
    const request = this.#waiting.shift()
    request?.taken()
    return request
  }

  stop(): void {
    for (let request = this.next(); request; request = this.next()) request.settle({ type: 'unasked', why: 'the line is given up' })
  }

  #remove(request: Request): void {
    const index = this.#waiting.indexOf(request)
    if (index >= 0) this.#waiting.splice(index, 1)
  }
}

const NOT_IN_TIME = 'the line could not be asked in time'
