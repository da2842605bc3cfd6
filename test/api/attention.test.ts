import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MinuteRing } from '../../gateway/hours/minute-ring.ts'
import { HOUR_MS, MINUTE_MS } from '../../gateway/model/hours.ts'
import { get } from './ask.ts'
import { type City, furnish, NOW, startCity } from './city.ts'

let city: City

/** Heard of every minute of the hours before now, but for some that are left out; every so many minutes out of range. */
function heard(hours: number, options: { readonly gapMinutes?: number; readonly badEvery?: number } = {}): MinuteRing {
  const ring = MinuteRing.begin(NOW - hours * HOUR_MS)
  const { gapMinutes = 0, badEvery = 0 } = options
  for (let minute = 0; minute < hours * 60 - gapMinutes; minute++) ring.mark(NOW - (hours * 60 - minute) * MINUTE_MS, badEvery > 0 && minute % badEvery === 0)
  return ring
}

beforeAll(async () => {
  city = await startCity()
  furnish(city)
  city.directory.put(
    { id: 'bus-3', org: 'pudong', model: 'bus-unit', name: '=HYPERLINK("http://x")' },
    { id: 'bus-4', org: 'minhang', model: 'bus-unit', stage: 'retired' },
  )
  city.hours.set('bus-1', heard(3, { badEvery: 60 }))
  city.hours.set('bus-3', heard(2, { gapMinutes: 30, badEvery: 2 }))
  city.hours.set('bus-4', heard(3))
  city.hours.set('meter-1', heard(30))
  city.clocks.set('meter-2', { device: 'meter-2', fault: 'behind', offsetMs: -3_600_000, since: NOW })
  city.clocks.set('bus-1', { device: 'bus-1', fault: 'ahead', offsetMs: 600_000, since: NOW })
})
afterAll(() => city.server.stop())

describe('what wants attention', () => {
  it('is told worst first, with how many there are in all', async () => {
    const { json } = await get(city, '/api/v1/attention?limit=1')
    expect(json).toEqual({
      silent: {
        total: 1,
        devices: [{ device: 'meter-1', org: 'pudong', kind: 'electricity-meter', lastReceivedAt: '2026-07-30T22:00:00.000Z', silentSeconds: 7_200 }],
      },
      outOfRange: { total: 2, devices: [{ device: 'bus-3', name: '=HYPERLINK("http://x")', org: 'pudong', kind: 'bus', minutes: 45 }] },
      rejected: {
        total: 1,
        devices: [{ device: 'bus-1', name: 'Line 21 / 浦东', org: 'pudong', kind: 'bus', rejected: 2, received: 10, reason: 'CRC_MISMATCH' }],
      },
      clocks: {
        total: 2,
        devices: [
          {
            device: 'meter-2',
            org: 'minhang',
            kind: 'electricity-meter',
            clock: { fault: 'behind', offsetSeconds: -3_600, since: '2026-07-31T00:00:00.000Z' },
          },
        ],
      },
    })
  })

  it('is told of one’s own devices alone, and of one kind', async () => {
    expect((await get(city, '/api/v1/attention', { token: 'cgt_minhang' })).json).toMatchObject({
      silent: { total: 0 },
      outOfRange: { total: 0, devices: [] },
      clocks: { total: 1, devices: [{ device: 'meter-2' }] },
    })
    expect((await get(city, '/api/v1/attention?kind=bus&org=pudong')).json).toMatchObject({
      silent: { total: 0 },
      outOfRange: { total: 2 },
      clocks: { total: 1 },
    })
  })
})

