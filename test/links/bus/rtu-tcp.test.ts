import { afterEach, describe, expect, it } from 'vitest'
import { crcHolds, readRequest, readResponse } from '../../../devices/protocols/modbus/frame.ts'
import { addressesOf, addressUnits, onLine, patient, quick, Things } from './bus-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())
const poll = { timeout: 15_000, interval: 10 }

describe('a line of RTU bytes over TCP', () => {
  it('journals each request with its answer as they went over the wire', async () => {
    const { url, server } = await things.bus(addressUnits(7))
    const { journal } = things.master([onLine(url, 7)])
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(2)
    const request = readRequest(7, { functionCode: 4, address: 0, count: 4 })
    const payload = journal.frames[0]?.payload ?? new Uint8Array()
    expect(payload.subarray(0, request.length)).toEqual(request)
    expect(crcHolds(payload, request.length, payload.length)).toBe(true)
    expect(server.connections).toBe(1)
  })

  it.each([
    ['noise before it', () => ({ before: Uint8Array.of(0xff, 7, 0, 0x80, 7, 4) })],
    ['pieces of one byte', () => ({ pieces: 1 })],
    [
      'frames of others before it',
      () => ({ before: Buffer.concat([readResponse(8, 4, new Uint8Array(8)), readResponse(9, 4, new Uint8Array(8)).subarray(3)]) }),
    ],
  ])('takes an answer that comes with %s', async (_, conduct) => {
    const { url } = await things.bus(addressUnits(7), conduct)
    const { journal, master } = things.master([onLine(url, 7)], { settings: patient })
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(3)
    expect(journal.frames.map(addressesOf)).not.toContainEqual(expect.objectContaining({ answered: expect.not.toSatisfy((n: number) => n === 0) }))
    expect(master.lines()[0]).toMatchObject({ timeouts: 0, silent: 0 })
  })

  it.each([1, 2, 3, 4, 5, 6, 8])('journals exception %i, so that the account shows it, and polls on', async exception => {
    const { url } = await things.bus(addressUnits(7), () => ({ exception }))
    const { journal, master } = things.master([onLine(url, 7)], { settings: patient })
    await expect.poll(() => master.lines()[0]?.exceptions, poll).toBeGreaterThan(2)
    expect([...(journal.frames[0]?.payload.subarray(8, 11) ?? [])]).toEqual([7, 0x84, exception])
    expect(master.lines()[0]).toMatchObject({ silent: 0, answers: 0, timeouts: 0 })
  })

  it.each([10, 11])('takes exception %i of a gateway before the unit as silence', async exception => {
    const { url, bus } = await things.bus(addressUnits(7, 8), unit => (unit === 8 ? { exception } : undefined))
    const { journal, master } = things.master([onLine(url, 7), onLine(url, 8)])
    await expect.poll(() => journal.of('unit-7').length, poll).toBeGreaterThan(10)
    expect(master.lines()[0]?.silent).toBe(1)
    expect(bus.asked.get(8)).toBeLessThan(8)
  })

  it('tells what each of its devices is asked, what that takes at a speed, and who is silent', async () => {
    const { url } = await things.bus(addressUnits(7))
    const { master } = things.master([onLine(url, 7), onLine(url, 8)])
    await expect.poll(() => master.lines()[0]?.silent, poll).toBe(1)
    const of = (baud: number) => master.polls(url, { baud })
    expect(of(9600)).toMatchObject({
      speed: { baud: 9600 },
      isKnown: false,
      models: [
        {
          polls: [{ place: { table: 4, address: 0, count: 4 }, requestBytes: 8, answerBytes: 13, everyMs: 100 }],
          devices: [
            { device: 'unit-7', address: '7', silent: false },
            { device: 'unit-8', address: '8', silent: true },
          ],
        },
      ],
    })
    // 21 bytes and two quiets of 3.5, of 11 bits each, and 20 ms until the answer; two devices ten times a second.
    expect(of(9600)?.utilisation).toBeCloseTo((2 * ((28 * 11_000) / 9600 + 20)) / 100, 6)
    expect(of(2400)?.utilisation).toBeGreaterThan(2)
    expect(master.polls('rtu-tcp://nowhere:1', { baud: 9600 })).toBeUndefined()
  })

  it('takes the answer of another unit for nothing', async () => {
    let wrong = true
    const { url } = await things.bus(addressUnits(7, 8), (unit, request) =>
      unit === 7 && wrong ? { instead: readResponse(8, request[1] ?? 0, new Uint8Array(8)) } : undefined,
    )
    const { journal, master } = things.master([onLine(url, 7), onLine(url, 8)])
    await expect.poll(() => master.lines()[0]?.timeouts, poll).toBeGreaterThan(1)
    expect(journal.of('unit-7')).toHaveLength(0)
    wrong = false
    await expect.poll(() => journal.of('unit-7').length, poll).toBeGreaterThan(2)
  })
})

