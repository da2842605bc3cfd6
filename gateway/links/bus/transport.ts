import type { LineSpeed } from '../../model/model-bench.ts'

/** Bytes of a serial line, however they travel: a serial port, a socket of a converter, a DTU that dialled in, a topic. One line at a time listens to it. */
export interface BusTransport extends LineSpeed {
  /** Does nothing once it is closed. */
  write(bytes: Uint8Array): void
  /** Who is told of bytes, as they come; the last one that said so. The bytes may be kept. */
  onBytes(listener: (bytes: Uint8Array) => void): void
  /** Who is told, once, that it is gone and why. */
  onClose(listener: (why: string) => void): void
  close(why: string): void
  /** Told of bytes that came while nothing was asked, such as what a DTU sends by itself. */
  unasked?(bytes: Uint8Array): void
  /** How long an answer may take on this way, when that differs from the gateway's usual time. */
  readonly timeoutMs?: number
}

/** Makes a transport. Throws a retryable LINK_FAILED that says why there is none. */
export type Dial = (timeoutMs: number, signal: AbortSignal) => Promise<BusTransport>
