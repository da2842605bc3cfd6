import { type Bounds, cellBounds } from './geohash.ts'
import type { Tile, TileMark } from './tile-codec.ts'
import { cellOf } from './tile-topics.ts'

/** What is known of one cell: its marks as they were last told in full, by number. */
interface Cell {
  readonly bounds: Bounds
  readonly members: Map<number, TileMark>
  /** Parts of its newest snapshot that came one after another. */
  parts: number
  /** All its members were told, and no frame was missed since. */
  complete: boolean
}

/** Which device has which number in each cell, so that what only moved becomes marks. */
export class CellMembers {
  readonly #cells = new Map<string, Cell>()
  /** Cells in which something moved of which nothing is known, or of which a frame was missed. */
  readonly #unclear = new Set<string>()

  /** Whether of some cells a new snapshot is needed. */
  get unclear(): boolean {
    return this.#unclear.size > 0
  }

  /** The topics of these cells, to be subscribed to once more. A cell that is empty by now sends no snapshot, so they are not unclear any longer, unless more comes that is not known. */
  takeUnclear(): readonly string[] {
    const topics = [...this.#unclear]
    this.#unclear.clear()
    return topics
  }

  /** A frame was missed: numbers may have changed hands. */
  missed(topic: string): void {
    this.#cells.delete(topic)
    this.#unclear.add(topic)
  }

  /**
   * All marks that a frame tells, those that moved among them. A move of a number that is not known is left out: its mark was told in a frame that did not come, or is not this reader's to see. The
   * first makes the cell unclear.
   */
  marksOf(topic: string, tile: Tile): readonly TileMark[] {
    const cell = this.#cellOf(topic, tile)
    for (const mark of tile.marks) if (mark.number > 0) cell.members.set(mark.number, mark)
    if (tile.moves.length === 0) return tile.marks
    const { west, south, east, north } = cell.bounds
    const marks = [...tile.marks]
    for (const move of tile.moves) {
      const known = cell.members.get(move.number)
      if (known === undefined) {
        if (!cell.complete) this.#unclear.add(topic)
        continue
      }
      const { device, kind, gone, flagged, simulated, stale, number } = known
      marks.push({
        device,
        kind,
        lat: south + move.north * (north - south),
        lon: west + move.east * (east - west),
        ageMs: move.ageMs,
        ...(move.heading !== undefined && { heading: move.heading }),
        ...(move.speedKmh !== undefined && { speedKmh: move.speedKmh }),
        gone,
        flagged,
        simulated,
        stale,
        number,
      })
    }
    return marks
  }

  /** These topics are no longer heard. */
  keepOnly(heard: (topic: string) => boolean): void {
    for (const topic of this.#cells.keys()) if (!heard(topic)) this.#cells.delete(topic)
    for (const topic of this.#unclear) if (!heard(topic)) this.#unclear.delete(topic)
  }

  reset(): void {
    this.#cells.clear()
    this.#unclear.clear()
  }

  #cellOf(topic: string, { snapshotPart, snapshotParts, previousRevision }: Tile): Cell {
    // The cell had been told to nobody: these are all its members.
    const first = snapshotPart === 0 && previousRevision === 0
    const known = snapshotPart === 1 || first ? undefined : this.#cells.get(topic)
    const cell = known ?? { bounds: cellBounds(cellOf(topic)), members: new Map<number, TileMark>(), parts: 0, complete: first }
    if (known === undefined) this.#cells.set(topic, cell)
    if (snapshotPart > 0 && snapshotPart === cell.parts + 1) {
      cell.parts = snapshotPart
      cell.complete = snapshotPart === snapshotParts
    }
    if (cell.complete) this.#unclear.delete(topic)
    return cell
  }
}
