import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KnownTexts } from '../../gateway/journal/known-texts.ts'

test('gives the text that the bytes say, also where many texts share a place', () => {
  const known = new KnownTexts()
  const id = fc.stringMatching(/^[A-Za-z0-9._-]{0,70}$/)
  fc.assert(
    fc.property(fc.array(id, { maxLength: 50 }), fc.nat(20), (ids, from) => {
      for (const text of [...ids, ...ids]) {
        const bytes = Buffer.concat([Buffer.alloc(from, 'x'), Buffer.from(text), Buffer.from('x')])
        expect(known.at(bytes, from, from + text.length)).toBe(text)
      }
    }),
  )
  // More than there are places.
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 100_000; n++) {
      const text = `bus-${n}`
      if (known.at(Buffer.from(text), 0, text.length) !== text) throw new Error(`${text} became another`)
    }
  }
})
