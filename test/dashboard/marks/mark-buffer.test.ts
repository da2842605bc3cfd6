import { describe, expect, it } from 'vitest'
import { FLOATS, MarkBuffer, type MarkPose } from '../../../dashboard/marks/mark-buffer.ts'
import { worldPixels, worldX, worldY } from '../../../dashboard/marks/mercator.ts'

const GLIDE_MS = 1_200
const place = (lon: number, lat: number) => ({ x: worldX(lon), y: worldY(lat) })
const HERE = place(121.47, 31.23)
const pose = (more: Partial<MarkPose> = {}): MarkPose => ({ from: HERE, to: HERE, startMs: 0, turn: 0, sprite: 1, opacity: 1, rank: 0, ...more })

/** Where the graphics card puts a mark: its arithmetic has 24 bits. */
function drawnAt(buffer: MarkBuffer, key: string, nowMs: number): { readonly x: number; readonly y: number } {
  const at = (buffer.slotOf(key) ?? 0) * FLOATS
  const [fromX = 0, fromY = 0, toX = 0, toY = 0, start = 0] = buffer.data.subarray(at, at + FLOATS)
  const share = Math.fround(Math.min(1, Math.max(0, (Math.fround((nowMs - buffer.baseMs) / 1_000) - start) / (GLIDE_MS / 1_000))))
  return { x: buffer.anchor.x + Math.fround(fromX + (toX - fromX) * share), y: buffer.anchor.y + Math.fround(fromY + (toY - fromY) * share) }
}

describe('the buffer of marks', () => {
  it('puts a mark within a tenth of a pixel of its place at the nearest zoom, wherever the map looks, on its way too', () => {
    const buffer = new MarkBuffer(GLIDE_MS)
    const pixels = worldPixels(19)
    for (const [lon, lat] of [
      [121.47, 31.23],
      [121.9, 30.9],
      [87.6, 43.8],
      [-179.99, -54.8],
    ] as const) {
      const [from, to] = [place(lon, lat), place(lon + 0.0002, lat + 0.0001)]
      const startMs = 40 * 86_400_000
      buffer.put('a', pose({ from, to, startMs }))
      buffer.settle(to, startMs)
      for (const share of [0, 0.37, 1, 4]) {
        const drawn = drawnAt(buffer, 'a', startMs + share * GLIDE_MS)
        const done = Math.min(1, share)
        expect(Math.abs(drawn.x - from.x - (to.x - from.x) * done) * pixels).toBeLessThan(0.1)
        expect(Math.abs(drawn.y - from.y - (to.y - from.y) * done) * pixels).toBeLessThan(0.1)
      }
    }
  })

  it('hands over only what changed, and the order only when it did', () => {
    const buffer = new MarkBuffer(GLIDE_MS)
    for (const key of ['a', 'b', 'c', 'd']) buffer.put(key, pose())
    expect(buffer.takeDirty()).toEqual({ from: 0, to: 4 })
    expect([...(buffer.takeOrder() ?? [])]).toEqual([0, 1, 2, 3])
    buffer.put('b', pose({ turn: 90 }))
    buffer.put('c', pose({ turn: 180 }))
    expect(buffer.takeDirty()).toEqual({ from: 1, to: 3 })
    expect(buffer.takeDirty()).toBeUndefined()
    expect(buffer.takeOrder()).toBeUndefined()
  })

  it('orders by rank, and uses the slot of one that left for the next that comes', () => {
    const buffer = new MarkBuffer(GLIDE_MS)
    for (const [key, rank] of Object.entries({ flagged: 3, fresh: 2, offline: 0, other: 2 })) buffer.put(key, pose({ rank }))
    expect([...(buffer.takeOrder() ?? [])]).toEqual([2, 1, 3, 0])
    expect(buffer.rangeOf(3)).toEqual({ from: 3, to: 4 })
    expect(buffer.rangeOf(1)).toEqual({ from: 1, to: 1 })
    expect([buffer.remove('fresh'), buffer.remove('fresh')]).toEqual([true, false])
    buffer.put('new', pose({ rank: 3 }))
    expect(buffer.slotOf('new')).toBe(1)
    expect([...(buffer.takeOrder() ?? [])]).toEqual([2, 3, 0, 1])
    expect(buffer.rangeOf(3)).toEqual({ from: 2, to: 4 })
  })

  it('keeps all of ten thousand, and finds those near a place where they are on their way', () => {
    const buffer = new MarkBuffer(GLIDE_MS)
    for (let index = 0; index < 10_000; index += 1) {
      const to = place(121 + (index % 100) / 100, 31 + Math.floor(index / 100) / 100)
      buffer.put(`bus-${index}`, pose({ to, from: index === 4_242 ? place(100, 10) : to, startMs: 1_000 }))
    }
    const reach = 0.004 / 360
    expect(buffer.near(place(121.42, 31.42), reach, 1_000 + GLIDE_MS).map(({ key }) => key)).toEqual(['bus-4242'])
    expect(buffer.near(place(121.42, 31.42), reach, 1_000)).toEqual([])
    expect(buffer.near(place(100, 10), reach, 1_000).map(({ key }) => key)).toEqual(['bus-4242'])
    expect(buffer.takeOrder()).toHaveLength(10_000)
  })

  it('tells how long something glides, and how fast', () => {
    const buffer = new MarkBuffer(GLIDE_MS)
    buffer.put('stands', pose())
    expect([buffer.movesUntilMs, buffer.fastest]).toEqual([Number.NEGATIVE_INFINITY, 0])
    buffer.put('glides', pose({ to: { x: HERE.x + 0.0012, y: HERE.y }, startMs: 500 }))
    expect(buffer.movesUntilMs).toBe(1_700)
    expect(buffer.fastest).toBeCloseTo(1e-6, 12)
    for (const startMs of [2_000, 3_500, 5_000]) buffer.put('glides', pose({ to: { x: HERE.x + 0.00012, y: HERE.y }, startMs }))
    expect(buffer.fastest).toBeCloseTo(1e-7, 12)
  })
})
