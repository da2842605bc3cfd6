import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepFrame, openFrame } from '../../devices/protocols/sparkplug/kept-frame.ts'
import { INT64, readPayload, writePayload } from '../../devices/protocols/sparkplug/payload.ts'
import { MESSAGE_TYPES, parseTopic } from '../../devices/protocols/sparkplug/topic.ts'

describe('Sparkplug payloads', () => {
  it('read as they were written', () => {
    const metric = fc.record(
      {
        name: fc.string({ minLength: 1, maxLength: 30 }),
        alias: fc.nat().map(String),
        timestamp: fc.nat(),
        datatype: fc.constant(10),
        historical: fc.constant(true),
        value: fc.oneof(fc.double({ noNaN: true }), fc.boolean(), fc.string({ maxLength: 20 })),
      },
      { requiredKeys: ['value'] },
    )
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 8 }), fc.nat(), fc.nat({ max: 255 }), (metrics, timestamp, seq) => {
        expect(readPayload(writePayload({ timestamp, metrics, seq }))).toEqual({ timestamp, metrics, seq })
      }),
    )
  })

  it('keep the sign of whole numbers, which travel unsigned', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), value => {
        const bytes = writePayload({ metrics: [{ name: 'n', datatype: INT64, value }] })
        expect(readPayload(bytes)?.metrics[0]?.value).toBe(value)
      }),
    )
  })

  it('of any bytes are read or not, and never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void readPayload(bytes)))
  })
})

describe('kept frames', () => {
  it('give back what was put in', () => {
    const declared = fc.array(fc.tuple(fc.nat().map(String), fc.record({ name: fc.string({ maxLength: 40 }), datatype: fc.nat({ max: 255 }) })), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.constantFrom(...MESSAGE_TYPES), declared, fc.uint8Array({ maxLength: 50 }), (type, entries, payload) => {
        const table = new Map(entries.map(([alias, { name, datatype }]) => [alias, { name: name.toWellFormed(), datatype }]))
        const opened = openFrame(keepFrame(type, table, payload))
        expect(opened?.type).toBe(type)
        expect(opened?.declared).toEqual(table)
        expect(Buffer.from(opened?.payload ?? [])).toEqual(Buffer.from(payload))
      }),
    )
  })
})

describe('topics', () => {
  it.each([
    ['spBv1.0/g/NBIRTH/n', { group: 'g', type: 'NBIRTH', node: 'n' }],
    ['spBv1.0/g/DDATA/n/d', { group: 'g', type: 'DDATA', node: 'n', device: 'd' }],
    ['spBv1.0/g/NCMD/n', undefined],
    ['spBv1.0/g/NDATA/n/d', undefined],
    ['spBv1.0/g/DDATA/n', undefined],
    ['spBv1.0/g/DDATA/n/', undefined],
    ['spBv1.0//NDATA/n', undefined],
    ['spAv1.0/g/NDATA/n', undefined],
    ['spBv1.0/g/DDATA/n/d/e', undefined],
  ])('%s', (topic, expected) => {
    expect(parseTopic(topic)).toEqual(expected)
  })
})
