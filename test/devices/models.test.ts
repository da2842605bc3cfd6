import { describe, expect, test } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { allVectors, catalogueWithExamples } from './vectors.ts'

const catalogue = await catalogueWithExamples()
const vectors = await allVectors()
const entries = [...catalogue.models()]

test('the models that are promised are there', () => {
  const ids = entries.map(entry => entry.model.id)
  expect(ids).toEqual(
    expect.arrayContaining(['citygate-bus-unit', 'citygate-meter-unit', 'citygate-worksite-unit', 'eastron-sdm630', 'tuf-2000m', 'renke-rs-fsxcs-n01']),
  )
})

describe.each(entries.map(entry => [entry.model.id, entry] as const))('model %s', (id, entry) => {
  test('says where its mapping comes from and what it was checked against', () => {
    expect(entry.model.source.length).toBeGreaterThan(10)
    expect(entry.model.verified.length).toBeGreaterThan(10)
    expect(entry.model.title.zh).toMatch(/\p{Script=Han}/u)
  })

  test('has a decoder on its own channel only', () => {
    expect(entry.decoderFor(entry.model.protocol)).toBeDefined()
    expect(entry.decoderFor('elsewhere')).toBeUndefined()
  })

  // A product is one file. Who says that it was checked against a frame shows the frame; who says "not yet" owes none.
  test('has vectors that reach every field it maps, or says that it is not yet verified', () => {
    if (entry.model.verified.startsWith('not yet')) return
    const reached = new Set(
      vectors.flatMap(vector => (vector.model === id && vector.expect.ok ? vector.expect.readings.flatMap(reading => Object.keys(reading.values)) : [])),
    )
    const mapped = new Set(mappedFields(entry.model.mapping))
    expect(mapped.size).toBeGreaterThan(0)
    const unreached = [...mapped].filter(field => !reached.has(field))
    // The telemetry meter units share one conversion for all their names; a vector per name would test the table against itself.
    if (entry.model.protocol === 'telemetry' && entry.kind.id.endsWith('meter')) expect(reached.size).toBeGreaterThan(3)
    else expect(unreached).toEqual([])
  })
})

test('every name of the meter units reaches its field', () => {
  for (const id of ['citygate-meter-unit', 'citygate-water-unit']) {
    const entry = catalogue.model(id)
    for (const { name, field } of namedPoints(entry?.model.mapping)) {
      const payload = encodeTelemetry({ meter: { timeMs: 1_767_225_600_000, registers: [{ name, value: 7.25 }] } })
      expect(entry?.decoderFor('telemetry')?.decode(payload, { receivedAt: 0 })).toEqual({
        ok: true,
        readings: [{ at: 1_767_225_600_000, values: { [field]: 7.25 } }],
      })
    }
  }
})

function mappedFields(mapping: unknown): string[] {
  const { points = [] } = mapping as { readonly points?: readonly { readonly field: string }[] }
  return [...points, ...namedPoints(mapping)].map(point => point.field)
}

function namedPoints(mapping: unknown): readonly { readonly name: string; readonly field: string }[] {
  return (mapping as { readonly named?: { readonly points: readonly { readonly name: string; readonly field: string }[] } }).named?.points ?? []
}
