import { afterEach, describe, expect, it } from 'vitest'
import { numberParameter, setParametersBody } from '../../../devices/protocols/jt808/encode-platform.ts'
import { answerBody, locationBody } from '../../../devices/protocols/jt808/encode-terminal.ts'
import { gbkText } from '../../../devices/protocols/jt808/gbk.ts'
import type { Message } from '../../../devices/protocols/jt808/message.ts'
import type { CommandOrder } from '../../../gateway/model/command.ts'
import { LinkUnderTest, type SpokenTerminal, T0, terminal } from './terminals.ts'

const PHONE = '13912345678'
let made: LinkUnderTest

afterEach(async () => {
  await made.stop()
})

async function connected(edition: 2013 | 2019 = 2013, settings: ConstructorParameters<typeof LinkUnderTest>[1] = {}): Promise<SpokenTerminal> {
  made = new LinkUnderTest([terminal('t1', PHONE)], settings)
  await made.port.start()
  return made.signIn(PHONE, edition)
}

/** The order that the terminal was given. */
function ordered(spoken: SpokenTerminal, messageId: number): Promise<Message> {
  return spoken.hear(({ header }) => header.messageId === messageId)
}

function two(number: number): Buffer {
  return Buffer.from([number >> 8, number & 0xff])
}

describe('orders to a terminal', () => {
  it('a text is confirmed, refused, or not answered', async () => {
    const spoken = await connected()
    const first = made.link.orders.text('t1', '前方施工，请绕行', { urgent: true })
    const { header, body } = await ordered(spoken, 0x8300)
    expect([body[0], gbkText(body.subarray(1))]).toEqual([1 | 4 | 8, '前方施工，请绕行'])
    spoken.say(0x0001, answerBody(header.serial, 0x8300, 0))
    expect(await first).toMatchObject({ ok: true })
    const second = made.link.orders.text('t1', 'x', { spoken: false })
    const next = await spoken.hear(message => message.header.messageId === 0x8300 && message.header.serial !== header.serial)
    spoken.say(0x0001, answerBody(next.header.serial, 0x8300, 3))
    expect(await second).toMatchObject({ ok: false, reason: 'REFUSED', detail: 'the terminal does not know this order' })
    expect(await made.link.orders.text('t1', 'nobody reads this')).toMatchObject({ ok: false, reason: 'EXPIRED' })
    expect(() => made.link.orders.text('t1', '')).toThrow(RangeError)
    expect(await made.link.orders.text('t2', 'x')).toMatchObject({ ok: false, reason: 'NOT_CONNECTED' })
  })

  it('a location that was asked for is a frame in the journal before it is an answer', async () => {
    const spoken = await connected()
    const asked = made.link.orders.location('t1')
    const { header } = await ordered(spoken, 0x8201)
    const location = locationBody({ alarm: 0, status: 3, lat: 31, lon: 121, altitude: 1, speed: 0, heading: 0, at: T0 })
    spoken.say(0x0201, Buffer.concat([two(header.serial), location]))
    expect(await asked).toMatchObject({ ok: true, messageId: 0x0201 })
    expect(made.journal.frames).toHaveLength(2)
  })

  it.each([2013, 2019] as const)('parameters and attributes of %i are read', async edition => {
    const spoken = await connected(edition)
    const parameters = [numberParameter(0x29, 30), numberParameter(0x84, 2, 2)]
    const setting = made.link.orders.setParameters('t1', parameters)
    const set = await ordered(spoken, 0x8103)
    expect(Buffer.from(set.body).toString('hex')).toBe('020000002904' + '0000001e' + '0000008402' + '0002')
    spoken.say(0x0001, answerBody(set.header.serial, 0x8103, 0))
    expect((await setting).ok).toBe(true)

    const asking = made.link.orders.parameters('t1')
    const query = await ordered(spoken, 0x8104)
    // The answer may come in parts.
    for (const frame of spoken.inParts(0x0104, Buffer.concat([two(query.header.serial), setParametersBody(parameters)]), 8)) spoken.socket.write(frame)
    expect(await asking).toEqual({ ok: true, value: parameters })

    const attributes = made.link.orders.attributes('t1')
    await ordered(spoken, 0x8107)
    const [model, id] = edition === 2019 ? [30, 30] : [20, 7]
    const texts = ['MAKER'.padEnd(5), 'MODEL'.padEnd(model, '\0'), 'ID'.padEnd(id, '\0')].join('')
    spoken.say(0x0107, Buffer.concat([two(7), Buffer.from(texts), Buffer.from('89860000000000000001', 'hex'), Buffer.from('\u0003HW1\u0004FW 2\u0003\u0001')]))
    expect(await attributes).toEqual({
      ok: true,
      value: { type: 7, maker: 'MAKER', model: 'MODEL', terminalId: 'ID', iccid: '89860000000000000001', hardware: 'HW1', firmware: 'FW 2' },
    })
  })

  it('doors are locked only where vehicle control is switched on', async () => {
    await connected()
    expect(await made.link.orders.lockDoors('t1', true)).toMatchObject({ ok: false, reason: 'DISABLED' })
    await made.stop()
    const spoken = await connected(2019, { vehicleControl: true })
    const locking = made.link.orders.lockDoors('t1', true)
    const { header, body } = await ordered(spoken, 0x8500)
    expect(Buffer.from(body).toString('hex')).toBe('0001000101')
    const location = locationBody({ alarm: 0, status: 3 | (1 << 12), lat: 31, lon: 121, altitude: 1, speed: 0, heading: 0, at: T0 })
    spoken.say(0x0500, Buffer.concat([two(header.serial), location]))
    expect(await locking).toMatchObject({ ok: true, messageId: 0x0500 })
  })

  it('no more than eight wait for one terminal, and all are told when it hangs up', async () => {
    const spoken = await connected(2013, { answerMs: 60_000 })
    const orders = Array.from({ length: 9 }, () => made.link.orders.location('t1'))
    expect(await orders[8]).toMatchObject({ reason: 'BUSY' })
    await expect.poll(() => spoken.heard.filter(({ header }) => header.messageId === 0x8201).length).toBe(8)
    spoken.socket.destroy()
    for (const order of orders.slice(0, 8)) expect(await order).toMatchObject({ ok: false, reason: 'CUT_OFF' })
  })

  it('a model’s orders are carried out and read back, and a terminal that is cut off is waited for', async () => {
    const spoken = await connected()
    const { commands } = made.link
    expect(commands.orders('t1').map(({ name }) => name)).toEqual(['text', 'location', 'reportInterval'])
    expect(commands.orders('nobody')).toEqual([])
    const order = (name: string): CommandOrder => commands.orders('t1').find(each => each.name === name) ?? expect.unreachable()
    for (const [name, value] of [
      ['text', ''],
      ['text', 5],
      ['location', true],
      ['reportInterval', 0],
      ['reportInterval', 1.5],
    ] as const) {
      expect(() => order(name).check(value), name).toThrow(RangeError)
    }
    order('reportInterval').check(30)
    spoken.socket.destroy()
    await expect.poll(() => made.link.stats().terminals).toBe(0)
    const sending = order('reportInterval').send(30, AbortSignal.timeout(10_000))
    const again = await made.signIn(PHONE)
    const set = await ordered(again, 0x8103)
    again.say(0x0001, answerBody(set.header.serial, 0x8103, 0))
    expect(await sending).toEqual({ type: 'done' })
    const shown = order('reportInterval').readBack?.shows(30, AbortSignal.timeout(10_000))
    const query = await ordered(again, 0x8104)
    again.say(0x0104, Buffer.concat([two(query.header.serial), setParametersBody([numberParameter(0x29, 60)])]))
    expect(await shown).toBe('it is 60 s')
    again.socket.destroy()
    await expect.poll(() => made.link.stats().terminals).toBe(0)
    expect(await order('location').send(undefined, AbortSignal.timeout(50))).toMatchObject({ type: 'unsent' })
  })
})
