import { afterEach, describe, expect, it } from 'vitest'
import { timeText } from '../../../devices/protocols/hj212/times.ts'
import type { Hj212Settings } from '../../../gateway/links/hj212/hj212-link.ts'
import { catalogue, LinkUnderTest, PASSWORD, station, T0 } from './stations.ts'

let under: LinkUnderTest

async function open(settings: Partial<Hj212Settings> = {}): Promise<LinkUnderTest> {
  under = new LinkUnderTest([station('site-1', 'MN1'), station('site-2', 'MN2'), station('twice-a', 'MN3'), station('twice-b', 'MN3')], settings)
  await under.port.start()
  return under
}

afterEach(() => under.stop())

const data = (part: number, value: string): string => `DataTime=${timeText(T0)};${value}${part}`

describe('answers to stations', () => {
  it('come when the frame is on disk, and not before', async () => {
    const { journal, dial } = bound(await open())
    journal.held = true
    const one = await dial('MN1')
    const sent = one.realTime()
    await expect.poll(() => journal.frames.length).toBe(1)
    expect(one.heard).toEqual([])
    journal.release()
    await expect.poll(() => one.heard.length).toBe(1)
    expect(one.heard[0]).toMatchObject({ st: '91', cn: '9014', mn: 'MN1', flag: 4, pw: PASSWORD, cp: '' })
    expect(sent.toString()).toContain(one.heard[0]?.qn)
    expect(journal.frames[0]).toMatchObject({ device: 'site-1', channel: 'hj212', payload: Uint8Array.from(sent) })
  })

  it('only where they are asked for; a notice has its own', async () => {
    const { journal, dial } = bound(await open())
    const one = await dial('MN1')
    one.say('2011', `DataTime=${timeText(T0)};a34002-Rtd=1`, { flag: 4 })
    one.say('9015', '', { flag: 5 })
    one.say('1013', '')
    one.realTime(T0 + 1000)
    await expect.poll(() => journal.frames.length).toBe(4)
    // Asked to, the platform also sets the clock.
    await expect.poll(() => one.heard.map(packet => packet.cn).sort()).toEqual(['1012', '9013', '9014'])
    expect(one.heardOf('1012')[0]?.cp).toMatch(/^SystemTime=20\d{12}$/)
  })

  it('are not sent for what is broken, which is kept with its reason', async () => {
    const { journal, dial } = bound(await open())
    const one = await dial('MN1')
    one.realTime()
    const wrong = one.packet('2011', `DataTime=${timeText(T0)};a34002-Rtd=2`)
    wrong[40] = 0x58
    one.socket.write(wrong)
    one.socket.write('##9999QN=1;ST=39;CN=2011\r\n')
    one.realTime(T0 + 1000)
    await expect.poll(() => journal.frames.length).toBe(4)
    await expect.poll(() => one.heard.length).toBe(2)
    const decoder = catalogue.model('hj212-worksite-dust')?.decoderFor('hj212')
    const verdicts = journal.frames.map(({ payload }) => decoder?.decode(payload, { receivedAt: T0 }))
    expect(verdicts.map(verdict => (verdict?.ok ? 'ok' : verdict?.reason))).toEqual(['ok', 'CRC_MISMATCH', 'WRONG_LENGTH', 'ok'])
    expect(one.closed).toBe(false)
  })

  it('wait while the journal is full, and no byte is lost', async () => {
    const { journal, dial, link } = bound(await open())
    const one = await dial('MN1')
    one.realTime()
    await expect.poll(() => one.heard.length).toBe(1)
    journal.full = true
    for (let n = 1; n <= 300; n++) one.realTime(T0 + n * 1000, n)
    await expect.poll(() => under.log.complained('devices wait without receipts')).toBe(true)
    expect(one.heard.length).toBe(1)
    journal.full = false
    await expect.poll(() => one.heard.length, { timeout: 5_000 }).toBe(301)
    expect(journal.frames.map(({ payload }) => /a34002-Rtd=(\d+)/.exec(Buffer.from(payload).toString())?.[1]).slice(1)).toEqual(
      Array.from({ length: 300 }, (_, n) => String(n + 1)),
    )
    expect(link.stats()).toMatchObject({ frames: 301, answered: 301, lost: 0 })
  })

  it('of a split message come together, and the journal has it as one frame', async () => {
    const { journal, dial } = bound(await open({ holdPartsMs: 5_000 }))
    const one = await dial('MN1')
    const parts = [1, 2, 3].map(pno => one.packet('2051', data(pno, `a3400${pno === 3 ? 4 : pno}-Avg=`), { flag: 7, pnum: 3, pno }))
    one.socket.write(parts[0] ?? '')
    one.socket.write(parts[1] ?? '')
    await expect.poll(() => under.port.stats().connections).toBe(1)
    expect(journal.frames).toEqual([])
    one.socket.write(parts[2] ?? '')
    await expect.poll(() => one.heard.length).toBe(3)
    expect(journal.frames).toHaveLength(1)
    const read = catalogue
      .model('hj212-worksite-dust')
      ?.decoderFor('hj212')
      ?.decode(journal.frames[0]?.payload ?? new Uint8Array(), { receivedAt: T0 })
    expect(read).toMatchObject({ ok: true, readings: [{ at: T0, values: { tspMinute: 1, pm10Minute: 2, pm25Minute: 3 } }] })
  })

  it('come for each part when the station waits for them one by one', async () => {
    const { journal, dial } = bound(await open())
    const one = await dial('MN1')
    for (const pno of [1, 2, 3]) {
      one.say('2051', pno === 3 ? 'a34004-Avg=3' : data(pno, `a3400${pno}-Avg=`), { flag: 7, pnum: 3, pno })
      await expect.poll(() => one.heard.length).toBe(pno)
    }
    // The last part leaves the time out: before it stands the part that said it.
    expect(journal.frames.map(({ payload }) => Buffer.from(payload).toString().split('##').length - 1)).toEqual([1, 1, 2])
  })

  it('are not sent for parts of a message whose rest never comes, but they are kept', async () => {
    const { journal, dial } = bound(await open({ holdPartsMs: 5_000 }))
    const one = await dial('MN1')
    one.say('2051', data(1, 'a34001-Avg='), { flag: 6, pnum: 2, pno: 1 })
    one.realTime()
    await expect.poll(() => one.heard.length).toBe(1)
    one.socket.destroy()
    await expect.poll(() => journal.frames.length).toBe(2)
  })
})

