import type { LineSpeed } from '../gateway/model/model-bench.ts'

const USUAL_BITS = 11

/** Milliseconds that a byte takes on the line; 0 where the speed is not known. */
export function byteMs({ baud, bitsPerByte = USUAL_BITS }: LineSpeed): number {
  return baud === undefined ? 0 : (1000 * bitsPerByte) / baud
}

/** The quiet between two frames: 3.5 characters, and 1.75 ms above 19,200 baud (Modbus over Serial Line V1.02 § 2.5.1.1). */
export function betweenFramesMs(speed: LineSpeed): number {
  return (speed.baud ?? 0) > 19_200 ? 1.75 : 3.5 * byteMs(speed)
}
