import { describe, expect, it } from 'vitest'
import { toggled, withChoice } from '../../dashboard/map/filter.ts'
import { filterFrom, queryText, switchFrom, viewFrom, withFilter, withSwitch, withView } from '../../dashboard/map/url-state.ts'

describe('the address', () => {
  it('keeps filter and view, and gives them back', () => {
    const filter = { kinds: ['bus', 'worksite'], states: ['stale' as const], org: 'pudong-bus', route: '71, 快', district: '310115', text: '沪A 1' }
    const parameters = withView(withFilter(new URLSearchParams('other=1'), filter), { lat: 31.23, lon: 121.47, zoom: 10.5 })
    const read = new URLSearchParams(queryText(parameters))
    expect(filterFrom(read)).toEqual(filter)
    expect(viewFrom(read)).toEqual({ lat: 31.23, lon: 121.47, zoom: 10.5 })
    expect(read.get('other')).toBe('1')
    expect(queryText(parameters)).toContain('kinds=bus,worksite')
  })

  it('forgets an empty filter', () => {
    expect(queryText(withFilter(new URLSearchParams('kinds=bus&q=x&org=a&route=b&district=c'), { kinds: [], states: [], text: '' }))).toBe('')
  })

  it.each(['at=', 'at=31', 'at=31,121', 'at=a,b,c', 'at=91,0,3', 'at=31,121,99', 'at=31,121,', 'x=1'])('takes no view from %s', text => {
    expect(viewFrom(new URLSearchParams(text))).toBeUndefined()
  })

  it('leaves out states it does not know', () => {
    expect(filterFrom(new URLSearchParams('states=stale,asleep')).states).toEqual(['stale'])
  })

  it('switches on and off', () => {
    const on = withSwitch(new URLSearchParams('q=x'), 'follow', true)
    expect([switchFrom(on, 'follow'), switchFrom(on, 'wall'), queryText(on)]).toEqual([true, false, '?q=x&follow=1'])
    expect(queryText(withSwitch(on, 'follow', false))).toBe('?q=x')
  })

  it('has one organisation chosen, or none', () => {
    const chosen = withChoice({ kinds: [], states: [], text: '' }, 'org', 'a')
    expect(chosen.org).toBe('a')
    expect(withChoice(chosen, 'org', undefined)).toEqual({ kinds: [], states: [], text: '' })
  })

  it('toggles', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
    expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  })
})
