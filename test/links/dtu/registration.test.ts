import { describe, expect, it } from 'vitest'
import { readTemplate } from '../../../gateway/links/dtu/packet-template.ts'
import { DtuPackets } from '../../../gateway/links/dtu/packets.ts'
import { usualPackets } from './dtu-fixtures.ts'

const IMEI = '861234567890126'

/** What is found in a packet once nothing follows it. */
function found(bytes: Uint8Array | string, packets = usualPackets) {
  const registration = packets.registration(Buffer.from(bytes), 0, true)
  return registration === 'more' ? registration : registration && { ...registration, template: undefined }
}

describe('registration packets', () => {
  it.each([
    ['an IMEI', IMEI, { id: IMEI, to: 15 }],
    ['an IMEI with CR LF', `${IMEI}\r\n`, { id: IMEI, to: 17 }],
    ['an IMEI with bytes of its line right behind it', Buffer.concat([Buffer.from(IMEI), Buffer.from('01040000', 'hex')]), { id: IMEI, to: 15 }],
    ['a name with CR LF', 'P1\r\n', { id: 'P1', to: 4 }],
    ['a name alone', 'pump-station-7', { id: 'pump-station-7', to: 14 }],
    // The form is of design/protocols.md: AA, a unit, an ASCII id, CR. The bytes are made by hand.
    ['AA, unit, id, CR', Buffer.concat([Buffer.from([0xaa, 5]), Buffer.from('DTU0001\r')]), { id: 'DTU0001', unit: 5, to: 10 }],
    [
      'CTRL:& and an id, a CJ/T 188 frame right behind it',
      Buffer.concat([Buffer.from('CTRL:&2017070000000921'), Buffer.from('fefefe68', 'hex')]),
      { id: '2017070000000921', to: 22 },
    ],
    ['eight bytes of BCD whose check digit does not hold are none', Buffer.from('0861234567890126', 'hex'), undefined],
    ['an IMEI in BCD whose check digit holds', Buffer.from('0490154203237518', 'hex'), { id: '490154203237518', to: 8 }],
  ])('%s', (_, bytes, expected) => {
    expect(found(bytes)).toEqual(expected && { ...expected, template: undefined })
  })

  it.each([
    ['a page asked for', 'GET / HTTP/1.1\r\n\r\n'],
    ['a meter whose address looks like letters', Buffer.from('683132333435366811', 'hex')],
    ['a read request', Buffer.from('01040000000271cb', 'hex')],
    ['16 digits are no IMEI, but a name only when they stand alone', '8612345678901267\x01'],
  ])('%s is none', (_, bytes) => expect(found(bytes)).toBeUndefined())

  it('waits for the rest of a packet that came in parts, and for the end of one that has none', () => {
    for (let length = 1; length < IMEI.length; length++) expect(usualPackets.registration(Buffer.from(IMEI.slice(0, length)), 0, false)).toBe('more')
    expect(usualPackets.registration(Buffer.from(IMEI), 0, false)).toBe('more')
    expect(usualPackets.registration(Buffer.from(`${IMEI}\r`), 0, false)).toMatchObject({ id: IMEI })
  })

  it('that are always the same have the name they are given', () => {
    const packets = new DtuPackets({ registrations: ['\\x01\\x02\\x03 => pump-7', 'www.example.com => pump-8'], heartbeats: [] })
    expect(found(Buffer.of(1, 2, 3), packets)).toMatchObject({ id: 'pump-7', to: 3 })
    expect(found('www.example.com', packets)).toMatchObject({ id: 'pump-8' })
  })

  it.each([
    ['{id}x', 'nothing tells where the name ends'],
    ['{name}', 'there is no {name}'],
    ['\\q', 'stands for no byte'],
    ['{id:9-3}', 'there is no {id:9-3}'],
    ['{id', 'stands for no byte'],
  ])('the template %s is refused with a reason', (text, reason) => {
    expect(() => readTemplate(text)).toThrow(reason)
  })
})

describe('heartbeats', () => {
  it('are found wherever packets begin, with and without line ends, several in one go', () => {
    expect(usualPackets.heartbeats(Buffer.from('ping'), 0)).toEqual({ count: 1, to: 4 })
    expect(usualPackets.heartbeats(Buffer.concat([Buffer.from('ping\r\nping'), Buffer.from('ffff8080', 'hex'), Buffer.of(1)]), 0)).toEqual({ count: 3, to: 14 })
    expect(usualPackets.heartbeats(Buffer.from('pin'), 0)).toEqual({ count: 0, to: 0 })
  })
})
