import { geohash } from '../../dashboard/live/geohash.ts'
import { Cell } from '../../gateway/live/cell.ts'
import type { Mark } from '../../gateway/live/mark.ts'
import { loadTileCodec, type TileCodec, type TileMessage } from '../../gateway/live/tile-codec.ts'
import { parseTopicFilter } from '../../gateway/model/topic-filter.ts'
import type { FakeDevice } from './fake-city.ts'

/** A frame and where it goes. */
interface Frame {
  readonly topic: string
  readonly payload: Buffer
}

/** Tiles of a fake city. The cells are the gateway's own, so that their frames are told as the real ones are: in full, as moves, and as snapshots. */
export class FakeTiles {
  readonly #codec: TileCodec
  readonly #cells = new Map<string, Cell>()
  /** Cell each device was last put into. */
  readonly #whereabouts = new Map<string, Cell>()

  private constructor(codec: TileCodec) {
    this.#codec = codec
  }

  static async make(): Promise<FakeTiles> {
    return new FakeTiles(await loadTileCodec())
  }

  /** These stand where they are now, as nobody was ever told. */
  place(devices: Iterable<FakeDevice>): void {
    for (const device of devices) this.#put(device).dropNews()
  }

  /** What a change of these devices gives to tell. `sentAtMs`: by the clock of the fake gateway. */
  tell(devices: readonly FakeDevice[], sentAtMs: number): readonly Frame[] {
    for (const device of devices) this.#put(device)
    return [...this.#cells.values()].flatMap(cell => (cell.hasNews ? this.#frames(cell, cell.takeChanges(sentAtMs)) : []))
  }

  /** What a new subscription is greeted with. */
  greet(filter: string, sentAtMs: number): readonly Frame[] {
    const cells = [...this.#cells.values()].filter(cell => parseTopicFilter(filter)?.matchesLevels(cell.levels))
    return cells.flatMap(cell =>
      this.#frames(
        cell,
        cell.snapshot(sentAtMs, () => true),
      ),
    )
  }

  #frames(cell: Cell, tiles: readonly TileMessage[]): Frame[] {
    return tiles.map(tile => ({ topic: cell.topic, payload: Buffer.from(this.#codec.encode(tile)) }))
  }

  #put(device: FakeDevice): Cell {
    const mark = markOf(device)
    const cell = this.#cell(mark)
    const before = this.#whereabouts.get(device.id)
    if (before !== cell) before?.remove(device.id, mark.revision)
    this.#whereabouts.set(device.id, cell)
    cell.put(mark)
    return cell
  }

  #cell({ org, geohash: hash }: Mark): Cell {
    const topic = `live/v1/${org}/${hash.split('').join('/')}`
    const known = this.#cells.get(topic) ?? new Cell(topic, hash)
    this.#cells.set(topic, known)
    return known
  }
}

function markOf({ id, org, kind, lat, lon, at, revision, heading, speed, flagged, simulated }: FakeDevice): Mark {
  return { device: id, org, kind, position: { lat, lon }, geohash: geohash(lat, lon, 5), at, revision, heading, speed, flagged, stale: false, simulated }
}
