import type { Socket } from 'node:net'
import type { TokenBucket } from '../model/token-bucket.ts'

/** Reads a socket while nobody objects: neither the conversation, which waits for the disk, nor the pace of its address. */
export class SocketValve {
  readonly #socket: Socket
  readonly #pace: TokenBucket
  readonly #held: () => void
  #shut = false
  #timer: NodeJS.Timeout | undefined

  /** `held` is told each time the socket is not read because of the pace. */
  constructor(socket: Socket, pace: TokenBucket, held: () => void) {
    this.#socket = socket
    this.#pace = pace
    this.#held = held
  }

  pause(): void {
    this.#shut = true
    this.#socket.pause()
  }

  resume(): void {
    this.#shut = false
    if (this.#timer === undefined) this.#socket.resume()
  }

  /** So many bytes came. */
  passed(bytes: number): void {
    if (this.#pace.take(bytes) && this.#pace.waitMs === 0) return
    if (this.#timer !== undefined) return
    this.#held()
    this.#socket.pause()
    this.#wait()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #wait(): void {
    // Others of the address take from the same pace meanwhile: it is asked again.
    this.#timer = setTimeout(() => {
      if (this.#pace.waitMs > 0) {
        this.#wait()
        return
      }
      this.#timer = undefined
      if (!this.#shut) this.#socket.resume()
    }, this.#pace.waitMs)
  }
}
