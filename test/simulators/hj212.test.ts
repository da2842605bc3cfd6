import { afterEach, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { makeHj212Fleet, type StationFleet } from '../../devices/simulators/hj212/fleet.ts'
import { linkFleets } from '../../devices/simulators/link-fleets.ts'
import { Hj212Link } from '../../gateway/links/hj212/hj212-link.ts'
import { defaultPortLimits, TcpPort } from '../../gateway/links/tcp-port.ts'
import { ListedDevices } from '../links/fixtures.ts'
import { MemoryJournal } from '../links/memory-journal.ts'
import { MemoryLog } from '../support/log.ts'

const MINUTE = 60_000
const catalogue = await loadCatalogue({})
const cleanUp: (() => unknown)[] = []

afterEach(async () => {
  for (const done of cleanUp.splice(0).reverse()) await done()
})

/** A fleet whose clock runs so many times as fast, and a gateway's own link with a journal in memory. */
async function open(count: number, rate: number, speed: number): Promise<{ fleet: StationFleet; link: Hj212Link; journal: MemoryJournal }> {
  const began = performance.now()
  const now = (): number => Math.round(Date.UTC(2026, 7, 1, 2, 0, 30) + (performance.now() - began) * speed)
  const journal = new MemoryJournal()
  const directory = new ListedDevices()
  const log = new MemoryLog()
  const link = new Hj212Link({ directory, catalogue, journal, log, now, settings: { settleMs: 20, pauseMs: 20 } })
  const port = new TcpPort({ name: 'hj212', host: '127.0.0.1', port: 0, limits: defaultPortLimits, dialIn: link, log })
  await port.start()
  const fleet = makeHj212Fleet({ seed: 't', count, rate, host: '127.0.0.1', port: port.port ?? 0, now, catalogue })
  for (const { device } of fleet.enrolments) directory.add(device)
  cleanUp.push(
    () => link.stop(),
    () => port.stop(),
    () => fleet.stop(),
  )
  await fleet.start()
  return { fleet, link, journal }
}

describe('a fleet of HJ 212 stations', () => {
  it('is one of those that citygate simulate drives', () => {
    expect(linkFleets.find(({ id }) => id === 'hj212')?.usualPort).toBe(8212)
  })

  it('reports, has each message answered, and sends again what was not', async () => {
    const { fleet, journal, link } = await open(20, 1, 5)
    await expect.poll(() => fleet.stats().acknowledged, { timeout: 10_000 }).toBeGreaterThan(100)
    journal.held = true
    await expect.poll(() => fleet.stats().pending, { timeout: 10_000 }).toBeGreaterThan(20)
    for (const station of fleet.stations) station.drop()
    await expect.poll(() => fleet.stats().connected).toBe(0)
    journal.release()
    await expect.poll(() => fleet.stats().connected, { timeout: 10_000 }).toBe(20)
    const { published } = fleet.stats()
    await expect.poll(() => fleet.stats().acknowledged, { timeout: 10_000 }).toBeGreaterThanOrEqual(published)
    expect(link.stats()).toMatchObject({ stations: 20, unknown: 0, broken: 0, strayBytes: 0, lost: 0 })
  }, 40_000)

  it('what it did not say while it was cut off is fetched from its memory, every minute of it', async () => {
    const { fleet, journal, link } = await open(3, 0.01, 240)
    const minutesOf = (device: string): number[] => {
      const decoder = catalogue.model(fleet.enrolments.find(each => each.device.id === device)?.device.model ?? '')?.decoderFor('hj212')
      const times = journal.of(device).flatMap(({ payload }) => {
        const read = decoder?.decode(payload, { receivedAt: 0 })
        return read?.ok ? read.readings.flatMap(({ at, values }) => (at !== undefined && 'pm10Minute' in values ? [at] : [])) : []
      })
      return [...new Set(times)].sort((a, b) => a - b)
    }
    const [first, second] = fleet.enrolments.map(({ device }) => device.id)
    await expect.poll(() => minutesOf(first ?? '').length, { timeout: 10_000 }).toBeGreaterThan(1)
    await expect.poll(() => minutesOf(second ?? '').length, { timeout: 10_000 }).toBeGreaterThan(1)
    for (const station of fleet.stations) station.drop()
    const whole = (device = ''): boolean => {
      const minutes = minutesOf(device)
      return minutes.length > 8 && (minutes.at(-1) ?? 0) - (minutes[0] ?? 0) === (minutes.length - 1) * MINUTE
    }
    await expect.poll(() => link.stats().fetches, { timeout: 15_000 }).toBeGreaterThan(1)
    await expect.poll(() => whole(first) && whole(second), { timeout: 15_000 }).toBe(true)
    expect(fleet.stations[0]?.asked['2051']).toBeGreaterThan(0)
  }, 60_000)
})
