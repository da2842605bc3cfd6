import { afterEach, describe, expect, it } from 'vitest'
import { SerialBus } from '../../../devices/simulators/modbus/serial-bus.ts'
import type { BusTransport } from '../../../gateway/links/bus/transport.ts'
import { addressUnits, onLine, Things } from './bus-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())
const poll = { timeout: 10_000, interval: 10 }

/** What a DTU's connection is to its line, with a simulated bus behind it. */
function attachable(...units: readonly number[]): BusTransport & { readonly closed: string[]; hangUp(): void; readonly bus: SerialBus } {
  const bus = new SerialBus({ units: addressUnits(...units), now: Date.now })
  things.add(() => bus.stop())
  let onBytes: (bytes: Uint8Array) => void = () => undefined
  let onClose: (why: string) => void = () => undefined
  const party = bus.join(bytes => onBytes(bytes))
  const closed: string[] = []
  return {
    bus,
    closed,
    write: bytes => party.take(bytes),
    onBytes: listener => {
      onBytes = listener
    },
    onClose: listener => {
      onClose = listener
    },
    close: why => void closed.push(why),
    hangUp: () => onClose('the DTU hung up'),
  }
}

describe('a line whose transport comes by itself', () => {
  it('waits for it, goes on when another takes its place, and waits again when it is gone', async () => {
    const { master, journal } = things.master([onLine('dtu://yard', 7)])
    expect(master.lines()[0]).toMatchObject({ url: 'dtu://yard', connected: false, requests: 0 })
    const first = attachable(7)
    master.attach('dtu://yard', first)
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(2)
    const second = attachable(7)
    master.attach('dtu://yard', second)
    expect(first.closed).toHaveLength(1)
    await expect.poll(() => second.bus.asked.get(7), poll).toBeGreaterThan(2)
    const before = first.bus.asked.get(7)
    master.detach('dtu://yard', first)
    expect(master.lines()[0]?.connected).toBe(true)
    second.hangUp()
    expect(master.lines()[0]?.connected).toBe(false)
    expect(first.bus.asked.get(7)).toBe(before)
    master.attach('dtu://yard', attachable(7))
    const kept = journal.frames.length
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(kept + 2)
  })

  it('is taken by devices that are registered later, and left open when they go', async () => {
    const { master, journal, directory } = things.master([])
    const transport = attachable(7)
    master.attach('mqtt://box', transport)
    expect(master.lines()).toHaveLength(0)
    directory.add(onLine('mqtt://box', 7))
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(1)
    directory.remove('unit-7')
    await expect.poll(() => master.lines(), poll).toHaveLength(0)
    expect(transport.closed).toHaveLength(0)
    const before = journal.frames.length
    directory.add(onLine('mqtt://box', 7))
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(before)
  })
})
