import type { Frame } from '../../gateway/model/frame.ts'

export const T0 = 1_700_000_000_000

/** The frame that tests put at an offset: told from every other by its time and its bytes. */
export function frame(n: number, size = 20): Frame {
  return { device: `bus-${n % 7}`, channel: 'telemetry', receivedAt: T0 + n, payload: Buffer.alloc(size, n) }
}
