import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bcdTime, writeBcdTime } from '../../../devices/protocols/jt808/bcd.ts'
import { encodeFrame, encodeMessage, writeU32 } from '../../../devices/protocols/jt808/encode.ts'
import { FrameFinder, LONGEST_FRAME } from '../../../devices/protocols/jt808/frame.ts'
import { gbkBytes, gbkText } from '../../../devices/protocols/jt808/gbk.ts'
import { u32 } from '../../../devices/protocols/jt808/header.ts'
import { readMessage } from '../../../devices/protocols/jt808/message.ts'

const outgoing = fc
  .record({
    messageId: fc.nat(0xffff),
    phone: fc.stringMatching(/^[1-9][0-9]{0,11}$/),
    serial: fc.nat(0xffff),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 1023 }),
      fc.array(fc.constantFrom(0x7d, 0x7e), { maxLength: 1023 }).map(bytes => Uint8Array.from(bytes)),
    ),
    version: fc.option(fc.nat(255), { nil: undefined }),
    part: fc.option(fc.record({ total: fc.nat(0xffff), index: fc.nat(0xffff) }), { nil: undefined }),
  })
  .map(({ version, part, ...message }) => ({ ...message, ...(version !== undefined && { version }), ...(part && { part }) }))

describe('frames', () => {
  it('read what was written, whatever the message', () => {
    fc.assert(
      fc.property(outgoing, message => {
        const frame = encodeFrame(message)
        expect(frame.length).toBeLessThanOrEqual(LONGEST_FRAME)
        expect(frame.subarray(1, -1)).not.toContain(0x7e)
        const { messageId, phone, serial, body, version, part } = message
        const read = readMessage(frame)
        expect(read).toMatchObject({ ok: true, header: { messageId, phone, serial, encryption: 0, bodyLength: body.length } })
        if (!read.ok) return
        expect(Buffer.from(read.body)).toEqual(Buffer.from(body))
        expect([read.header.version, read.header.part]).toEqual([version, part])
      }),
    )
  })

  it('are found in a stream cut anywhere, with junk between them, and with one flag for two', () => {
    fc.assert(
      fc.property(fc.array(outgoing, { maxLength: 5 }), fc.array(fc.nat(400), { maxLength: 20 }), fc.boolean(), (messages, cuts, shared) => {
        const frames = messages.map(encodeFrame)
        const between = Buffer.from('junk \u0000')
        const stream = Buffer.concat(frames.flatMap((frame, index) => (shared ? [index === 0 ? frame : frame.subarray(1)] : [between, frame])))
        const finder = new FrameFinder()
        const found: Uint8Array[] = []
        let at = 0
        for (const cut of [...cuts, stream.length]) {
          found.push(...finder.take(stream.subarray(at, at + cut)).frames)
          at += cut
        }
        const sound = found.filter(frame => readMessage(frame).ok)
        expect(sound.map(frame => Buffer.from(frame).toString('hex'))).toEqual(frames.map(frame => Buffer.from(frame).toString('hex')))
      }),
    )
  })

  it('a stream without flags is kept nowhere, and a frame after it is found', () => {
    const finder = new FrameFinder()
    const frame = encodeFrame({ messageId: 2, phone: '1', serial: 1, body: new Uint8Array(0) })
    expect(finder.take(Buffer.alloc(100_000, 0x41))).toEqual({ frames: [], junk: 100_000 })
    for (let n = 0; n < 100; n++) finder.take(Buffer.concat([Buffer.from([0x7e]), Buffer.alloc(5_000, 0x41)]))
    expect(finder.take(frame).frames).toHaveLength(1)
  })

  it('a body that does not fit goes out in parts with serials that follow one another', () => {
    const body = Uint8Array.from({ length: 2500 }, (_, index) => index & 0xff)
    const parts = encodeMessage({ messageId: 0x0704, phone: '13800000000', serial: 0xffff, body, version: 1 }).map(readMessage)
    expect(parts.map(part => part.ok && [part.header.serial, part.header.part?.total, part.header.part?.index, part.body.length])).toEqual([
      [0xffff, 3, 1, 1023],
      [0, 3, 2, 1023],
      [1, 3, 3, 454],
    ])
    expect(() => encodeFrame({ messageId: 1, phone: '1234567890123', serial: 0, body })).toThrow(RangeError)
    expect(() => encodeFrame({ messageId: 1, phone: '1234567890123', serial: 0, body: new Uint8Array(0) })).toThrow(/at most 12 digits/)
  })
})

describe('numbers, times and texts', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2099, 11, 30) }), (number, time) => {
        const bytes = new Uint8Array(6)
        writeU32(bytes, 1, number)
        expect(u32(bytes, 1)).toBe(number)
        writeBcdTime(bytes, 0, time)
        expect(bcdTime(bytes, 0)).toBe(Math.floor(time / 1000) * 1000)
      }),
    )
  })

  it.each(['000000000000', '260231000000', '261301000000', '260101240000', '2601010000aa', 'ffffffffffff'])('%s is no time', hex => {
    expect(bcdTime(Buffer.from(hex, 'hex'), 0)).toBeNaN()
  })

  it('Chinese is GBK', () => {
    // The plate of a published 2019 registration (SmallChi/JT808).
    expect(Buffer.from(gbkBytes('粤A12345')).toString('hex')).toBe('d4c1413132333435')
    expect(gbkText(Buffer.from('d4c14131323334350000', 'hex'))).toBe('粤A12345')
    expect(gbkText(gbkBytes('公交 €?'))).toBe('公交 €?')
    expect(gbkText(gbkBytes('🚌'))).toBe('?')
  })
})
