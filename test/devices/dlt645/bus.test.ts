import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { dlt645Bus } from '../../../devices/protocols/dlt645/bus.ts'
import { encodeFrame, identifierBytes } from '../../../devices/protocols/dlt645/encode.ts'
import { nextPiece } from '../../../devices/protocols/dlt645/frame.ts'
import { readBcd, standardItems, writeBcd } from '../../../devices/protocols/dlt645/items.ts'

const catalogue = await loadCatalogue()
const ADDRESS = '202611260007'
const VOLTAGE = identifierBytes('02010100')
const request = encodeFrame(ADDRESS, 0x11, VOLTAGE, 4)
const volts = Uint8Array.of(...VOLTAGE, 0x14, 0x23)
const answer = encodeFrame(ADDRESS, 0x91, volts)

function modelOf(id: string) {
  const model = catalogue.model(id)?.model
  if (!model) throw new Error(`no model ${id}`)
  return model
}

describe('asking a DL/T 645 meter', () => {
  it('asks blocks where the meter answers them: eleven requests for twenty-two values', () => {
    const polls = dlt645Bus.polls(modelOf('dlt645-three-phase'))
    expect(polls.map(({ what, everyMs }) => `${what} ${everyMs / 1000}`)).toEqual([
      'identifier 0001FF00 900',
      'identifier 00020000 900',
      'identifier 00030000 900',
      'identifier 00040000 900',
      'identifier 0201FF00 60',
      'identifier 0202FF00 60',
      'identifier 0203FF00 60',
      'identifier 02040000 60',
      'identifier 02050000 60',
      'identifier 02060000 60',
      'identifier 02800002 60',
    ])
    expect(dlt645Bus.polls(modelOf('dlt645-single-phase'))).toHaveLength(7)
  })

  it('says what the standard says: the request of a published listing', () => {
    const poll = dlt645Bus.polls(modelOf('dlt645-single-phase'))[0]
    expect(Buffer.from(poll?.request('161') ?? []).toString('hex')).toBe('fefefefe68610100000000681104333334331416')
  })

  it('takes no address that no meter has', () => {
    expect(dlt645Bus.addressProblem('202611260007')).toBeUndefined()
    expect(dlt645Bus.addressProblem('7')).toBeUndefined()
    for (const wrong of ['', '1234567890123', 'AAAAAAAAAAAA', '-1']) expect(dlt645Bus.addressProblem(wrong)).toMatch(/digits printed on the meter/)
  })

  it.each([
    ['another meter', encodeFrame('202611260008', 0x91, volts)],
    ['another identifier', encodeFrame(ADDRESS, 0x91, Uint8Array.of(...identifierBytes('02010200'), 0x14, 0x23))],
    ['its own request come back as an echo', request],
    ['another function', encodeFrame(ADDRESS, 0x93, new Uint8Array(6))],
    ['a broken check sum', answer.with(answer.length - 2, (answer.at(-2) ?? 0) ^ 1)],
  ])('does not take for an answer: %s', (_, bytes) => {
    expect(dlt645Bus.answer(request, bytes)).toEqual({ state: 'waiting' })
    const both = Buffer.concat([bytes, answer])
    expect(dlt645Bus.answer(request, both)).toEqual({ state: 'answered', from: bytes.length, to: both.length })
  })

  it('says why the meter refuses', () => {
    const refused = dlt645Bus.answer(request, encodeFrame(ADDRESS, 0xd1, Uint8Array.of(0x02)))
    expect(refused).toMatchObject({ state: 'answered', refused: 'error 02h (no such data)' })
  })

  it('finds the answer behind any junk, however it comes, and never before it is whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: answer.length }), (junk, cut) => {
        const bytes = Buffer.concat([junk, answer])
        const found = dlt645Bus.answer(request, bytes)
        expect(found).toMatchObject({ state: 'answered', to: bytes.length })
        if (found.state !== 'answered') return
        expect(Buffer.from(bytes.subarray(found.from)).toString('hex')).toMatch(new RegExp(`^(fe)*${Buffer.from(answer).toString('hex')}$`))
        expect(dlt645Bus.answer(request, bytes.subarray(0, bytes.length - Math.max(1, cut)))).toEqual({ state: 'waiting' })
      }),
    )
  })
})

describe('the codec', () => {
  it('reads every value of the standard as it was written', () => {
    fc.assert(
      fc.property(fc.constantFrom(...standardItems()), fc.double({ min: -1, max: 1, noNaN: true }), (item, part) => {
        const most = (item.signed ? 8 : 10) * 10 ** (2 * item.bytes - 1 - item.decimals) - 10 ** -item.decimals
        const value = Math.round((item.signed ? part : Math.abs(part)) * most * 10 ** item.decimals) / 10 ** item.decimals
        expect(readBcd(writeBcd(value, item), 0, item)).toBeCloseTo(value, item.decimals + 2)
      }),
    )
  })

  it('finds a frame as it was made, with any data', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{12}$/),
        fc.nat({ max: 255 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat({ max: 4 }),
        (address, control, data, wakes) => {
          const bytes = encodeFrame(address, control, data, wakes)
          expect(nextPiece(bytes, 0)).toEqual({ type: 'frame', frame: { address, control, data }, from: 0, to: bytes.length })
        },
      ),
    )
  })
})
