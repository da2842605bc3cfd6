import { afterEach, describe, expect, it } from 'vitest'
import type { Packet } from '../../../devices/protocols/hj212/packet.ts'
import { readTime, timeText } from '../../../devices/protocols/hj212/times.ts'
import type { Hj212Settings } from '../../../gateway/links/hj212/hj212-link.ts'
import { catalogue, LinkUnderTest, PASSWORD, type SpokenStation, station, T0 } from './stations.ts'

const MINUTE = 60_000
let under: LinkUnderTest

async function open(settings: Partial<Hj212Settings> = {}): Promise<SpokenStation> {
  under = new LinkUnderTest([station('site-1', 'MN1')], settings)
  await under.port.start()
  const one = await under.dial('MN1')
  one.realTime()
  await expect.poll(() => one.heard.length).toBe(1)
  return one
}

afterEach(() => under.stop())

async function asked(one: SpokenStation, cn: string, count = 1): Promise<Packet> {
  await expect.poll(() => one.heardOf(cn).length, { timeout: 5_000 }).toBe(count)
  const packet = one.heardOf(cn).at(-1)
  if (!packet) throw new Error('no request')
  return packet
}

const stretchOf = ({ cp }: Packet): (number | undefined)[] => [...cp.matchAll(/=(\d{14})/g)].map(match => readTime(match[1] ?? ''))
const quick = { settleMs: 10, pauseMs: 10 }

describe('commands to a station', () => {
  it('set its time: request, answer, result', async () => {
    const one = await open()
    const result = under.link.setTime('site-1')
    const request = await asked(one, '1012')
    expect(request).toMatchObject({ st: '39', pw: PASSWORD, mn: 'MN1', flag: 5, cp: expect.stringMatching(/^SystemTime=\d{14}$/) })
    one.say('9011', 'QnRtn=1', { qn: request.qn, flag: 4 })
    one.say('9012', 'ExeRtn=1', { qn: request.qn, flag: 4 })
    expect(await result).toEqual({ ok: true, values: {} })
  })

  it('ask for its interval and set it', async () => {
    const one = await open()
    const interval = under.link.getInterval('site-1')
    const request = await asked(one, '1061')
    one.say('9011', 'QnRtn=1', { qn: request.qn, flag: 4 })
    one.say('1061', 'RtdInterval=30', { qn: request.qn, flag: 4 })
    one.say('9012', 'ExeRtn=1', { qn: request.qn, flag: 4 })
    expect(await interval).toEqual({ ok: true, values: { RtdInterval: '30' } })
    const set = under.link.setInterval('site-1', 60)
    const order = await asked(one, '1062')
    expect(order.cp).toBe('RtdInterval=60')
    one.say('9012', 'ExeRtn=5', { qn: order.qn, flag: 4 })
    expect(await set).toMatchObject({ ok: false, reason: 'FAILED' })
    expect(await under.link.setInterval('site-1', 5)).toMatchObject({ ok: false, reason: 'FAILED' })
  })

  it('end when they are refused, when no answer comes, and when the station goes', async () => {
    const one = await open()
    const refused = under.link.setTime('site-1')
    one.say('9011', 'QnRtn=3', { qn: (await asked(one, '1012')).qn, flag: 4 })
    expect(await refused).toEqual({ ok: false, reason: 'REFUSED', detail: 'the station wants another password' })
    expect(await under.link.setTime('site-1')).toMatchObject({ ok: false, reason: 'EXPIRED' })
    const cut = under.link.setTime('site-1')
    await asked(one, '1012', 3)
    one.socket.destroy()
    expect(await cut).toMatchObject({ ok: false, reason: 'CUT_OFF' })
    expect(await under.link.setTime('site-1')).toMatchObject({ ok: false, reason: 'NOT_CONNECTED' })
    expect(await under.link.setTime('nobody')).toMatchObject({ ok: false, reason: 'NOT_CONNECTED' })
  })

  it('no more than a few wait for one station', async () => {
    await open({ answerMs: 5_000 })
    const all = Array.from({ length: 9 }, () => under.link.getInterval('site-1'))
    expect(await all.at(-1)).toMatchObject({ ok: false, reason: 'BUSY' })
  })
})

