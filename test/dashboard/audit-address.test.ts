import { describe, expect, it } from 'vitest'
import { apiQuery, noSearch, searchFrom, withSearch } from '../../dashboard/audit/audit-address.ts'
import { differencesOf } from '../../dashboard/audit/differences.ts'
import { startOfDay } from '../../dashboard/format/wall-clock.ts'

describe('differences of an entry of the audit', () => {
  it('tell what stood and what stands, place by place, and leave out what is the same', () => {
    const before = { name: 'Bus 17', place: { lat: 31.2, lon: 121.5 }, tags: ['night'], gone: null }
    const after = { name: 'Bus 18', place: { lat: 31.2, lon: 121.6 }, tags: ['night', 'v2'], simulated: true }
    expect(differencesOf(before, after)).toEqual([
      { path: 'name', before: 'Bus 17', after: 'Bus 18' },
      { path: 'place.lon', before: '121.5', after: '121.6' },
      { path: 'gone', before: 'null', after: undefined },
      { path: 'tags.1', before: undefined, after: 'v2' },
      { path: 'simulated', before: undefined, after: 'true' },
    ])
  })

  it('are everything where there was nothing, and nothing where nothing is kept', () => {
    expect(differencesOf(undefined, { org: 'pudong', tags: [] })).toEqual([
      { path: 'org', before: undefined, after: 'pudong' },
      { path: 'tags', before: undefined, after: '[]' },
    ])
    expect(differencesOf(undefined, undefined)).toEqual([])
  })
})

describe('the address of the audit', () => {
  it('keeps a search, and leaves out what is empty', () => {
    const search = { ...noSearch, who: 'li.wei', which: 'device:bus 1', from: '2026-07-31' }
    const address = withSearch(new URLSearchParams('kinds=bus&entry=4&org=old'), search)
    expect(address.toString()).toBe('kinds=bus&who=li.wei&which=device%3Abus+1&from=2026-07-31')
    expect(searchFrom(address)).toEqual(search)
  })

  it('takes no day that is none', () => {
    expect(searchFrom(new URLSearchParams('from=yesterday&to=2026-7-1'))).toEqual(noSearch)
    expect(startOfDay('2026-99-99', 'Asia/Shanghai')).toBeUndefined()
  })

  it('means days of the city, the last one whole, also when clocks are changed', () => {
    const asked = apiQuery({ ...noSearch, from: '2026-07-31', to: '2026-07-31' }, 'Asia/Shanghai')
    expect(asked).toMatchObject({ since: '2026-07-30T16:00:00.000Z', until: '2026-07-31T16:00:00.000Z', actor: undefined })
    expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
    expect(startOfDay('2026-03-30', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
    expect(startOfDay('2026-11-02', 'America/New_York')).toBe('2026-11-02T05:00:00.000Z')
  })
})
