import type { TerminalConversation } from './terminal-conversation.ts'

/** Connections that have not authenticated: no more than so many, and none for long. */
export class Strangers {
  readonly #limits: { readonly strangers: number; readonly signInMs: number }
  /** When each came, by the process's clock; the oldest first. */
  readonly #since = new Map<TerminalConversation, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(limits: { readonly strangers: number; readonly signInMs: number }) {
    this.#limits = limits
  }

  get size(): number {
    return this.#since.size
  }

  add(conversation: TerminalConversation): void {
    const [oldest] = this.#since.keys()
    if (oldest && this.#since.size >= this.#limits.strangers) {
      this.#since.delete(oldest)
      oldest.end('too many that have not authenticated')
    }
    this.#since.set(conversation, performance.now())
    this.#timer ??= setTimeout(this.#sweep, this.#limits.signInMs)
  }

  remove(conversation: TerminalConversation): void {
    this.#since.delete(conversation)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  readonly #sweep = (): void => {
    this.#timer = undefined
    const now = performance.now()
    for (const [conversation, since] of this.#since) {
      const left = since + this.#limits.signInMs - now
      if (left > 1) {
        this.#timer = setTimeout(this.#sweep, left)
        return
      }
      this.#since.delete(conversation)
      conversation.end('has not authenticated in time')
    }
  }
}
