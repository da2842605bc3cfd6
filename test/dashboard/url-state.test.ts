import { describe, expect, it } from 'vitest'
import { filterFrom, queryText, toggled, viewFrom, withFilter, withView } from '../../dashboard/map/url-state.ts'

describe('the address', () => {
  it('keeps filter and view, and gives them back', () => {
    const filter = { kinds: ['bus', 'worksite'], states: ['stale' as const], text: '沪A 1' }
    const parameters = withView(withFilter(new URLSearchParams('other=1'), filter), { lat: 31.23, lon: 121.47, zoom: 10.5 })
    const read = new URLSearchParams(queryText(parameters))
    expect(filterFrom(read)).toEqual(filter)
    expect(viewFrom(read)).toEqual({ lat: 31.23, lon: 121.47, zoom: 10.5 })
    expect(read.get('other')).toBe('1')
    expect(queryText(parameters)).toContain('kinds=bus,worksite')
  })

  it('forgets an empty filter', () => {
    expect(queryText(withFilter(new URLSearchParams('kinds=bus&q=x'), { kinds: [], states: [], text: '' }))).toBe('')
  })

  it.each(['at=', 'at=31', 'at=31,121', 'at=a,b,c', 'at=91,0,3', 'at=31,121,99', 'at=31,121,', 'x=1'])('takes no view from %s', text => {
    expect(viewFrom(new URLSearchParams(text))).toBeUndefined()
  })

  it('leaves out states it does not know', () => {
    expect(filterFrom(new URLSearchParams('states=stale,asleep')).states).toEqual(['stale'])
  })

  it('toggles', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
    expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  })
})
