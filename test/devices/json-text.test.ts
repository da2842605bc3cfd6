import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineAndColumn, readJsonText } from '../../devices/json-text.ts'

/** Line, column and what was expected of a text with a mistake. */
function mistakeOf(text: string): string {
  const read = readJsonText(text)
  if (read.ok) throw new Error(`${text} was read`)
  const { line, column } = lineAndColumn(text, read.at)
  return `${line}:${column} ${read.expected}`
}

test.each([
  ['', '1:1 a value; the text ends'],
  ['{"a":1,"a":2}', '1:8 each key once, and "a" stands twice'],
  ['{"a":[{"b":1,"b":2}]}', '1:14 each key once, and "b" stands twice'],
  ['{"a":1,"\\u0061":2}', '1:8 each key once, and "a" stands twice'],
  ['{\n  "a": 1,\n}', '3:1 a key in double quotes; here is "}"'],
  ['{\n  "a" 1\n}', '2:7 a colon after "a"; here is "1"'],
  ['{"a": 1 "b": 2}', '1:9 a comma or }; here is "\\"b"'],
  ['[1 2]', '1:4 a comma or ]; here is "2"'],
  ['[01]', '1:3 a comma or ]; here is "1"'],
  ['{a: 1}', '1:2 a key in double quotes, or }; here is "a"'],
  ["['x']", '1:2 a value; here is "\'"'],
  ['[1] 2', '1:5 nothing more after the end; here is "2"'],
  ['["open]\n"]', '1:2 a text that ends with " on its line'],
  ['["\t"]', '1:2 a text without control characters, and with a \\ only where JSON has one'],
  ['["\\x"]', '1:2 a text without control characters, and with a \\ only where JSON has one'],
  ['// why\n{}', '1:1 a value; here is "/"'],
  ['[😀]', '1:2 a value; here is "😀"'],
])('%j is no JSON, and it is said where and why', (text, expected) => {
  expect(mistakeOf(text)).toBe(expected)
})

test('what lies deeper than anybody writes is refused, however deep', () => {
  expect(mistakeOf('['.repeat(100_000))).toMatch(/^1:65 at most 64 levels/)
  expect(mistakeOf(`${'{"a":'.repeat(64)}[]`)).toMatch(/at most 64 levels/)
  expect(readJsonText(`${'['.repeat(64)}${']'.repeat(64)}`).ok).toBe(true)
})

test('reads what JSON.parse reads, and knows where each value begins', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 1, 2), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), undefined, indent)
      const read = readJsonText(text)
      if (!read.ok) throw new Error(read.expected)
      expect(read.value).toEqual(JSON.parse(text))
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (items, key) => {
      const text = JSON.stringify({ before: 1, [key]: { list: items } }, undefined, 2)
      const read = readJsonText(text)
      if (!read.ok) throw new Error(read.expected)
      for (const [index, item] of items.entries()) expect(text.slice(read.offsetOf([key, 'list', index])).startsWith(JSON.stringify(item))).toBe(true)
    }),
  )
})

test('takes nothing that JSON.parse does not take', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', ' ', '\n', '0', '1', '-', '.', 'e', 'true', 'null', '"a"', '\\u00') }),
      text => {
        if (readJsonText(text).ok) JSON.parse(text)
      },
    ),
  )
})

test('a place that is missing is that of the nearest part there is', () => {
  const text = '{\n  "read": { "function": 3 },\n  "points": []\n}'
  const read = readJsonText(text)
  if (!read.ok) throw new Error(read.expected)
  expect(lineAndColumn(text, read.offsetOf(['read', 'order']))).toEqual({ line: 2, column: 11 })
  expect(lineAndColumn(text, read.offsetOf(['points', 4, 'address']))).toEqual({ line: 3, column: 13 })
  expect(lineAndColumn(text, read.offsetOf(['kind']))).toEqual({ line: 1, column: 1 })
})
