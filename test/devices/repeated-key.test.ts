import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatsKey } from '../../devices/repeated-key.ts'

test.each([
  ['{"a":1,"a":2}', true],
  ['{"a":{"b":1},"b":2}', false],
  ['[{"a":1},{"a":2}]', false],
  ['{"a":[{"b":1,"b":2}]}', true],
  ['{"a":"a:","b":"\\"a\\":"}', false],
  ['{"a":1,"\\u0061":2}', true],
  ['{"a" : "}", "c": "{", "a"\n:2}', true],
  ['"a"', false],
])('%s', (json, expected) => {
  expect(repeatsKey(json)).toBe(expected)
})

test('what JSON.stringify writes repeats none, and a key written again is found', () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.jsonValue(), (json, key, value) => {
      expect(repeatsKey(JSON.stringify(JSON.parse(json)))).toBe(false)
      const entry = `${JSON.stringify(key)}:${JSON.stringify(value)}`
      expect(repeatsKey(`{${entry},${entry}}`)).toBe(true)
    }),
  )
})
