import { describe, expect, test } from 'vitest'
import { protocols } from '../../devices/protocols/index.ts'
import type { ExplainedPart, Explanation } from '../../gateway/model/explanation.ts'
import { allVectors, catalogueWithExamples, type Vector } from './vectors.ts'

const catalogue = await catalogueWithExamples()
const vectors = await allVectors()
const explaining = protocols.filter(protocol => protocol.explain !== undefined)

function explain(bytes: Uint8Array, { protocol, model }: Pick<Vector, 'protocol' | 'model'>, withModel: boolean): Explanation {
  const explanation = withModel
    ? catalogue.model(model)?.explain?.(bytes)
    : protocols.find(each => each.id === protocol)?.explain?.(bytes, undefined, undefined, new Map())
  if (!explanation) throw new Error(`${protocol} explains nothing with ${model}`)
  return explanation
}

/** What every explanation must be, whatever came in: the whole frame, each byte once, and finer parts within their part and in order. */
function wrongIn({ parts, header }: Explanation, length: number): string | undefined {
  let at = 0
  for (const part of parts) {
    if (part.from !== at) return `a part begins at ${part.from}, the one before ended at ${at}`
    const wrong = wrongWithin(part)
    if (wrong !== undefined) return wrong
    at = part.to
  }
  if (at !== length) return `${at} of ${length} bytes are explained`
  for (const [name, value] of Object.entries(header ?? {}))
    if (typeof value !== 'string' && !Number.isFinite(value)) return `header ${name} is ${String(value)}`
  return undefined
}

function wrongWithin(part: ExplainedPart): string | undefined {
  if (!Number.isInteger(part.from) || !Number.isInteger(part.to) || part.to <= part.from) return `a part from ${part.from} to ${part.to}`
  for (const text of [part.name, part.note, part.problem]) if (text && (text.en === '' || text.zh === '')) return `a text is empty at ${part.from}`
  if (part.name === undefined) return `a part without a name at ${part.from}`
  let from = part.from
  for (const inner of part.parts ?? []) {
    // Bits of one byte stand at the same place.
    if (inner.from < from || inner.to > part.to)
      return `${inner.name.en} at ${inner.from}–${inner.to} is not in its place within ${part.name.en} at ${part.from}–${part.to}`
    const wrong = wrongWithin(inner)
    if (wrong !== undefined) return wrong
    from = inner.from
  }
  return undefined
}

function problemsIn(parts: readonly ExplainedPart[]): string[] {
  // A device that refuses is no mistake in the frame.
  return parts.flatMap(part => [...(part.problem && part.name.en !== 'Exception' ? [part.problem.en] : []), ...problemsIn(part.parts ?? [])])
}

function fieldsIn(parts: readonly ExplainedPart[]): string[] {
  return parts.flatMap(part => [...(part.field ? [part.field] : []), ...fieldsIn(part.parts ?? [])])
}

test('the check itself finds gaps, overlaps and what sticks out', () => {
  const name = { en: 'x', zh: '某' }
  expect(wrongIn({ parts: [{ from: 1, to: 2, name }] }, 2)).toContain('begins at 1')
  expect(wrongIn({ parts: [{ from: 0, to: 1, name }] }, 2)).toContain('1 of 2')
  expect(wrongIn({ parts: [{ from: 0, to: 2, name, parts: [{ from: 1, to: 3, name }] }] }, 2)).toContain('not in its place')
})

describe.each(explaining.map(protocol => protocol.id))('explanations of %s', protocol => {
  const own = vectors.filter(vector => vector.protocol === protocol)

  test('cover every byte of every vector, with its model and without', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      expect(wrongIn(explain(bytes, vector, true), bytes.length), vector.name).toBeUndefined()
      expect(wrongIn(explain(bytes, vector, false), bytes.length), vector.name).toBeUndefined()
    }
  })

  test('name the fields that a frame gives', () => {
    for (const vector of own) {
      if (!vector.expect.ok) continue
      const { parts } = explain(Buffer.from(vector.hex, 'hex'), vector, true)
      const fields = new Set(fieldsIn(parts))
      for (const [field, value] of vector.expect.readings.flatMap(reading => Object.entries(reading.values))) {
        // What is zero or false may have no bytes of its own: proto3 does not send it.
        if (value) expect(fields, `${vector.name}: ${field}`).toContain(field)
      }
    }
  })

  test('a payload may lie anywhere in a larger buffer, and is left as it was', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      const larger = Buffer.concat([Buffer.alloc(11, 0xa5), bytes, Buffer.alloc(5, 0x5a)])
      expect(explain(larger.subarray(11, 11 + bytes.length), vector, true), vector.name).toEqual(explain(bytes, vector, true))
      expect(bytes.toString('hex')).toBe(vector.hex.toLowerCase())
    }
  })

  test('cut at every byte, each is covered', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      for (let length = 0; length < bytes.length; length++) {
        expect(wrongIn(explain(bytes.subarray(0, length), vector, true), length), `${vector.name}, ${length} bytes`).toBeUndefined()
      }
    }
  })

  test('with any byte changed, each is covered', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      for (let index = 0; index < bytes.length; index++) {
        for (const mask of [0x01, 0x80, 0xff]) {
          const changed = Buffer.from(bytes)
          changed[index] = (changed[index] ?? 0) ^ mask
          expect(wrongIn(explain(changed, vector, true), changed.length), `${vector.name}, byte ${index} ^ ${mask}`).toBeUndefined()
        }
      }
    }
  })
})

describe.each([...catalogue.models()].map(entry => [entry.model.id, entry] as const))('%s', (_, entry) => {
  test('explains whatever bytes come', () => {
    for (const bytes of scraps()) {
      const explanation = entry.explain?.(bytes)
      if (explanation) expect(wrongIn(explanation, bytes.length)).toBeUndefined()
    }
  })
})

describe('a frame that decodes', () => {
  test.each(['modbus', 'telemetry', 'jt808'])('of %s has no mistake pointed out', protocol => {
    for (const vector of vectors.filter(each => each.protocol === protocol && each.expect.ok)) {
      expect(problemsIn(explain(Buffer.from(vector.hex, 'hex'), vector, true).parts), vector.name).toEqual([])
    }
  })
})

/** Bytes as they come from elsewhere: noise, long runs of one byte, and the beginnings of other protocols. */
function* scraps(): Generator<Uint8Array> {
  yield new Uint8Array(0)
  for (const byte of [0x00, 0x01, 0x0a, 0x68, 0x7b, 0x7e, 0x80, 0xff]) for (const length of [1, 2, 7, 8, 64, 700]) yield new Uint8Array(length).fill(byte)
  yield new TextEncoder().encode(`{"a":${'['.repeat(500)}`)
  yield new TextEncoder().encode('##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n')
  let state = 1
  for (let length = 1; length < 400; length += 7) {
    yield Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return state >>> 16
    })
  }
}
