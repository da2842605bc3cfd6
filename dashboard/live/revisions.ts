import type { Tile } from './tile-codec.ts'

/** How a frame stands to what is held of its topic: the next one; one that what is held has already; or another, so that one between was missed. */
export type Succession = 'next' | 'old' | 'missed'

/** Tells whether a tile frame was missed: each names the revision of the frame before it on its topic. */
export class Revisions {
  readonly #byTopic = new Map<string, number>()
  #snapshot: number | undefined

  /** A snapshot of everything subscribed to was applied. */
  snapshotTaken(revision: number): void {
    this.#snapshot = revision
  }

  /**
   * How this frame follows on what is held. A topic starts with the snapshot that greets the subscription; a cell that was empty then has no such frame, and its first changes
   * must not come after changes that neither they nor the snapshot hold.
   */
  take(topic: string, tile: Tile): Succession {
    const held = this.#byTopic.get(topic)
    // It was on its way when the snapshot was made. Its moves would speak of numbers that may have changed hands since.
    if (tile.snapshotPart === 0 && held !== undefined && tile.revision <= held) return 'old'
    this.#byTopic.set(topic, tile.revision)
    if (tile.snapshotPart > 0) return 'next'
    const follows = held !== undefined ? tile.previousRevision === held : this.#snapshot === undefined || tile.previousRevision <= this.#snapshot
    return follows ? 'next' : 'missed'
  }

  /** These topics are no longer heard. */
  keepOnly(heard: (topic: string) => boolean): void {
    for (const topic of this.#byTopic.keys()) if (!heard(topic)) this.#byTopic.delete(topic)
  }

  reset(): void {
    this.#byTopic.clear()
    this.#snapshot = undefined
  }
}
