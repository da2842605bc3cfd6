import { describe, expect, it } from 'vitest'
import { listFrom, listQuery, mapAddress, withList } from '../../dashboard/devices/list-address.ts'
import { dayOf, daysBefore } from '../../dashboard/format/wall-clock.ts'
import { levelOf, percentOf, sumOf } from '../../dashboard/overview/levels.ts'
import { listAddress, overviewFrom, withOverview } from '../../dashboard/overview/overview-address.ts'
import { viewBox } from '../../dashboard/table/view-box.ts'
import { periodQuery, tableFrom, tableMapAddress, withTable } from '../../dashboard/tables/table-address.ts'

const read = (text: string) => new URLSearchParams(text)

describe('the address of the list of devices', () => {
  it('holds what is shown, and takes over what the map shows', () => {
    const view = listFrom(read('kinds=bus&states=stale&q=21&org=pudong&sort=-rejected'))
    expect(listQuery(view)).toEqual({ kind: 'bus', state: 'stale', org: 'pudong', q: '21', sort: '-rejected' })
    expect(withList(read('kinds=bus&states=stale&q=21&at=31,121,9'), { ...view, state: 'ok' }).toString()).toBe(
      'kinds=bus&q=21&at=31%2C121%2C9&state=ok&org=pudong&sort=-rejected',
    )
    expect(mapAddress(view)).toBe('/?kinds=bus&states=stale%2Coffline&org=pudong&q=21')
  })

  it('leaves out what cannot be read', () => {
    const view = listFrom(read('kinds=bus,tram&states=fresh,stale&state=gone&life=x&with=trouble&bbox=1,2,3&sort=a;b'))
    expect(listQuery(view)).toEqual({ sort: 'id' })
    expect(listFrom(read('bbox=121.3,31.1,121.7,31.4')).bbox).toBe('121.3,31.1,121.7,31.4')
  })
})

describe('the address of a table over time', () => {
  it('holds what is shown, without what is usual', () => {
    const view = tableFrom(read('kinds=well&every=hour&days=31&district=310115&sort=-night'), '-total')
    expect(withTable(read(''), view, '-total').toString()).toBe('kinds=well&district=310115&every=hour&days=31&sort=-night')
    expect(withTable(read('kinds=well&at=31,121,9'), tableFrom(read('kinds=well'), '-total'), '-total').toString()).toBe('kinds=well&at=31%2C121%2C9')
    expect(tableMapAddress({ ...view, district: 'none', route: 'T1' })).toBe('/?kinds=well&route=T1')
  })

  it('leaves out what cannot be read', () => {
    const view = tableFrom(read('every=week&days=1e9&from=2026-07-01&limit=much&state=gone&sort=<b>'), '-total')
    expect(withTable(read(''), view, '-total').toString()).toBe('')
  })

  it('means whole days of the city, today among them', () => {
    const now = Date.parse('2026-07-31T20:00:00Z')
    expect(dayOf(now, 'Asia/Shanghai')).toBe('2026-08-01')
    expect(daysBefore('2026-03-01', 1)).toBe('2026-02-28')
    expect(periodQuery({ days: 1, from: '', to: '' }, now, 'Asia/Shanghai')).toEqual({ from: '2026-07-31T16:00:00.000Z', to: 'now' })
    expect(periodQuery({ days: 7, from: '2026-07-01', to: '2026-07-02' }, now, 'Asia/Shanghai')).toEqual({
      from: '2026-06-30T16:00:00.000Z',
      to: '2026-07-02T16:00:00.000Z',
    })
    // A day that is not over yet ends now.
    expect(periodQuery({ days: 7, from: '2026-07-31', to: '2026-08-01' }, now, 'Asia/Shanghai').to).toBe('now')
  })
})

describe('the part of the world a map shows', () => {
  it('is what MapLibre’s bounds are', () => {
    // At zoom 0 the world is 512 pixels wide; Web Mercator ends at 85.0511°.
    expect(viewBox({ lat: 0, lon: 0, zoom: 0 }, 512, 512)).toBe('-180.00000,-85.05113,180.00000,85.05113')
    const [west = 0, south = 0, east = 0, north = 0] = viewBox({ lat: 31.2, lon: 121.5, zoom: 10 }, 1024, 768).split(',').map(Number)
    expect([(west + east) / 2, east - west]).toEqual([expect.closeTo(121.5, 6), expect.closeTo(360 / 512, 4)])
    // Close to the equator's degrees times the cosine of the latitude.
    expect(north - south).toBeCloseTo((360 / 512) * (768 / 1024) * Math.cos((31.2 * Math.PI) / 180), 3)
  })
})

describe('the overview', () => {
  it('keeps what is chosen in its address, and leads to lists of the same', () => {
    const view = overviewFrom(read('org=pudong&by=org&hours=48&kind='))
    expect(withOverview(read(''), view).toString()).toBe('org=pudong&by=org&hours=48')
    expect(withOverview(read('hours=99'), overviewFrom(read('hours=99'))).toString()).toBe('')
    expect(listAddress(view, { state: 'stale' })).toBe('/devices?org=pudong&state=stale')
  })

  it('never calls whole what is not', () => {
    expect([levelOf(0, 0), levelOf(10, 10), levelOf(9_999, 10_000), levelOf(80, 100), levelOf(79, 100), levelOf(50, 100), levelOf(0, 1)]).toEqual([
      'unknown',
      'full',
      'high',
      'fair',
      'low',
      'low',
      'bad',
    ])
    expect([percentOf(0, 0), percentOf(9_999, 10_000), percentOf(1, 1)]).toEqual([undefined, 99, 100])
    expect(sumOf([{ id: 'a', devices: 1, expected: [1, 2], received: [1, 0] }])).toEqual({ received: 1, expected: 3 })
  })
})
