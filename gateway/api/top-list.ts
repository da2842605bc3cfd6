/** The few with the highest figures of many, without keeping or sorting the many. What has no figure above zero is not among them. */
export class TopList<T> {
  readonly #most: number
  /** The highest first; of equal ones the first offered. */
  readonly #top: { readonly figure: number; readonly item: T }[] = []
  #total = 0

  constructor(most: number) {
    this.#most = most
  }

  /** `item` is made only for one that is among the few for now. */
  offer(figure: number, item: () => T): void {
    if (!(figure > 0)) return
    this.#total += 1
    const lowest = this.#top.at(-1)
    if (this.#top.length === this.#most && lowest !== undefined && lowest.figure >= figure) return
    const place = this.#top.findIndex(other => other.figure < figure)
    this.#top.splice(place < 0 ? this.#top.length : place, 0, { figure, item: item() })
    if (this.#top.length > this.#most) this.#top.pop()
  }

  list(): { readonly total: number; readonly devices: T[] } {
    return { total: this.#total, devices: this.#top.map(({ item }) => item) }
  }
}
