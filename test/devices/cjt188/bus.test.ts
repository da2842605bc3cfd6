import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { cjt188Bus } from '../../../devices/protocols/cjt188/bus.ts'
import { encodeFrame, identifierBytes } from '../../../devices/protocols/cjt188/encode.ts'
import { nextPiece } from '../../../devices/protocols/cjt188/frame.ts'
import { Cjt188Meter } from '../../../devices/simulators/meter/cjt188-meter.ts'

const catalogue = await loadCatalogue()
const ADDRESS = '33010112345678'
const entry = entryOf('cjt188-water-meter')
const [poll] = cjt188Bus.polls(entry.model)
const request = poll?.request(ADDRESS) ?? new Uint8Array()
const plant = { sample: (at: number) => ({ at, values: { total: 1234.56 } }) }
const meter = new Cjt188Meter({ address: ADDRESS, entry, plant })
const answer = meter.hear(request, 0)?.answer ?? new Uint8Array()

function entryOf(id: string) {
  const found = catalogue.model(id)
  if (!found) throw new Error(`no model ${id}`)
  return found
}

describe('asking a CJ/T 188 meter', () => {
  it('says what the standard says: the request of a published capture, in its order of bytes', () => {
    const model = { ...entry.model, mapping: { ...(entry.model.mapping as object), read: { identifierOrder: 'low-first', wakes: 4 } } }
    expect(Buffer.from(cjt188Bus.polls(model)[0]?.request('78330011223344') ?? []).toString('hex')).toBe('fefefefe68104433221100337801031f90008016')
  })

  it('gets one answer for all a meter says', () => {
    const decoded = entry.decoderFor('cjt188')?.decode(Buffer.concat([request, answer]), { receivedAt: 0 })
    expect(decoded).toEqual({ ok: true, readings: [{ values: { total: 1234.56, valveOpen: true, batteryLow: false } }] })
    expect(cjt188Bus.polls(entry.model)).toHaveLength(1)
  })

  it.each([
    ['another meter', encodeFrame(0x10, '33010112345679', 0x81, answer.subarray(11, -2))],
    ['another identifier', encodeFrame(0x10, ADDRESS, 0x81, Uint8Array.of(...identifierBytes('8102', 'high-first', 0), 1, 2, 3))],
    ['its own request come back as an echo', request],
    ['the answer to a valve order', encodeFrame(0x10, ADDRESS, 0x84, Uint8Array.of(...identifierBytes('A017', 'high-first', 0), 0, 0))],
    ['a broken check sum', answer.with(answer.length - 2, (answer.at(-2) ?? 0) ^ 1)],
  ])('does not take for an answer: %s', (_, bytes) => {
    expect(cjt188Bus.answer(request, bytes)).toEqual({ state: 'waiting' })
    const both = Buffer.concat([bytes, answer])
    expect(cjt188Bus.answer(request, both)).toEqual({ state: 'answered', from: bytes.length, to: both.length })
  })

  it('an answer whose identifier has its bytes the other way round is one all the same', () => {
    const other = encodeFrame(0x10, ADDRESS, 0x81, Uint8Array.of(...identifierBytes('901F', 'low-first', 0), ...answer.subarray(14, -2)))
    expect(cjt188Bus.answer(request, other)).toMatchObject({ state: 'answered' })
  })

  it('finds the answer behind any junk, however it comes, and never before it is whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: answer.length }), (junk, cut) => {
        const bytes = Buffer.concat([junk, answer])
        expect(cjt188Bus.answer(request, bytes)).toMatchObject({ state: 'answered', to: bytes.length })
        expect(cjt188Bus.answer(request, bytes.subarray(0, bytes.length - cut))).toEqual({ state: 'waiting' })
      }),
    )
  })
})

describe('the valve', () => {
  const [valve] = cjt188Bus.commands?.(entry.model) ?? []

  it('is closed and opened, and the meter asked whether it did', () => {
    for (const value of ['closed', 'open'] as const) {
      const order = valve?.request(ADDRESS, value, 0) ?? new Uint8Array()
      const done = meter.hear(order, 0)?.answer ?? new Uint8Array()
      expect(cjt188Bus.answer(order, done)).toMatchObject({ state: 'answered' })
      expect(meter.valveOpen).toBe(value === 'open')
      const shown = meter.hear(valve?.confirm?.request(ADDRESS) ?? new Uint8Array(), 0)?.answer ?? new Uint8Array()
      expect(valve?.confirm?.shows(shown, value)).toBe(true)
      expect(valve?.confirm?.shows(shown, value === 'open' ? 'closed' : 'open')).toBe(`the valve is ${value}`)
    }
  })

  it('takes no other value, and a meter without one has no order', () => {
    expect(() => valve?.request(ADDRESS, 'half', 0)).toThrow(RangeError)
    expect(cjt188Bus.commands?.(entryOf('cjt188-heat-meter').model)).toEqual([])
  })
})

it('finds a frame as it was made, with any data', () => {
  const type = fc.constantFrom(0x10, 0x11, 0x20, 0x30, 0x49)
  fc.assert(
    fc.property(type, fc.stringMatching(/^\d{14}$/), fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 100 }), (kind, address, control, data) => {
      const bytes = encodeFrame(kind, address, control, data, 3)
      expect(nextPiece(bytes, 0)).toEqual({ type: 'frame', frame: { type: kind, address, control, data }, from: 0, to: bytes.length })
    }),
  )
})
