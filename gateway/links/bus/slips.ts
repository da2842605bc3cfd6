const KEPT = 1024

/** How long after they were due the last thousand reads were asked. */
export class Slips {
  readonly #ms = new Float64Array(KEPT)
  #taken = 0

  note(ms: number): void {
    this.#ms[this.#taken++ % KEPT] = Math.max(0, ms)
  }

  /** The slip that a part of the reads, 0 to 1, does not exceed; milliseconds. */
  quantile(part: number): number {
    const known = this.#ms.slice(0, Math.min(KEPT, this.#taken)).sort()
    return Math.round((known[Math.max(0, Math.ceil(part * known.length) - 1)] ?? 0) * 10) / 10
  }
}