describe('completeness', () => {
  it('tells hour by hour what was due and what came, by kind', async () => {
    const { json } = await get(city, '/api/v1/completeness?hours=4')
    // The hour that begins now has nothing due yet, and of the one before the last minute is still waited for.
    expect(json).toEqual({
      from: '2026-07-30T21:00:00.000Z',
      hours: 4,
      since: '2026-07-29T12:00:00.000Z',
      by: 'kind',
      rows: [
        { id: 'bus', title: { en: 'Bus', zh: '公交车' }, devices: 2, expected: [60, 120, 118, 0], received: [60, 120, 89, 0] },
        { id: 'electricity-meter', title: { en: 'Electricity meter', zh: '电表' }, devices: 1, expected: [1, 1, 0, 0], received: [1, 1, 0, 0] },
      ],
    })
  })

  it('tells it by organisation, of one’s own devices', async () => {
    expect((await get(city, '/api/v1/completeness?hours=2&by=org', { token: 'cgt_pudong' })).json).toMatchObject({
      rows: [{ id: 'pudong', devices: 3, expected: [118, 0], received: [89, 0] }],
    })
    // Its only bus that was ever heard of is out of service.
    expect((await get(city, '/api/v1/completeness?by=org', { token: 'cgt_minhang' })).json).toMatchObject({ rows: [] })
    expect((await get(city, '/api/v1/completeness?kind=tram')).status).toBe(400)
  })
})

describe('the list behind each number', () => {
  it.each([
    ['state=stale', ['meter-1']],
    ['state=silent&lifeCycle=enrolled', ['bus-3', 'meter-2']],
    ['with=flagged', ['bus-1']],
    ['with=outOfRange&sort=-outOfRange', ['bus-3', 'bus-1']],
    ['with=rejected', ['bus-1']],
    ['with=clock&sort=-clock', ['meter-2', 'bus-1']],
    ['bbox=121.4,31.1,121.6,31.3', ['bus-1', 'meter-1']],
    ['sort=-id&limit=2', ['meter-2', 'meter-1']],
    ['sort=-id&limit=2&offset=2', ['bus-4', 'bus-3']],
    ['sort=kind&limit=5&offset=3', ['bus-4', 'meter-1', 'meter-2']],
    ['sort=-lastReceivedAt&limit=1', ['bus-1']],
    ['offset=100', []],
  ])('holds %s', async (query, ids) => {
    const { json } = await get(city, `/api/v1/devices?${query}`)
    expect(json).toMatchObject({ devices: ids.map(id => ({ id })) })
  })

  it('says what there is to look at, and how many there are on all pages', async () => {
    expect((await get(city, '/api/v1/devices?limit=1&with=outOfRange')).json).toMatchObject({
      total: 2,
      devices: [{ id: 'bus-1', flagged: true, rejected: 2, minutesOutOfRange: 3 }],
    })
  })

  it('refuses a cursor in another order than that of ids', async () => {
    const { next } = (await get(city, '/api/v1/devices?limit=1')).json as { next: string }
    expect(await get(city, `/api/v1/devices?sort=name&cursor=${next}`)).toMatchObject({ status: 400, json: { errors: [{ field: 'cursor' }] } })
  })

  it('is a file of all that fit, in which nothing is a formula', async () => {
    const { text, headers } = await get(city, '/api/v1/devices?format=csv&kind=bus&sort=-outOfRange&limit=1')
    expect(headers['content-disposition']).toBe('attachment; filename="devices.csv"')
    expect(text.split('\r\n')).toEqual([
      'id,name,kind,org,model,state,lifeCycle,lastReceivedAt,group,tags,lat,lon,rejected,minutesOutOfRange,clock',
      `bus-3,"'=HYPERLINK(""http://x"")",bus,pudong,bus-unit,silent,enrolled,,,,,,0,45,`,
      'bus-1,Line 21 / 浦东,bus,pudong,bus-unit,ok,active,2026-07-30T23:59:59.000Z,,,31.23,121.47,2,3,ahead',
      'bus-2,,bus,minhang,bus-unit,silent,planned,,Depot 3,night v2,,,0,0,',
      'bus-4,,bus,minhang,bus-unit,silent,retired,,,,,,0,0,',
      '',
    ])
  })
})
