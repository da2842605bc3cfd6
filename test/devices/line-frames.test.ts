import { describe, expect, it } from 'vitest'
import { nextPiece as nextCjt188 } from '../../devices/protocols/cjt188/frame.ts'
import { nextPiece as nextDlt645 } from '../../devices/protocols/dlt645/frame.ts'
import { seededRandom } from '../../devices/simulators/random.ts'
import { vectorsOf } from './vectors.ts'

/** What a stream of these bytes is cut into. */
type Next = (bytes: Uint8Array, from: number) => { readonly type: string; readonly to: number }

/** Runs through a stream as its readers do: what is broken is passed over a byte at a time, so that a false start hides nothing. Answers where whole frames ended, and how many steps it took. */
function walk(next: Next, bytes: Uint8Array): { readonly ends: number[]; readonly steps: number } {
  const ends: number[] = []
  let steps = 0
  for (let from = 0; from < bytes.length; ) {
    steps++
    const { type, to } = next(bytes, from)
    expect(to).toBeGreaterThan(from)
    expect(to).toBeLessThanOrEqual(bytes.length)
    if (type === 'frame') ends.push(to)
    from = type === 'frame' || type === 'noise' ? to : from + 1
  }
  return { ends, steps }
}

describe.each([
  ['dlt645', nextDlt645],
  ['cjt188', nextCjt188],
] as const)('frames of %s on a line', (protocol, next) => {
  it('behind any broken one, cut, changed, glued or split, the next good one is found', async () => {
    const random = seededRandom(protocol)
    const vectors = (await vectorsOf(protocol)).map(({ hex }) => Buffer.from(hex, 'hex'))
    const whole = vectors.filter(bytes => walk(next, bytes).ends.at(-1) === bytes.length)
    expect(whole.length).toBeGreaterThan(10)
    let tried = 0
    const findsGoodBehind = (broken: Uint8Array): void => {
      const good = whole[tried++ % whole.length] ?? Buffer.alloc(0)
      const stream = Buffer.concat([broken, good])
      const { ends, steps } = walk(next, stream)
      expect(ends, Buffer.from(broken).toString('hex')).toContain(stream.length)
      expect(steps).toBeLessThanOrEqual(stream.length)
    }
    for (const bytes of vectors) {
      for (let length = 0; length < bytes.length; length++) findsGoodBehind(bytes.subarray(0, length))
      for (let at = 0; at < bytes.length; at++) for (let bit = 0; bit < 8; bit++) findsGoodBehind(bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit)))
      for (const other of vectors) findsGoodBehind(Buffer.concat([bytes, other]))
      for (let round = 0; round < 100; round++) {
        const from = random.integer(0, bytes.length)
        findsGoodBehind(Buffer.concat([bytes.subarray(from), Buffer.of(random.integer(0, 255)), bytes.subarray(0, from)]))
      }
    }
    console.log(`${protocol}: ${tried} streams with broken bytes in front`)
    expect(tried).toBeGreaterThan(10_000)
  })
})
