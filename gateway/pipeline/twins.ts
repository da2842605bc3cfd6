import type { EpochMs } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'

/** A reading whose content gives it the same `sub` as another one of the same time: who came first has it, the others have the next that are free. */
export interface Twin {
  readonly device: DeviceId
  readonly at: EpochMs
  readonly print: number
  readonly sub: number
}

/** Kept in memory and in the file. One reading in a million that shares its time with another needs one, so this is reached by clocks that stand still for days. */
const MOST = 100_000

/** All twins that were ever found, so that decoding again gives every reading the key it had. The oldest are forgotten beyond a limit. */
export class Twins {
  readonly #subs = new Map<string, Twin>()
  readonly #taken = new Set<string>()
  #unkept: Twin[] = []

  constructor(kept: Iterable<Twin> = []) {
    for (const twin of kept) this.#put(twin)
  }

  get size(): number {
    return this.#subs.size
  }

  /** The `sub` that was found for a reading. */
  subOf(device: DeviceId, at: EpochMs, print: number): number | undefined {
    return this.#subs.get(`${device} ${at} ${print}`)?.sub
  }

  /** Whether a twin has this `sub`. */
  holds(device: DeviceId, at: EpochMs, sub: number): boolean {
    return this.#taken.has(`${device} ${at} ${sub}`)
  }

  add(device: DeviceId, at: EpochMs, print: number, sub: number): void {
    const twin = { device, at, print, sub }
    this.#put(twin)
    this.#unkept.push(twin)
  }

  /** Those found since the last `kept`. */
  get unkept(): readonly Twin[] {
    return this.#unkept
  }

  /** All found so far are in the file. */
  kept(): void {
    this.#unkept = []
  }

  #put(twin: Twin): void {
    this.#subs.set(`${twin.device} ${twin.at} ${twin.print}`, twin)
    this.#taken.add(`${twin.device} ${twin.at} ${twin.sub}`)
    if (this.#subs.size <= MOST) return
    const oldest = this.#subs.entries().next().value
    if (!oldest) return
    this.#subs.delete(oldest[0])
    this.#taken.delete(`${oldest[1].device} ${oldest[1].at} ${oldest[1].sub}`)
  }
}