describe('who may talk', () => {
  it('a station whose MN is not registered, or registered twice, is closed and counted; what it sent is not kept', async () => {
    const { journal, dial, link, log } = bound(await open())
    for (const mn of ['NOBODY', 'MN3']) {
      const stranger = await dial(mn)
      stranger.realTime()
      await expect.poll(() => stranger.closed).toBe(true)
    }
    expect(link.stats().unknown).toBe(2)
    expect(under.port.stats().closedBy).toEqual({ 'unknown MN': 1, 'MN registered twice': 1 })
    expect(journal.frames).toEqual([])
    expect(log.lines.filter(line => line.message.includes('refused'))).toHaveLength(2)
  })

  it('strangers do not fill the log', async () => {
    const { dial, link, log } = bound(await open())
    for (let n = 0; n < 30; n++) (await dial(`STRANGER${n}`)).realTime()
    await expect.poll(() => link.stats().unknown).toBe(30)
    expect(log.lines.filter(line => line.message.includes('unknown MN')).length).toBeLessThanOrEqual(2)
  })

  it('a connection keeps its MN; an MN in a packet whose CRC does not hold says nothing', async () => {
    const { journal, dial, link } = bound(await open())
    const one = await dial('MN1')
    const damaged = one.packet('2011', 'DataTime=20260801100000;a34002-Rtd=1', { mn: 'MN2' })
    damaged[damaged.length - 4] = 0x5a
    one.socket.write(damaged)
    one.realTime()
    await expect.poll(() => one.heard.length).toBe(1)
    one.say('2011', `DataTime=${timeText(T0)};a34002-Rtd=1`, { mn: 'MN2' })
    await expect.poll(() => one.closed).toBe(true)
    expect(link.stats().changedMn).toBe(1)
    expect(journal.of('site-2')).toEqual([])
    expect(journal.of('site-1')).toHaveLength(1)
  })

  it('of two stations with one MN the newest talks: named and counted', async () => {
    const { journal, dial, link, log } = bound(await open())
    const [first, other] = [await dial('MN1'), await dial('MN2')]
    first.realTime()
    other.realTime()
    await expect.poll(() => link.stats().stations).toBe(2)
    const second = await dial('MN1')
    second.realTime(T0 + 1000)
    await expect.poll(() => first.closed).toBe(true)
    await expect.poll(() => second.heard.length).toBe(1)
    expect(link.stats()).toMatchObject({ takenOver: 1, stations: 2 })
    expect(log.lines.find(line => line.message.includes('takes over'))?.fields).toMatchObject({ device: 'site-1' })
    other.realTime(T0 + 1000)
    await expect.poll(() => other.heard.length).toBe(2)
    expect(journal.of('site-1')).toHaveLength(2)
  })

  it('a device that is taken out of the registry talks no more', async () => {
    const { directory, dial } = bound(await open())
    const one = await dial('MN1')
    one.realTime()
    await expect.poll(() => one.heard.length).toBe(1)
    directory.remove('site-1')
    one.realTime(T0 + 1000)
    await expect.poll(() => one.closed).toBe(true)
  })

  it('bytes without an end cost a bounded room and then the connection', async () => {
    const { dial, link, journal } = bound(await open())
    const [good, bad] = [await dial('MN1'), await dial('MN2')]
    bad.realTime()
    await expect.poll(() => bad.heard.length).toBe(1)
    for (let n = 0; n < 40 && !bad.closed; n++) bad.socket.write(Buffer.alloc(1_000, 0x41))
    await expect.poll(() => bad.closed).toBe(true)
    const noisy = await dial('MN2')
    for (let n = 0; n < 40; n++) noisy.socket.write(`##9999${'x'.repeat(1_000)}`)
    await expect.poll(() => noisy.closed).toBe(true)
    expect(link.stats().strayBytes).toBeLessThan(80_000)
    good.realTime()
    await expect.poll(() => good.heard.length).toBe(1)
    expect(journal.of('site-1')).toHaveLength(1)
  })

  it('no password is logged', async () => {
    const { dial, log } = bound(await open())
    const one = await dial('MN1')
    one.realTime()
    one.socket.write(`##0010PW=${PASSWORD};\r\n`)
    const stranger = await dial('NOBODY')
    stranger.realTime()
    await expect.poll(() => stranger.closed).toBe(true)
    expect(JSON.stringify(log.lines)).not.toContain(PASSWORD)
  })
})

function bound(link: LinkUnderTest) {
  return { journal: link.journal, directory: link.directory, log: link.log, link: link.link, dial: (mn: string) => link.dial(mn) }
}
