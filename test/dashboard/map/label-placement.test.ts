import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LABEL_OFFSET, labelWidth, placeLabels } from '../../../dashboard/map/label-placement.ts'

describe('labels', () => {
  it('never touch one another, nor another’s mark', () => {
    const coordinate = fc.integer({ min: -200, max: 1_400 })
    const wish = fc.record({ x: coordinate, y: coordinate, width: fc.integer({ min: 10, max: 160 }) })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 120 }), wishes => {
        const named = wishes.map((one, index) => ({ device: `d-${index}`, ...one }))
        const placed = named.filter(({ device }) => placeLabels(named, 500).has(device))
        for (const a of placed) {
          const left = a.x + LABEL_OFFSET
          for (const b of placed) {
            if (a === b || Math.abs(a.y - b.y) >= 18) continue
            const other = b.x + LABEL_OFFSET
            expect(left + a.width <= other || other + b.width <= left).toBe(true)
          }
          for (const b of named) {
            const covered = b.x + 8 > left && b.x - 8 < left + a.width && Math.abs(b.y - a.y) < 17
            expect(a === b || !covered).toBe(true)
          }
        }
      }),
    )
  })

  it('come first that are wished first, and no more than asked for', () => {
    const wishes = [0, 4, 60, 120].map((y, index) => ({ device: `d-${index}`, x: index === 1 ? 60 : 0, y, width: 80 }))
    expect([...placeLabels(wishes, 2)]).toEqual(['d-1', 'd-2'])
    expect([...placeLabels(wishes.slice(2), 1)]).toEqual(['d-2'])
  })

  it('are as wide as their text, Chinese wider than Latin', () => {
    expect(labelWidth('工地一号')).toBeGreaterThan(labelWidth('site'))
    expect(labelWidth('x'.repeat(500))).toBe(160)
  })
})
