import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import { subOf } from './fingerprint.ts'
import { PointWindow } from './point-window.ts'
import type { Twins } from './twins.ts'

/** What is remembered, in points. */
export interface WindowSizes {
  /** Of one device at least, at most, and at most where all its points bear one time: a clock that stands still. */
  readonly least: number
  readonly most: number
  readonly ofOneTime: number
  /** Of all devices together; shared out evenly. 24 bytes each. */
  readonly all: number
  /** Devices; those that were silent longest go first. */
  readonly devices: number
}

/** For a city: 2,048 points a device up to 4,000 devices, 512 at 10,000, 64 at 100,000; at most 200 MB when all windows are full. */
const CITY: WindowSizes = { least: 64, most: 2_048, ofOneTime: 32_768, all: 8_388_608, devices: 100_000 }
const FIRST = 8
/** How many of the oldest windows are looked at to find one to drop. */
const LOOKED_AT = 16

/** Answered for a reading that an earlier frame brought. */
export const DUPLICATE = -1

/**
 * Remembers the newest points of each device. A retransmission is counted as what it is; two readings of different content never share a key while both are remembered.
 * Decoding a frame again is no duplicate: a point belongs to the first frame that it came with. What has left the memory is still only one point, because stores
 * key points the same way.
 */
export class Duplicates {
  readonly #twins: Twins
  readonly #sizes: WindowSizes
  readonly #windows = new Map<DeviceId, PointWindow>()
  #points = 0

  constructor(twins: Twins, sizes: WindowSizes = CITY) {
    this.#twins = twins
    this.#sizes = sizes
  }

  /** Points there is room for at the moment. */
  get capacity(): number {
    return this.#points
  }

  /** The `sub` that keys this reading, or `DUPLICATE`. `at` is the time that the device said. */
  key(device: DeviceId, at: EpochMs, print: number, offset: JournalOffset): number {
    const window = this.#windowOf(device)
    if (window.isFull) this.#makeRoom(window, at)
    const seen = window.see(at, print, offset)
    if (seen === 'duplicate') return DUPLICATE
    const sub = subOf(print)
    if (seen !== 'collision' && this.#twins.size === 0) return sub
    const found = this.#twins.subOf(device, at, print)
    if (found !== undefined) return found
    if (seen === 'collision') this.#nameHolder(window, device, at, print)
    return this.#twins.holds(device, at, sub) ? this.#freeSub(window, device, at, print) : sub
  }

  /** Whoever came first keeps the `sub`, also after its window is gone: so it is written down beside those that had to give way. */
  #nameHolder(window: PointWindow, device: DeviceId, at: EpochMs, print: number): void {
    const sub = subOf(print)
    const holder = window.printsOf(at, sub).find(other => other !== print && this.#twins.subOf(device, at, other) === undefined)
    if (holder !== undefined && !this.#twins.holds(device, at, sub)) this.#twins.add(device, at, holder, sub)
  }

  /** The next `sub` that no reading of this time has. Always the same for the same readings in the same order, and kept from then on. */
  #freeSub(window: PointWindow, device: DeviceId, at: EpochMs, print: number): number {
    const natural = subOf(print)
    let sub = natural
    do sub = (sub + 1) % 1_000_000
    while (sub !== natural && (window.holds(at, sub) || this.#twins.holds(device, at, sub)))
    this.#twins.add(device, at, print, sub)
    return sub
  }

  #windowOf(device: DeviceId): PointWindow {
    const known = this.#windows.get(device)
    if (known) return known
    const window = new PointWindow(FIRST)
    this.#windows.set(device, window)
    this.#points += FIRST
    if (this.#windows.size > this.#sizes.devices) this.#dropSilent()
    return window
  }

  #makeRoom(window: PointWindow, at: EpochMs): void {
    const { least, most, ofOneTime, all } = this.#sizes
    const share = Math.min(most, Math.max(least, 2 ** Math.floor(Math.log2(all / this.#windows.size))))
    const { capacity } = window
    if (capacity < share) this.#resize(window, capacity * 2)
    else if (window.oldestIsOf(at)) {
      if (capacity < ofOneTime && this.#points + capacity <= all) this.#resize(window, capacity * 2)
    } else if (capacity > share) this.#resize(window, share)
  }

  #resize(window: PointWindow, capacity: number): void {
    this.#points += capacity - window.capacity
    window.resize(capacity)
  }

  #dropSilent(): void {
    let silent: readonly [DeviceId, PointWindow] | undefined
    const looked: (readonly [DeviceId, PointWindow])[] = []
    for (const entry of this.#windows) {
      looked.push(entry)
      if (!silent || entry[1].lastOffset < silent[1].lastOffset) silent = entry
      if (looked.length === LOOKED_AT) break
    }
    for (const [device, window] of looked) {
      this.#windows.delete(device)
      if (window === silent?.[1]) this.#points -= window.capacity
      else this.#windows.set(device, window)
    }
  }
}