describe('late answers', () => {
  it('are never taken for the answer to another question, not even of the same unit and size', async () => {
    // Later than the device is left alone for, so that they come while something else of it may be asked.
    const lateMs = [quick.timeoutMs + 10, quick.timeoutMs + 60, 2 * quick.timeoutMs - 10]
    const { url } = await things.bus(addressUnits(1, 2, 3), (_unit, _request, nth) =>
      nth % 4 === 3 ? { afterMs: lateMs[(nth >> 2) % lateMs.length] ?? 0 } : undefined,
    )
    const { journal, master } = things.master(
      [1, 2, 3].map(unit => onLine(url, unit, 'two-blocks')),
      { settings: { firstBackOffMs: 10, longestBackOffMs: 40 } },
    )
    await expect.poll(() => master.lines()[0]?.timeouts, { timeout: 25_000 }).toBeGreaterThan(20)
    expect(journal.frames.length).toBeGreaterThan(40)
    for (const { asked, answered } of journal.frames.map(addressesOf)) expect(answered).toBe(asked)
    expect(master.lines()[0]?.strays).toBeGreaterThan(5)
  }, 40_000)

  it('of a bus on which a second master asks the same units are passed over', async () => {
    const { url, bus } = await things.bus(addressUnits(1, 2), () => ({ afterMs: 5 }))
    const { journal, master } = things.master([onLine(url, 1, 'two-blocks'), onLine(url, 2, 'two-blocks')])
    const heard: Uint8Array[] = []
    const other = bus.join(bytes => heard.push(bytes))
    // The other master reads one register each: no answer of that size is one of ours.
    const timer = setInterval(() => other.take(readRequest(1 + (heard.length % 2), { functionCode: 4, address: 500, count: 1 })), 23)
    try {
      await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(40)
    } finally {
      clearInterval(timer)
    }
    expect(heard.length).toBeGreaterThan(40)
    for (const { asked, answered } of journal.frames.map(addressesOf)) expect(answered).toBe(asked)
    expect(master.lines()[0]?.silent).toBe(0)
  })
})

describe('a line that is ill-treated', () => {
  it('never stops for good: silence, noise without end, hang-ups, and then all is well', async () => {
    let ill: 'silent' | 'noise' | 'hangs up' | undefined = 'silent'
    const { url, server, bus } = await things.bus(addressUnits(1, 2), () => {
      if (ill === 'hangs up') server.hangUp()
      return ill === undefined ? undefined : ill === 'noise' ? { instead: new Uint8Array(4096).fill(0x55) } : { silent: true }
    })
    const noise = setInterval(() => ill === 'noise' && bus.say(new Uint8Array(1000).fill(1)), 5)
    things.add(() => clearInterval(noise))
    const { journal, master } = things.master([onLine(url, 1), onLine(url, 2)])
    const count = (name: 'timeouts' | 'disconnects' | 'strays'): number => master.lines()[0]?.[name] ?? 0
    await expect.poll(() => count('timeouts'), poll).toBeGreaterThan(3)
    const strays = count('strays')
    const timeouts = count('timeouts')
    ill = 'noise'
    await expect.poll(() => count('strays') > strays && count('timeouts') > timeouts + 2, poll).toBe(true)
    const lost = count('disconnects')
    ill = 'hangs up'
    await expect.poll(() => count('disconnects'), poll).toBeGreaterThan(lost + 2)
    expect(journal.frames).toHaveLength(0)
    ill = undefined
    await expect.poll(() => Math.min(journal.of('unit-1').length, journal.of('unit-2').length), poll).toBeGreaterThan(3)
  }, 60_000)

  it('asks for one read that is never answered less and less, and for the others of the device as before', async () => {
    const { url } = await things.bus(addressUnits(1), (_, request) => (request[2] === 0 ? undefined : { silent: true }))
    const { journal, master } = things.master([onLine(url, 1, 'two-blocks')])
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(20)
    expect(journal.frames.every(frame => addressesOf(frame).asked === 0)).toBe(true)
    expect(master.lines()[0]?.timeouts).toBeLessThan(journal.frames.length)
  })
})

describe('ten dead units among thirty', () => {
  it('cost the others next to none of their reads, and are found again', async () => {
    let dead = true
    const units = Array.from({ length: 30 }, (_, index) => index + 1)
    const { url, bus } = await things.bus(addressUnits(...units), unit => (dead && unit % 3 === 0 ? { silent: true } : { afterMs: 1 }))
    const { journal, master } = things.master(
      units.map(unit => onLine(url, unit)),
      { settings: { timeoutMs: 300, firstBackOffMs: 1000, longestBackOffMs: 3000, probeShare: 0.04 } },
    )
    await expect.poll(() => master.lines()[0]?.silent, poll).toBe(10)
    const before = new Map(bus.asked)
    const from = journal.frames.length
    await expect.poll(() => (bus.asked.get(1) ?? 0) - (before.get(1) ?? 0), { timeout: 20_000 }).toBeGreaterThanOrEqual(60)
    const probes = units.filter(unit => unit % 3 === 0).reduce((sum, unit) => sum + (bus.asked.get(unit) ?? 0) - (before.get(unit) ?? 0), 0)
    const answered = journal.frames.length - from
    expect(probes).toBeLessThan(0.05 * answered)
    dead = false
    await expect.poll(() => master.lines()[0]?.silent, { timeout: 60_000 }).toBe(0)
  }, 100_000)
})