describe('minute data that are missing', () => {
  it('are asked for again, and what comes is historical', async () => {
    const one = await open(quick)
    one.minute(T0)
    one.minute(T0 + 4 * MINUTE)
    const request = await asked(one, '2051')
    expect(stretchOf(request)).toEqual([T0 + MINUTE, T0 + 3 * MINUTE])
    one.say('9011', 'QnRtn=1', { qn: request.qn, flag: 4 })
    for (const minute of [1, 2, 3]) one.minute(T0 + minute * MINUTE, { qn: request.qn, flag: 4 })
    one.say('9012', 'ExeRtn=1', { qn: request.qn, flag: 4 })
    await expect.poll(() => under.journal.frames.length).toBe(8)
    const decoder = catalogue.model('hj212-worksite-dust')?.decoderFor('hj212')
    const readings = under.journal.frames.flatMap(({ payload }) => {
      const read = decoder?.decode(payload, { receivedAt: T0 })
      return read?.ok ? read.readings : []
    })
    expect(readings.filter(({ historical }) => historical).map(({ at }) => at)).toEqual([1, 2, 3].map(minute => T0 + minute * MINUTE))
    expect(readings.filter(({ historical }) => !historical)).toHaveLength(3)
    // Nothing is missing any more, so nothing more is asked.
    one.minute(T0 + 5 * MINUTE)
    await expect.poll(() => under.journal.frames.length).toBe(9)
    expect(under.link.stats()).toMatchObject({ fetches: 1, givenUp: 0 })
  })

  it('are asked for after the station was away, a little at a time', async () => {
    const one = await open({ ...quick, mostValues: 2 })
    one.minute(T0)
    await expect.poll(() => under.journal.frames.length).toBe(2)
    one.socket.destroy()
    const back = await under.dial('MN1')
    back.minute(T0 + 6 * MINUTE)
    for (const [index, from, to] of [
      [1, 1, 2],
      [2, 3, 4],
      [3, 5, 5],
    ] as const) {
      const request = await asked(back, '2051', index)
      expect(stretchOf(request)).toEqual([T0 + from * MINUTE, T0 + to * MINUTE])
      // A station that gives its memory another QN: the times tell.
      for (let minute: number = from; minute <= to; minute++) back.minute(T0 + minute * MINUTE)
      back.say('9012', 'ExeRtn=1', { qn: request.qn, flag: 4 })
    }
    await expect.poll(() => under.link.stats().fetches).toBe(3)
  })

  it('since before the gateway was started are asked for, where it is known what came last', async () => {
    under = new LinkUnderTest([station('site-1', 'MN1')], quick, (device, fields) =>
      device === 'site-1' && fields.includes('pm10Minute') ? T0 - 3 * MINUTE : undefined,
    )
    await under.port.start()
    const one = await under.dial('MN1')
    one.minute(T0)
    expect(stretchOf(await asked(one, '2051'))).toEqual([T0 - 2 * MINUTE, T0 - MINUTE])
  })

  it('are given up when the station has none, or does not answer three times', async () => {
    const one = await open({ ...quick, answerMs: 500 })
    one.minute(T0)
    one.minute(T0 + 2 * MINUTE)
    one.say('9012', 'ExeRtn=100', { qn: (await asked(one, '2051')).qn, flag: 4 })
    await expect.poll(() => under.link.stats().givenUp).toBe(1)
    one.minute(T0 + 9 * MINUTE)
    await expect.poll(() => under.link.stats(), { timeout: 15_000 }).toMatchObject({ givenUp: 2, fetches: 4 })
  }, 20_000)

  it('that come by themselves are not asked for', async () => {
    const one = await open({ settleMs: 200, pauseMs: 10 })
    one.minute(T0)
    one.minute(T0 + 2 * MINUTE)
    one.minute(T0 + MINUTE)
    one.minute(T0 + 5 * MINUTE)
    const request = await asked(one, '2051')
    expect(stretchOf(request)).toEqual([T0 + 3 * MINUTE, T0 + 4 * MINUTE])
  })

  it('that come in several packets are one reading', async () => {
    const one = await open(quick)
    const fetched = under.link.fetchHistory('site-1', '2051', T0, T0)
    const request = await asked(one, '2051')
    for (const pno of [1, 2]) one.say('2051', `DataTime=${timeText(T0)};a3400${pno}-Avg=${pno}`, { qn: request.qn, flag: 6, pnum: 2, pno })
    one.say('9012', 'ExeRtn=1', { qn: request.qn, flag: 4 })
    expect(await fetched).toMatchObject({ ok: true })
    const frame = under.journal.frames.find(({ payload }) => Buffer.from(payload).includes('PNUM=2'))
    const read = catalogue
      .model('hj212-worksite-dust')
      ?.decoderFor('hj212')
      ?.decode(frame?.payload ?? new Uint8Array(), { receivedAt: T0 })
    expect(read).toEqual({ ok: true, readings: [{ at: T0, values: { tspMinute: 1, pm10Minute: 2 }, historical: true }] })
  })

  it('of hours and days are fetched on request', async () => {
    const one = await open()
    const fetched = under.link.fetchHistory('site-1', '2061', T0 - 7_200_000, T0)
    const request = await asked(one, '2061')
    one.say('2061', 'DataTime=20260801090000;a34002-Avg=44', { qn: request.qn, flag: 4 })
    expect(await fetched).toEqual({ ok: true, values: {} })
  })
})
