import { GatewayError } from '../../model/errors.ts'
import type { BusTransport, Dial } from './transport.ts'

/** Where a transport that comes by itself, such as a DTU's connection, waits for its line. The line may come later than the transport, go and come back. */
export class Door {
  readonly #onEmpty: () => void
  #transport: BusTransport | undefined
  #waiting: ((transport: BusTransport) => void) | undefined
  #listener: ((bytes: Uint8Array) => void) | undefined
  #gone: ((why: string) => void) | undefined

  /** `onEmpty`: a transport has gone and no other has come. */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty
  }

  get transport(): BusTransport | undefined {
    return this.#transport
  }

  /** Takes a transport in the place of the one before, which is closed: a DTU that dials in anew has lost its old connection, whether we know it or not. */
  attach(transport: BusTransport): void {
    const before = this.#transport
    this.#leave('another connection took its place')
    before?.close('another connection took its place')
    this.#transport = transport
    transport.onBytes(bytes => {
      if (this.#transport === transport) this.#listener?.(bytes)
    })
    transport.onClose(why => this.detach(transport, why))
    this.#waiting?.(transport)
  }

  /** Forgets a transport, unless another has taken its place. */
  detach(transport: BusTransport, why: string): void {
    if (this.#transport !== transport) return
    this.#leave(why)
    this.#onEmpty()
  }

  /** Resolves when there is a transport, however long that takes, or when the signal aborts. The line's `close` gives it back and leaves it open. */
  readonly dial: Dial = async (_timeoutMs, signal) => {
    const transport = this.#transport ?? (await this.#next(signal))
    const { baud, bitsPerByte, timeoutMs } = transport
    return {
      write: bytes => transport.write(bytes),
      onBytes: listener => {
        this.#listener = listener
      },
      onClose: listener => {
        this.#gone = listener
      },
      close: () => {
        this.#listener = undefined
        this.#gone = undefined
      },
      unasked: bytes => transport.unasked?.(bytes),
      ...(baud !== undefined && { baud }),
      ...(bitsPerByte !== undefined && { bitsPerByte }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    }
  }

  #next(signal: AbortSignal): Promise<BusTransport> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new GatewayError('LINK_FAILED', 'stopped', { retryable: true }))
      this.#waiting = transport => {
        this.#waiting = undefined
        signal.removeEventListener('abort', stop)
        resolve(transport)
      }
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
    })
  }

  #leave(why: string): void {
    const gone = this.#gone
    this.#transport = undefined
    this.#listener = undefined
    this.#gone = undefined
    gone?.(why)
  }
}
