/** Bytes of a serial line, however they travel: a serial port, a socket of a converter, a DTU that dialled in, a topic. One line at a time listens to it. */
export interface BusTransport {
  /** Does nothing once it is closed. */
  write(bytes: Uint8Array): void
  /** Who is told of bytes, as they come; the last one that said so. The bytes may be kept. */
  onBytes(listener: (bytes: Uint8Array) => void): void
  /** Who is told, once, that it is gone and why. */
  onClose(listener: (why: string) => void): void
  close(why: string): void
  /** Told of bytes that came while nothing was asked, such as what a DTU sends by itself. */
  unasked?(bytes: Uint8Array): void
  /** The speed of the line behind it, where it is known. */
  readonly baud?: number
  /** Bits on the wire for each byte, with start, parity and stop bits; 11 unless given (Modbus over Serial Line V1.02 § 2.5.1). */
  readonly bitsPerByte?: number
  /** How long an answer may take on this way, when that differs from the gateway's usual time. */
  readonly timeoutMs?: number
}

/** Makes a transport. Throws a retryable LINK_FAILED that says why there is none. */
export type Dial = (timeoutMs: number, signal: AbortSignal) => Promise<BusTransport>

const USUAL_BITS = 11

/** Milliseconds that a byte takes on the line; 0 where the speed is not known. */
export function byteMs({ baud, bitsPerByte = USUAL_BITS }: Pick<BusTransport, 'baud' | 'bitsPerByte'>): number {
  return baud === undefined ? 0 : (1000 * bitsPerByte) / baud
}

/** The quiet between two frames: 3.5 characters, and 1.75 ms above 19,200 baud (Modbus over Serial Line V1.02 § 2.5.1.1). */
export function betweenFramesMs(speed: Pick<BusTransport, 'baud' | 'bitsPerByte'>): number {
  return (speed.baud ?? 0) > 19_200 ? 1.75 : 3.5 * byteMs(speed)
}
