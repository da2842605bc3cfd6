import type { Tile } from './tile-codec.ts'

/** Tells whether a tile frame was missed: each names the revision of the frame before it on its topic. */
export class Revisions {
  readonly #byTopic = new Map<string, number>()
  #snapshot: number | undefined

  /** A snapshot of everything subscribed to was applied. */
  snapshotTaken(revision: number): void {
    this.#snapshot = revision
  }

  /**
   * Whether this frame follows on what is held. A topic starts with the snapshot that greets the subscription; a cell that was empty then has no such frame, and its first changes
   * must not come after changes that neither they nor the snapshot hold.
   */
  follows(topic: string, tile: Tile): boolean {
    const held = this.#byTopic.get(topic)
    this.#byTopic.set(topic, tile.revision)
    if (tile.snapshotPart > 0) return true
    if (held !== undefined) return tile.previousRevision === held
    return this.#snapshot === undefined || tile.previousRevision <= this.#snapshot
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
