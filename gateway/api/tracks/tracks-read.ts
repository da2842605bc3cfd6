import { setImmediate as turn } from 'node:timers/promises'
import type { SeriesStore } from '../../model/series.ts'
import { readPoints } from '../readings-read.ts'
import { TrackBuilder } from './track-builder.ts'
import type { TrackCodec, TrackMessage } from './track-codec.ts'
import { eventFields } from './track-events.ts'
import type { Mover, TracksPlan } from './tracks-plan.ts'

/** Rows of one device read in one go: a few milliseconds. */
const ROWS_A_PAGE = 5_000
/** Devices that are asked for while one is being written: InfluxDB works while parts are made. */
const AHEAD = 3
/** Where an answer is cut off: rows read, and fixes sent. */
const MOST_ROWS = 6_000_000
const MOST_FIXES = 1_500_000

/** The parts of an answer, device by device. Between two pages the event loop turns. Throws what the store throws. */
export async function* trackParts(plan: TracksPlan, series: SeriesStore, codec: TrackCodec): AsyncGenerator<Uint8Array> {
  const { from, to, stepMs, movers } = plan
  yield codec.encode({ head: { fromMs: from, toMs: to, devices: movers.length, stepMs } })
  let rows = 0
  let fixes = 0
  let tracks = 0
  let through = 0
  for await (const pages of inOrder(movers, mover => readPages(mover, plan, series))) {
    let any = false
    for await (const page of pages) {
      rows += page.rows
      if (page.part) {
        any = true
        fixes += page.part.atMs.length
        yield codec.encode({ track: page.part })
      }
      await turn()
    }
    if (any) tracks += 1
    through += 1
    if (rows >= MOST_ROWS || fixes >= MOST_FIXES) break
  }
  yield codec.encode({ end: { fixes, tracks, devicesCut: movers.length - through } })
}

interface Page {
  readonly rows: number
  readonly part: TrackMessage | undefined
}

async function* readPages({ device, kind }: Mover, { from, to, stepMs }: TracksPlan, series: SeriesStore): AsyncGenerator<Page> {
  const events = eventFields(kind)
  const of = {
    device: device.id,
    kind: kind.id,
    org: device.org,
    staleAfterS: kind.staleAfterSeconds,
    ...(device.name !== undefined && { name: device.name }),
    ...(device.simulated && { simulated: true as const }),
  }
  const builder = new TrackBuilder(of, { stepMs, eventFields: events })
  const fields = ['lat', 'lon', ...['speed', 'heading'].filter(name => Object.hasOwn(kind.fields, name)), ...events]
  let goOnAt: number | undefined = from
  while (goOnAt !== undefined) {
    const page = await readPoints(series, { device: device.id, kind: kind.id, from: goOnAt, to, fields, limit: ROWS_A_PAGE })
    for (const row of page.rows) builder.add(row)
    goOnAt = page.goOnAt
    yield { rows: page.rows.length, part: builder.take(goOnAt === undefined) }
  }
}

/** Runs generators in order, the first page of the next few asked for ahead. */
async function* inOrder<T, P>(items: readonly T[], pagesOf: (item: T) => AsyncGenerator<P>): AsyncGenerator<AsyncGenerator<P>> {
  const waiting: { readonly pages: AsyncGenerator<P>; readonly first: Promise<IteratorResult<P>> }[] = []
  let next = 0
  const ask = (): void => {
    const item = items[next]
    if (item === undefined) return
    next += 1
    const pages = pagesOf(item)
    const first = pages.next()
    // Heard when its turn comes; it may fail before.
    first.catch(() => undefined)
    waiting.push({ pages, first })
  }
  for (let count = 0; count <= AHEAD; count++) ask()
  for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
    ask()
    yield resumed(current.pages, current.first)
  }
}

async function* resumed<P>(pages: AsyncGenerator<P>, first: Promise<IteratorResult<P>>): AsyncGenerator<P> {
  const begun = await first
  if (begun.done) return
  yield begun.value
  yield* pages
}
