import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CellMembers } from '../../dashboard/live/cell-members.ts'
import { Revisions } from '../../dashboard/live/revisions.ts'
import { decodeTile, type TileMark } from '../../dashboard/live/tile-codec.ts'
import { Cell } from '../../gateway/live/cell.ts'
import type { Mark } from '../../gateway/live/mark.ts'
import { loadTileCodec, type TileMessage } from '../../gateway/live/tile-codec.ts'

const TOPIC = 'live/v1/pudong-bus/w/t/w/3/s'
/** Degrees: the cell of the topic, by the definition of geohash. */
const CELL = { south: 31.201171875, west: 121.46484375, size: 45 / 1_024 }
const NOON = Date.UTC(2026, 4, 1, 12)
const codec = await loadTileCodec()

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const seen = fc.record({
  north: share,
  east: share,
  heading: fc.option(fc.double({ min: -400, max: 800, noNaN: true }), { nil: undefined }),
  speed: fc.option(fc.double({ min: -1, max: 300, noNaN: true }), { nil: undefined }),
  age: fc.integer({ min: -60_000, max: 2 ** 32 }),
  flagged: fc.nat(9).map(chance => chance === 0),
  stale: fc.nat(9).map(chance => chance === 0),
  kind: fc.nat(9).map(chance => (chance === 0 ? 'tram' : 'bus')),
})
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), device: fc.nat(5), seen }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), device: fc.nat(5) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('tell' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('nobody listens' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('subscribe' as const) }) },
  ),
  { maxLength: 60, size: 'max' },
)

/** What a page does with the frames of one cell: what is shown by which device, and whether it wants a snapshot. */
class Reader {
  readonly shown = new Map<string, { readonly mark: TileMark; readonly at: number }>()
  readonly #revisions = new Revisions()
  readonly #members = new CellMembers()

  take(frames: readonly TileMessage[]): void {
    for (const frame of frames) {
      const tile = decodeTile(codec.encode(frame))
      const succession = this.#revisions.take(TOPIC, tile)
      if (succession === 'old') continue
      if (succession === 'missed') this.#members.missed(TOPIC)
      if (tile.snapshotPart === 1) this.shown.clear()
      for (const mark of this.#members.marksOf(TOPIC, tile)) {
        if (mark.gone) this.shown.delete(mark.device)
        else this.shown.set(mark.device, { mark, at: tile.sentAtMs - mark.ageMs })
      }
    }
  }

  get unclear(): boolean {
    return this.#members.unclear
  }
}

describe('the members of a cell', () => {
  it('are shown as they are, within a step, whatever was told in full, as a move, or missed', () => {
    fc.assert(
      fc.property(steps, list => {
        const cell = new Cell(TOPIC, 'wtw3s')
        const truth = new Map<string, Mark>()
        const reader = new Reader()
        let revision = 0
        let now = NOON
        const subscribe = () => reader.take(cell.snapshot(now, () => true))
        for (const step of list) {
          now += 10
          revision += 1
          if (step.do === 'put') {
            const mark = markOf(`bus-${step.device}`, step.seen, revision, now)
            truth.set(mark.device, mark)
            cell.put(mark)
          } else if (step.do === 'remove') {
            truth.delete(`bus-${step.device}`)
            cell.remove(`bus-${step.device}`, revision)
          } else if (step.do === 'tell') reader.take(cell.takeChanges(now))
          else if (step.do === 'lose') cell.takeChanges(now)
          else if (step.do === 'nobody listens') cell.dropNews()
          else subscribe()
        }
        // One more is told, so that whatever was missed shows.
        const last = markOf('bus-9', { north: 0.5, east: 0.5, heading: 1, speed: 2, age: 3, flagged: false, stale: false, kind: 'bus' }, revision + 1, now)
        truth.set(last.device, last)
        cell.put(last)
        reader.take(cell.takeChanges(now))
        if (reader.unclear) subscribe()
        expect(reader.unclear).toBe(false)
        // A page learns from another snapshot who left while it did not listen.
        for (const [device, mark] of truth) if (reader.shown.has(device)) expectShown(reader.shown.get(device), mark)
        subscribe()
        expect([...reader.shown.keys()].sort()).toEqual([...truth.keys()].sort())
        for (const [device, mark] of truth) expectShown(reader.shown.get(device), mark)
      }),
      { numRuns: 500 },
    )
  })

  it('are left alone by moves of numbers that were never told: these make the cell unclear, until a whole snapshot shows that they are not to be seen', () => {
    const members = new CellMembers()
    const stray = { number: 7, north: 0.5, east: 0.5, ageMs: 1 }
    const frame = { sentAtMs: NOON, revision: 5, previousRevision: 4, marks: [], snapshotPart: 0, snapshotParts: 0, moves: [stray] }
    const snapshot = (part: number) => members.marksOf(TOPIC, { ...frame, previousRevision: 0, snapshotPart: part, snapshotParts: 3, moves: [] })
    expect(members.marksOf(TOPIC, frame)).toEqual([])
    expect(members.unclear).toBe(true)
    expect(members.takeUnclear()).toEqual([TOPIC])
    expect(members.unclear).toBe(false)
    members.marksOf(TOPIC, frame)
    for (const part of [1, 3]) snapshot(part)
    expect(members.unclear).toBe(true)
    for (const part of [1, 2, 3]) snapshot(part)
    expect(members.unclear).toBe(false)
    expect(members.marksOf(TOPIC, frame)).toEqual([])
    expect(members.unclear).toBe(false)
  })
})

function markOf(device: string, { north, east, age, ...more }: typeof seen extends fc.Arbitrary<infer T> ? T : never, revision: number, now: number): Mark {
  const position = { lat: CELL.south + north * CELL.size, lon: CELL.west + east * CELL.size }
  return { device, org: 'pudong-bus', position, geohash: 'wtw3s', at: now - age, revision, simulated: true, ...more }
}

function expectShown(shown: { readonly mark: TileMark; readonly at: number } | undefined, truth: Mark): void {
  if (shown === undefined) throw new Error(`${truth.device} is not shown`)
  const { mark, at } = shown
  expect(at).toBe(truth.at)
  expect(mark).toMatchObject({ kind: truth.kind, flagged: truth.flagged, stale: truth.stale, simulated: truth.simulated })
  expect(Math.abs(mark.lat - truth.position.lat)).toBeLessThan(0.6e-6)
  expect(Math.abs(mark.lon - truth.position.lon)).toBeLessThan(0.6e-6)
  expect(mark.speedKmh === undefined).toBe(truth.speed === undefined)
  expect(Math.abs((mark.speedKmh ?? 0) - (truth.speed ?? 0))).toBeLessThan(0.5 + 1e-3)
  expect(mark.heading === undefined).toBe(truth.heading === undefined)
  const turn = Math.abs((mark.heading ?? 0) - (truth.heading ?? 0)) % 360
  expect(Math.min(turn, 360 - turn)).toBeLessThan(0.75 + 1e-3)
}
