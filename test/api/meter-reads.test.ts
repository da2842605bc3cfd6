import { describe, expect, it } from 'vitest'
import { meterFigures } from '../../gateway/api/tables/meter-rows.ts'
import { gridOf } from '../../gateway/api/tables/period.ts'
import type { SeriesStore, SurveyRow } from '../../gateway/model/series.ts'
import { meter } from './city.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A midnight of Shanghai. */
const FROM = Date.parse('2026-07-29T16:00:00Z')
const TO = FROM + 3 * DAY

/** A stand-in for the store that holds one meter's reads, by the day. */
function store(reads: readonly SurveyRow[]): Pick<SeriesStore, 'survey'> {
  return { survey: query => Promise.resolve(new Map(query.bucket ? [['m', reads]] : [])) }
}

/** Reads of a meter that must be heard of once an hour, over three days. */
async function readsOf(options: {
  readonly firstAt?: number
  readonly rows: readonly SurveyRow[]
}): Promise<{ readonly due: number; readonly received: number }> {
  const figures = await meterFigures(
    store(options.rows),
    {
      kind: meter,
      counter: 'importEnergy',
      rate: undefined,
      devices: ['m'],
      period: { from: FROM, to: TO, ended: true },
      grid: gridOf({ from: FROM, to: TO, ended: true }, 'day', 'Asia/Shanghai'),
      nights: [],
      firstAt: () => options.firstAt,
    },
    { done: 0, of: 0 },
    new AbortController().signal,
  )
  const { due = -1, received = -1 } = figures.get('m') ?? {}
  return { due, received }
}

function day(number: number, count: number): SurveyRow {
  return { at: FROM + number * DAY, count, first: 1, last: 2, min: 1, max: 2 }
}

describe('reads that are due', () => {
  it('are due over the whole period where nobody knows when a meter was first heard of', async () => {
    expect(await readsOf({ rows: [day(1, 24)] })).toEqual({ due: 72, received: 24 })
  })

  it('are due from the very hour in which a meter was first heard of', async () => {
    expect(await readsOf({ firstAt: FROM + DAY + 18 * HOUR, rows: [day(1, 6), day(2, 24)] })).toEqual({ due: 30, received: 30 })
  })

  it('are due from the first day with readings where those are older than what is known of the meter', async () => {
    expect(await readsOf({ firstAt: FROM + 2 * DAY + 6 * HOUR, rows: [day(1, 24), day(2, 24)] })).toEqual({ due: 48, received: 48 })
  })

  it('are due while a meter that was heard of gives no value at all', async () => {
    expect(await readsOf({ firstAt: FROM + 2 * DAY, rows: [] })).toEqual({ due: 24, received: 0 })
  })
})
