import { describe, expect, it } from 'vitest'
import { type Entry, fitting } from '../../dashboard/palette/entry.ts'

const entry = (title: string, ...words: string[]): Entry => ({ id: title, title, note: '', icon: 'map', words, run: () => undefined })
const titles = (entries: readonly Entry[]) => entries.map(({ title }) => title)

describe('what the palette offers', () => {
  const entries = [
    entry('Go to Map', 'Map', '地图'),
    entry('Dark appearance', 'night'),
    entry('Go to Status', 'status'),
    entry('Copy a link to this view', 'share'),
  ]

  it('is everything, in its order, while nothing is typed', () => {
    expect(fitting(entries, '  ')).toEqual(entries)
  })

  it('is found by words of either language, in any case', () => {
    expect(titles(fitting(entries, '地图'))).toEqual(['Go to Map'])
    expect(titles(fitting(entries, 'NIGHT'))).toEqual(['Dark appearance'])
  })

  it('begins with what begins so, then words, then parts, then letters in order', () => {
    const sorted = fitting([entry('restart'), entry('xx art'), entry('a r t'), entry('article'), entry('none')], 'art')
    expect(titles(sorted)).toEqual(['article', 'xx art', 'restart', 'a r t'])
  })

  it('is nothing where no letter fits', () => {
    expect(fitting(entries, 'qqq')).toEqual([])
  })
})
