import type { EpochMs, JournalOffset } from '../model/frame.ts'

/** Keys remembered per device: a device that re-sends after a reconnect is recognised this far back. */
const KEYS_PER_DEVICE = 2_048
/** Devices remembered; the one that was silent longest goes first. */
const DEVICES = 100_000

/**
 * Remembers the keys of recent points, so that a retransmission is counted as what it is. Decoding a frame again from the journal is no duplicate: a key
 * belongs to the first offset it came with. What has left the memory is still only one point, because stores key points the same way.
 */
export class Duplicates {
  readonly #devices = new Map<string, Map<number, JournalOffset>>()

  /** Whether another, earlier frame brought this point. Remembers it if not. */
  isDuplicate(device: string, at: EpochMs, sub: number, offset: JournalOffset): boolean {
    const keys = this.#keysOf(device)
    const key = keyOf(at, sub)
    const first = keys.get(key)
    if (first !== undefined && first < offset) return true
    if (first === undefined) {
      keys.set(key, offset)
      if (keys.size > KEYS_PER_DEVICE) dropOldest(keys)
    }
    return false
  }

  #keysOf(device: string): Map<number, JournalOffset> {
    const known = this.#devices.get(device)
    if (known) return known
    const keys = new Map<number, JournalOffset>()
    this.#devices.set(device, keys)
    if (this.#devices.size > DEVICES) dropOldest(this.#devices)
    return keys
  }
}

/** 52 bits: the millisecond within 49 days and the 20 bits of `sub`. Two points 49 days apart never stand in one device's window by the thousand. */
function keyOf(at: EpochMs, sub: number): number {
  return (Math.trunc(at) >>> 0) * 0x100000 + sub
}

function dropOldest<Key>(map: Map<Key, unknown>): void {
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}
