import type { DeviceDirectory } from '../model/device.ts'
import { alarmFields } from '../model/flagged.ts'
import type { DeviceId, KindId, OrgId } from '../model/ids.ts'
import type { Kind } from '../model/kind.ts'
import type { LiveState, LiveView } from '../model/live.ts'
import { topics } from '../model/topics.ts'
import { Cell } from './cell.ts'
import { isSameMark, type Mark, type MarkedKind, makeMark } from './mark.ts'
import { Turns } from './turns.ts'

/** Cells kept before empty ones are dropped: a device that jumps about the globe must not fill the memory. */
const MAX_CELLS = 20_000
const UNKNOWN_KIND: MarkedKind = { moves: false, alarms: [] }

/** What stands where on the map, kept in step with live state and directory; each cell knows what it has not told yet. */
export class MapImage {
  readonly #live: LiveView
  readonly #directory: DeviceDirectory
  readonly #kinds: ReadonlyMap<KindId, MarkedKind>
  readonly #shown = new Map<DeviceId, { mark: Mark; cell: Cell }>()
  readonly #orgs = new Map<OrgId, Map<string, Cell>>()
  #cellCount = 0
  #liveRevision = -1
  #directoryVersion = -1

  constructor(options: { readonly live: LiveView; readonly directory: DeviceDirectory; readonly kinds: Iterable<Kind> }) {
    this.#live = options.live
    this.#directory = options.directory
    this.#kinds = new Map(Array.from(options.kinds, kind => [kind.id, { moves: kind.moves, alarms: alarmFields(kind) }]))
  }

  /**
   * Takes in what had changed until now. Costs a look at every device when anything did, and work only for those that changed; ten thousand of them are several turns of
   * the event loop. One call at a time.
   */
  async update(): Promise<void> {
    const { revision } = this.#live
    const { version } = this.#directory
    const directoryChanged = version !== this.#directoryVersion
    if (revision === this.#liveRevision && !directoryChanged) return
    const turns = new Turns()
    for (const state of this.#live.all()) {
      if (directoryChanged || state.revision > this.#liveRevision) this.#place(state)
      if (turns.over) await turns.next()
    }
    if (directoryChanged) this.#dropRemoved(revision)
    this.#liveRevision = revision
    this.#directoryVersion = version
    if (this.#cellCount > MAX_CELLS) this.#dropIdleCells()
  }

  /** Cells by organisation. */
  get orgs(): ReadonlyMap<OrgId, ReadonlyMap<string, Cell>> {
    return this.#orgs
  }

  *cells(): Generator<Cell, void, undefined> {
    for (const cells of this.#orgs.values()) yield* cells.values()
  }

  #place(state: LiveState): void {
    const device = this.#directory.get(state.device)
    const before = this.#shown.get(state.device)
    const mark = device && makeMark(state, device, this.#kinds.get(state.kind) ?? UNKNOWN_KIND, before?.mark)
    if (mark === undefined) {
      if (before) this.#drop(before, state.revision)
      return
    }
    if (before && isSameMark(before.mark, mark)) return
    const cell = before?.mark.org === mark.org && before.mark.geohash === mark.geohash ? before.cell : this.#cell(mark)
    if (before && before.cell !== cell) before.cell.remove(mark.device, mark.revision)
    cell.put(mark)
    if (before) {
      before.mark = mark
      before.cell = cell
    } else this.#shown.set(mark.device, { mark, cell })
  }

  #dropRemoved(revision: number): void {
    for (const shown of this.#shown.values()) {
      const { device } = shown.mark
      if (this.#directory.get(device) === undefined || this.#live.get(device) === undefined) this.#drop(shown, revision)
    }
  }

  #drop({ mark, cell }: { readonly mark: Mark; readonly cell: Cell }, revision: number): void {
    cell.remove(mark.device, revision)
    this.#shown.delete(mark.device)
  }

  #cell({ org, geohash }: Mark): Cell {
    const cells = this.#orgs.get(org) ?? new Map<string, Cell>()
    this.#orgs.set(org, cells)
    const known = cells.get(geohash)
    if (known) return known
    const cell = new Cell(topics.tile(org, geohash), geohash)
    cells.set(geohash, cell)
    this.#cellCount += 1
    return cell
  }

  #dropIdleCells(): void {
    for (const [org, cells] of this.#orgs) {
      for (const [geohash, cell] of cells) if (cell.idle && cells.delete(geohash)) this.#cellCount -= 1
      if (cells.size === 0) this.#orgs.delete(org)
    }
  }
}
