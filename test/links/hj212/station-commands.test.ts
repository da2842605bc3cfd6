import { afterEach, describe, expect, it } from 'vitest'
import type { Packet } from '../../../devices/protocols/hj212/packet.ts'
import { answersTo } from '../../../devices/simulators/hj212/request-answers.ts'
import { Station } from '../../../devices/simulators/hj212/station.ts'
import type { CommandOrder } from '../../../gateway/model/command.ts'
import { catalogue, LinkUnderTest, type SpokenStation, station } from './stations.ts'

let under: LinkUnderTest
afterEach(() => under.stop())

async function connected(model?: string): Promise<SpokenStation> {
  under = new LinkUnderTest([station('site-1', 'MN1', model)], { answerMs: 5_000 })
  await under.port.start()
  const one = await under.dial('MN1')
  one.realTime()
  await expect.poll(() => one.heard.length, { timeout: 10_000 }).toBe(1)
  return one
}

async function asked(one: SpokenStation, cn: string, count = 1): Promise<Packet> {
  await expect.poll(() => one.heardOf(cn).length, { timeout: 10_000 }).toBe(count)
  return one.heardOf(cn).at(-1) ?? expect.unreachable()
}

const order = (name: string): CommandOrder => under.link.commands.orders('site-1').find(each => each.name === name) ?? expect.unreachable()
const { signal } = new AbortController()

describe('orders to a station', () => {
  it('are those its model names, with values that fit', async () => {
    await connected()
    expect(under.link.commands.orders('site-1').map(({ name }) => name)).toEqual([
      'setTime',
      'askInterval',
      'reportInterval',
      'fetchMinutes',
      'fetchHours',
      'fetchDays',
    ])
    expect(under.link.commands.orders('nobody')).toEqual([])
    for (const [name, value] of [
      ['setTime', 5],
      ['askInterval', 'now'],
      ['reportInterval', 29],
      ['reportInterval', 30.5],
      ['reportInterval', undefined],
      ['fetchMinutes', undefined],
      ['fetchMinutes', '2026-08-01T08:00:00+08:00'],
      ['fetchMinutes', '2026-08-01T08:00:00/2026-08-01T09:00:00'],
      ['fetchMinutes', '2026-08-01T09:00:00+08:00/2026-08-01T08:00:00+08:00'],
      ['fetchMinutes', '2026-08-01T08:00:00+08:00/2026-08-02T08:00:01+08:00'],
      ['fetchDays', '2024-08-01T08:00:00+08:00/2026-08-02T08:00:01+08:00'],
    ] as const) {
      expect(() => order(name).check(value), `${name} ${value}`).toThrow(RangeError)
    }
    order('fetchHours').check('2026-08-01T00:00:00Z/2026-08-02T00:00:00Z')
  })

  it('end as the station says: done with what it told, refused, or without data', async () => {
    const one = await connected()
    const asking = order('askInterval').send(undefined, signal)
    const question = await asked(one, '1061')
    one.say('1061', 'RtdInterval=45', { qn: question.qn, flag: 4 })
    one.say('9012', 'ExeRtn=1', { qn: question.qn, flag: 4 })
    expect(await asking).toEqual({ type: 'done', said: 'RtdInterval=45' })

    const setting = order('setTime').send(undefined, signal)
    one.say('9011', 'QnRtn=2', { qn: (await asked(one, '1012')).qn, flag: 4 })
    expect(await setting).toEqual({ type: 'refused', why: 'the station refuses the request' })

    const fetching = order('fetchHours').send('2026-08-01T08:00:00+08:00/2026-08-01T10:00:00+08:00', signal)
    const request = await asked(one, '2061')
    expect(request.cp).toBe('BeginTime=20260801080000,EndTime=20260801100000')
    one.say('9012', 'ExeRtn=100', { qn: request.qn, flag: 4 })
    expect(await fetching).toEqual({ type: 'refused', why: 'the station has no data' })
  })

  it('an interval is set and read back from the station', async () => {
    const one = await connected()
    const entry = catalogue.model('hj212-worksite-dust') ?? expect.unreachable()
    const simulated = new Station({ mn: 'MN1', st: '39', entry, plant: { sample: at => ({ at, values: {} }) } })
    const answer = (request: Packet): void => {
      for (const said of answersTo(request, simulated, Date.now())) if ('cn' in said) one.say(said.cn, said.cp, { qn: request.qn, flag: 4 })
    }
    const sending = order('reportInterval').send(60, signal)
    answer(await asked(one, '1062'))
    expect(await sending).toEqual({ type: 'done' })
    const shown = order('reportInterval').readBack?.shows(60, signal)
    answer(await asked(one, '1061'))
    expect(await shown).toBe(true)
    const other = order('reportInterval').readBack?.shows(90, signal)
    answer(await asked(one, '1061', 2))
    expect(await other).toBe('it is 60 s')
  })

  it('one that went out and was cut off is not sent again; one that could not go waits for the station', async () => {
    const one = await connected()
    const cut = order('setTime').send(undefined, signal)
    await asked(one, '1012')
    one.socket.destroy()
    expect(await cut).toMatchObject({ type: 'unanswered' })
    const waiting = order('setTime').send(undefined, AbortSignal.timeout(20_000))
    const back = await under.dial('MN1')
    back.realTime()
    const request = await asked(back, '1012')
    back.say('9012', 'ExeRtn=1', { qn: request.qn, flag: 4 })
    expect(await waiting).toEqual({ type: 'done' })
    back.socket.destroy()
    await expect.poll(() => under.link.stats().stations, { timeout: 10_000 }).toBe(0)
    expect(await order('setTime').send(undefined, AbortSignal.timeout(50))).toMatchObject({ type: 'unsent' })
  })
})
