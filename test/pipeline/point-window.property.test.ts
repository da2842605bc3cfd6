import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DUPLICATE, Duplicates } from '../../gateway/pipeline/duplicates.ts'
import { PointWindow } from '../../gateway/pipeline/point-window.ts'
import { Twins } from '../../gateway/pipeline/twins.ts'

const print = (sub: number, check: number): number => sub * 2 ** 32 + check
const T0 = Date.parse('2026-03-01T00:00:00Z')

/** Few times, subs and contents, so that they meet. */
const sight = fc.record({ at: fc.integer({ min: 0, max: 3 }), sub: fc.integer({ min: 0, max: 2 }), check: fc.integer({ min: 0, max: 2 }) })

describe('a window of points', () => {
  it('answers as a plain list would, at any size and after any resize', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sight, fc.constantFrom(0, 0, 0, 4, 8, 16)), { maxLength: 120 }), steps => {
        const window = new PointWindow(8)
        let list: { key: string; check: number; offset: number }[] = []
        for (const [offset, [{ at, sub, check }, size]] of steps.entries()) {
          if (size > 0) {
            window.resize(size)
            list = list.slice(-size)
          }
          const key = `${at} ${sub}`
          const known = list.find(one => one.key === key && one.check === check)
          const expected = known ? 'duplicate' : list.some(one => one.key === key) ? 'collision' : 'new'
          expect(window.see(T0 + at, print(sub, check), offset)).toBe(expected)
          if (!known) {
            list.push({ key, check, offset })
            if (list.length > window.capacity) list.shift()
          }
          expect(window.holds(T0 + at, sub)).toBe(list.some(one => one.key === key))
        }
      }),
    )
  })

  it('knows a frame that is decoded again, also beyond 32 bits of offset, and gives a point to the earliest frame it has seen', () => {
    const window = new PointWindow(8)
    const far = 7 * 2 ** 32 + 5
    expect(window.see(T0, print(1, 1), far)).toBe('new')
    expect(window.see(T0, print(1, 1), far)).toBe('again')
    expect(window.see(T0, print(1, 1), far + 1)).toBe('duplicate')
    expect(window.see(T0, print(1, 1), far - 2 ** 32)).toBe('again')
    expect(window.see(T0, print(1, 1), far)).toBe('duplicate')
    expect(window.see(T0 + 2 ** 32, print(1, 1), far)).toBe('collision')
  })
})

describe('keys of readings', () => {
  it('are different for different readings of one time, whatever their prints, and the same for the same', () => {
    fc.assert(
      fc.property(fc.array(sight, { maxLength: 60 }), sights => {
        const twins = new Twins()
        const duplicates = new Duplicates(twins)
        const keys = new Map<string, string>()
        for (const [offset, { at, sub, check }] of sights.entries()) {
          const key = duplicates.key('d', T0 + at, print(sub, check), offset)
          const content = `${at} ${sub} ${check}`
          if (key === DUPLICATE) expect([...keys.values()]).toContain(content)
          else {
            expect(keys.get(`${at} ${key}`)).toBeUndefined()
            keys.set(`${at} ${key}`, content)
          }
        }
        expect(keys.size).toBe(new Set(keys.values()).size)
        // Decoded again from any frame on, by a decoder that remembers nothing but the twins.
        for (let from = 0; from < sights.length; from += 7) {
          const again = new Duplicates(new Twins(twins.unkept))
          for (const [offset, { at, sub, check }] of sights.entries()) {
            if (offset < from) continue
            const key = again.key('d', T0 + at, print(sub, check), offset)
            if (key !== DUPLICATE) expect(keys.get(`${at} ${key}`)).toBe(`${at} ${sub} ${check}`)
          }
        }
      }),
    )
  })

  it('take the memory that they may, and no more', () => {
    const duplicates = new Duplicates(new Twins(), { least: 8, most: 64, ofOneTime: 512, all: 4_096, devices: 100 })
    for (let n = 0; n < 100_000; n++) duplicates.key(`d${n % 50}`, T0 + n, print(n % 1_000_000, n), n)
    expect(duplicates.capacity).toBeLessThanOrEqual(4_096)
    for (let n = 0; n < 2_000; n++) duplicates.key('stuck', T0, print(n * 400, n), n)
    expect(duplicates.capacity).toBeLessThanOrEqual(4_096)
    // Of 500 readings with one time each is known, though a window has 64 points otherwise.
    for (let n = 1_500; n < 2_000; n++) expect(duplicates.key('stuck', T0, print(n * 400, n), 10_000)).toBe(DUPLICATE)
    // More devices than are remembered: the one heard of last is known, the first is not.
    for (let n = 0; n < 1_000; n++) duplicates.key(`many${n}`, T0, print(n, n), n)
    expect(duplicates.key('many999', T0, print(999, 999), 20_000)).toBe(DUPLICATE)
    expect(duplicates.key('many0', T0, print(0, 0), 20_000)).toBe(0)
  })
})
