import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { protocols } from '../../devices/protocols/index.ts'
import type { Decoded, Decoder } from '../../gateway/model/decoded.ts'
import type { Catalogue } from '../../gateway/model/device.ts'
import { fieldType } from '../../gateway/model/kind.ts'
import { allVectors, catalogueWithExamples, type Vector } from './vectors.ts'

const catalogue = await catalogueWithExamples()
const vectors = await allVectors()
const context = { receivedAt: Date.UTC(2026, 0, 1) }

function decoderOf(vector: Pick<Vector, 'model' | 'protocol'>): Decoder {
  const protocol = protocols.find(each => each.id === vector.protocol)
  const decoder = catalogue.model(vector.model)?.decoderFor(protocol?.channels[0] ?? '')
  if (!decoder) throw new Error(`a vector names model ${vector.model}, which ${vector.protocol} does not decode`)
  return decoder
}

/** What every answer must be, whatever came in: the pipeline and the stores behind it rely on this. */
function checkAnswer(answer: Decoded, model: string, from: Catalogue): void {
  if (!answer.ok) {
    expect(answer.reason).toMatch(/^[A-Z_]+$/)
    expect(answer.detail).not.toBe('')
    return
  }
  const kind = from.model(model)?.kind
  if (answer.valueless) expect(answer.readings).toEqual([])
  else expect(answer.readings.length).toBeGreaterThan(0)
  for (const reading of answer.readings) {
    if (reading.at !== undefined) expect(Number.isInteger(reading.at) && Math.abs(reading.at) <= 8.64e15).toBe(true)
    if (reading.position) expect(Number.isFinite(reading.position.lat) && Number.isFinite(reading.position.lon)).toBe(true)
    for (const [field, value] of Object.entries(reading.values)) {
      const definition = kind?.fields[field]
      expect(definition && fieldType(definition)).toBe(typeof value)
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
    }
  }
}

describe.each(protocols.map(protocol => protocol.id))('vectors of %s', protocol => {
  const own = vectors.filter(vector => vector.protocol === protocol)

  test('there are some that decode and some that are refused, each with its source', () => {
    expect(own.some(vector => vector.expect.ok)).toBe(true)
    expect(own.some(vector => !vector.expect.ok)).toBe(true)
    for (const vector of own) expect(vector.source.length, vector.name).toBeGreaterThan(5)
    expect(new Set(own.map(vector => vector.name)).size).toBe(own.length)
  })

  test.each(own.map(vector => [vector.name, vector] as const))('%s', (_, vector) => {
    const answer = decoderOf(vector).decode(Buffer.from(vector.hex, 'hex'), context)
    checkAnswer(answer, vector.model, catalogue)
    if (vector.expect.ok) expect(answer).toEqual(vector.expect)
    else expect(answer).toMatchObject(vector.expect)
  })

  test('the payload may lie anywhere in a larger buffer', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      const larger = Buffer.concat([Buffer.alloc(13, 0xa5), bytes, Buffer.alloc(7, 0x5a)])
      const decoder = decoderOf(vector)
      expect(decoder.decode(larger.subarray(13, 13 + bytes.length), context), vector.name).toEqual(decoder.decode(bytes, context))
      expect(decoder.decode(new Uint8Array(larger).subarray(13, 13 + bytes.length), context), vector.name).toEqual(decoder.decode(bytes, context))
    }
  })

  test('cut at every byte, each gets an answer', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      for (let length = 0; length < bytes.length; length++) checkAnswer(decoderOf(vector).decode(bytes.subarray(0, length), context), vector.model, catalogue)
    }
  })

  test('with any byte changed, each gets an answer', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      for (let index = 0; index < bytes.length; index++) {
        for (const mask of [0x01, 0x80, 0xff]) {
          const changed = Buffer.from(bytes)
          changed[index] = (changed[index] ?? 0) ^ mask
          checkAnswer(decoderOf(vector).decode(changed, context), vector.model, catalogue)
        }
      }
    }
  })

  test('the payload is left as it was', () => {
    for (const vector of own) {
      const bytes = Buffer.from(vector.hex, 'hex')
      decoderOf(vector).decode(bytes, context)
      expect(bytes.toString('hex')).toBe(vector.hex)
    }
  })
})

const entries = [...catalogue.models()]

test.each(entries.map(entry => [entry.model.id, entry] as const))('%s answers any bytes', (id, entry) => {
  const decoder = entry.decoderFor(protocols.find(protocol => protocol.id === entry.model.protocol)?.channels[0] ?? '')
  expect(decoder).toBeDefined()
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.json().map(json => new TextEncoder().encode(json)),
      ),
      bytes => {
        const answer = decoder?.decode(bytes, context)
        if (answer) checkAnswer(answer, id, catalogue)
        return answer !== undefined
      },
    ),
    { numRuns: 300 },
  )
})
