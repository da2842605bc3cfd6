import { afterEach, describe, expect, it } from 'vitest'
import { Hj212Link } from '../../../gateway/links/hj212/hj212-link.ts'
import { Jt808Link } from '../../../gateway/links/jt808/jt808-link.ts'
import type { DialIn } from '../../../gateway/links/peer.ts'
import type { Device } from '../../../gateway/model/device.ts'
import { MemoryLog } from '../../support/log.ts'
import { addressUnits, Things } from '../bus/bus-fixtures.ts'
import { ListedDevices } from '../fixtures.ts'
import { catalogue, SpokenStation, station } from '../hj212/stations.ts'
import { SpokenTerminal, terminal } from '../jt808/terminals.ts'
import { MemoryJournal } from '../memory-journal.ts'
import { type DtuTown, openTown } from './dtu-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

const MN = 'DUST00000000000000000001'
const REPORT = 'DataTime=20260801100000;a34004-Rtd=35.0,a34004-Flag=N'

/** The port for all, with HJ 212 and JT/T 808 behind it; all look into one directory. */
async function open(...devices: readonly Device[]): Promise<{ readonly town: DtuTown; readonly journal: MemoryJournal }> {
  const journal = new MemoryJournal()
  const directory = new ListedDevices(devices)
  const hj212 = new Hj212Link({ directory, catalogue, journal, log: new MemoryLog(), now: Date.now, settings: { holdPartsMs: 30, answerMs: 300 } })
  const jt808 = new Jt808Link({
    directory,
    catalogue,
    authenticator: { device: () => undefined },
    journal,
    codeKey: new Uint8Array(32).fill(7),
    log: new MemoryLog(),
    now: Date.now,
  })
  things.add(() => {
    hj212.stop()
    jt808.stop()
  })
  const town = await openTown(things, {
    directory,
    catalogue,
    others: new Map<string, DialIn>([
      ['hj212', hj212],
      ['jt808', jt808],
    ]),
  })
  return { town, journal }
}

describe('one port for all', () => {
  it.each([
    ['at once', ''],
    ['behind a registration and heartbeats', 'DUST-DTU-1\r\nping\r\n'],
  ])('hands a station that is known to HJ 212, %s: its packet is kept and answered', async (_, before) => {
    const { town, journal } = await open(station('dust-1', MN))
    const socket = await town.dial()
    const spoken = new SpokenStation(socket, MN)
    if (before !== '') socket.write(before)
    spoken.say('2011', REPORT)
    await expect.poll(() => spoken.heard.map(({ cn }) => cn)).toContain('9014')
    expect(journal.of('dust-1').length).toBe(1)
    expect(town.link.list()).toMatchObject([{ state: 'handed-over' }])
    // A heartbeat of the DTU is none of the station's.
    socket.write('ping')
    spoken.say('2011', REPORT)
    await expect.poll(() => journal.of('dust-1').length).toBe(2)
    expect(town.link.figures()).toMatchObject({ handedOver: 1 })
  })

  it('hands a vehicle terminal that is known to JT/T 808: it registers, signs in and has its receipts', async () => {
    const { town } = await open(terminal('bus-1', '13912345678'))
    const spoken = new SpokenTerminal(await town.dial(), '013912345678', 2013)
    spoken.authenticate(await spoken.register())
    await spoken.receiptOf(spoken.serial)
    expect(town.link.list()).toMatchObject([{ state: 'handed-over' }])
  })

  it('shows a station that nobody registered, with its MN and models for it, and hands it over once it is', async () => {
    const { town, journal } = await open()
    const spoken = new SpokenStation(await town.dial(), MN)
    spoken.say('2011', REPORT)
    await expect.poll(() => town.link.list()).toMatchObject([{ state: 'waiting', seen: [{ protocol: 'hj212', sender: MN, count: 1 }] }])
    expect(town.link.list()[0]?.proposals).toContain('hj212-worksite-dust')
    town.directory.add(station('dust-1', MN))
    spoken.say('2011', REPORT)
    await expect.poll(() => journal.of('dust-1').length).toBe(1)
    expect(town.link.list()).toMatchObject([{ state: 'handed-over' }])
  })

  it('goes on asking a line while stations and strangers come and go', async () => {
    const { town } = await open(station('dust-1', MN), { id: 'meter-1', org: 'test', model: 'eastron-sdm630', link: { url: 'dtu://LINE-1', unit: 1 } })
    town.dtu('LINE-1\r\n', addressUnits(1))
    const spoken = new SpokenStation(await town.dial(), MN)
    spoken.say('2011', REPORT)
    ;(await town.dial()).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => town.journal.of('meter-1').length, { timeout: 12_000 }).toBeGreaterThan(0)
    await expect.poll(() => spoken.heard.length).toBeGreaterThan(0)
  }, 15_000)
})
