import { describe, expect, it } from 'vitest'
import { DrawPace } from '../../../dashboard/marks/draw-pace.ts'
import { worldPixels } from '../../../dashboard/marks/mercator.ts'

const camera = (zoom = 12, x = 0.5) => ({ centre: { x, y: 0.5 }, zoom, width: 800, height: 600 })
const nothing = { marks: 100, changed: false, fastest: 0, movesUntilMs: Number.NEGATIVE_INFINITY }

describe('when marks are drawn', () => {
  it('draws at first, and then nothing while nothing changes', () => {
    const pace = new DrawPace(false)
    expect(pace.due(nothing, camera(), 0)).toBe(true)
    pace.noteDrawn(camera(), 0)
    expect(pace.due(nothing, camera(), 10_000)).toBe(false)
    expect(pace.due({ ...nothing, changed: true }, camera(), 10_001)).toBe(true)
    expect(pace.due(nothing, camera(12.1), 10_001)).toBe(true)
  })

  it('draws a glide as often as it can be seen, and once when it has ended', () => {
    const pace = new DrawPace(false)
    // Ten pixels a second at zoom 12.
    const glide = { ...nothing, fastest: 0.01 / worldPixels(12), movesUntilMs: 1_200 }
    pace.noteDrawn(camera(), 0)
    expect(pace.due(glide, camera(), 16)).toBe(false)
    expect(pace.due(glide, camera(), 32)).toBe(true)
    pace.noteDrawn(camera(8), 0)
    expect(pace.due(glide, camera(8), 400)).toBe(false)
    expect(pace.due(glide, camera(8), 1_201)).toBe(true)
    pace.noteDrawn(camera(8), 1_201)
    expect(pace.due(glide, camera(8), 1_300)).toBe(false)
  })

  it('leaves the map time where the processor draws, the more the more marks there are', () => {
    const pace = new DrawPace(true)
    pace.noteDrawn(camera(), 0)
    const changed = { ...nothing, changed: true }
    expect([pace.due(changed, camera(), 30), pace.due(changed, camera(), 50)]).toEqual([false, true])
    expect(pace.due({ ...changed, marks: 10_000 }, camera(12, 0.51), 150)).toBe(false)
    expect(pace.due({ ...changed, marks: 10_000 }, camera(12, 0.51), 210)).toBe(true)
    expect(pace.due(changed, { ...camera(), width: 400 }, 1)).toBe(true)
  })
})
