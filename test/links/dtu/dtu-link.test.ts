import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { modbusBus } from '../../../devices/protocols/modbus/bus.ts'
import { readRequest, readResponse } from '../../../devices/protocols/modbus/frame.ts'
import { PollSchedule } from '../../../gateway/links/bus/poll-schedule.ts'
import type { Device, Model } from '../../../gateway/model/device.ts'
import { addressUnits, catalogueOf, Things } from '../bus/bus-fixtures.ts'
import { quickModel } from '../fixtures.ts'
import { behind, openTown } from './dtu-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

const IMEI = '490154203237518'
const EXCHANGE = Buffer.concat([readRequest(3, { functionCode: 4, address: 0, count: 4 }), readResponse(3, 4, Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4))])

/** A device whose first poll is due at once: when that is depends on its id. */
function soon(model: Model): Device {
  const polls = modbusBus.polls(model)
  for (let nth = 0; ; nth++) {
    const device = { ...behind('MOVING-1', 1, model.id), id: `soon-${nth}` }
    if (new PollSchedule(device.id, polls, 0).due < 100) return device
  }
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket.resume(), 'close')
}

describe('a DTU that dials in', () => {
  it.each([
    ['an IMEI', IMEI, IMEI],
    ['an IMEI with CR LF', `${IMEI}\r\n`, IMEI],
    ['a name with CR LF', 'P-1\r\n', 'P-1'],
    ['a name alone', 'pump-station-7', 'pump-station-7'],
    ['AA, unit, id, CR', Buffer.concat([Buffer.of(0xaa, 1), Buffer.from('DTU0001\r')]), 'DTU0001'],
    ['CTRL:& and an id', 'CTRL:&2017070000000921', '2017070000000921'],
    ['an IMEI in BCD', Buffer.from(`0${IMEI}`, 'hex'), IMEI],
  ])('has its line asked once it registered with %s', async (_, registration, id) => {
    const town = await openTown(things, { devices: [behind(id, 1)] })
    town.dtu(registration, addressUnits(1))
    await expect.poll(() => town.journal.of(`${id}-1`).length).toBeGreaterThan(2)
    expect(town.status(id)).toMatchObject({ state: 'attached', devices: 1 })
  })

  it('may register byte by byte, repeat its registration, and send heartbeats between frames', async () => {
    const town = await openTown(things, { devices: [behind(IMEI, 1), behind(IMEI, 2)], settings: { answerMs: 2_000 } })
    const dtu = town.dtu('', addressUnits(1, 2), { conducts: () => ({ pieces: 3 }) })
    await expect.poll(() => dtu.connected).toBe(true)
    for (const letter of IMEI) dtu.say(letter)
    await expect.poll(() => town.journal.of(`${IMEI}-1`).length).toBeGreaterThan(0)
    for (let round = 0; round < 20; round++) {
      const before = town.journal.frames.length
      dtu.say(round % 3 === 0 ? Buffer.from('ffff8080', 'hex') : round % 3 === 1 ? 'ping\r\n' : IMEI)
      await expect.poll(() => town.journal.frames.length).toBeGreaterThan(before)
    }
    // One that comes joined to the last piece of an answer is passed over as junk behind it, and not counted.
    expect(town.status(IMEI)?.heartbeats).toBeGreaterThanOrEqual(15)
    expect(town.master.lines()).toMatchObject([{ timeouts: 0 }])
  })

  it('waits until a device is linked to it, and again when none is any more', async () => {
    const town = await openTown(things)
    const dtu = town.dtu('WAITING-1\r\n', addressUnits(1))
    await expect.poll(() => town.status('WAITING-1')?.state).toBe('waiting')
    dtu.say(EXCHANGE)
    await expect
      .poll(() => town.status('WAITING-1')?.seen)
      .toMatchObject([{ protocol: 'modbus', sender: '3', count: 1, what: { en: 'a read request and its answer' } }])
    expect(Buffer.from(town.status('WAITING-1')?.lastBytes ?? []).toString('hex')).toBe(EXCHANGE.toString('hex'))
    town.directory.add(behind('WAITING-1', 1))
    await expect.poll(() => town.journal.of('WAITING-1-1').length).toBeGreaterThan(1)
    town.directory.remove('WAITING-1-1')
    expect(town.status('WAITING-1')).toMatchObject({ state: 'waiting', devices: 0 })
    town.directory.add(behind('WAITING-1', 1))
    const before = town.journal.of('WAITING-1-1').length
    await expect.poll(() => town.journal.of('WAITING-1-1').length).toBeGreaterThan(before)
    expect(dtu.connections).toBe(1)
  })

  it('that says nothing, or nothing but heartbeats, is hung up on; one that speaks without a name is listed', async () => {
    const town = await openTown(things, { settings: { registerMs: 250 } })
    const silent = await town.dial()
    const beating = await town.dial()
    beating.write('ping')
    const nameless = await town.dial()
    nameless.write(EXCHANGE)
    const garbage = await town.dial()
    garbage.write(Buffer.of(0, 1, 2, 3))
    await Promise.all([closed(silent), closed(beating)])
    await expect.poll(() => town.port.stats().closedBy).toEqual({ 'did not say who it is': 2 })
    await expect
      .poll(() =>
        town.link
          .list()
          .map(({ id, state, seen }) => ({ id, state, seen: seen.length }))
          .sort((a, b) => a.seen - b.seen),
      )
      .toEqual([
        { id: undefined, state: 'waiting', seen: 0 },
        { id: undefined, state: 'waiting', seen: 1 },
      ])
  })
})

describe('a DTU that dials in anew', () => {
  it('takes the place of its old connection, and the poll in hand is asked again at once', async () => {
    // Asked once in a quarter of an hour: a poll that is lost would not come again within this test.
    const rare: Model = {
      ...quickModel,
      id: 'rare',
      mapping: { read: { function: 4, every: '15m' }, points: [{ field: 'voltageL1', address: 0, type: 'f32' }] },
    }
    const device = soon(rare)
    const town = await openTown(things, { devices: [device], catalogue: catalogueOf(rare) })
    const dtu = town.dtu('MOVING-1\r\n', addressUnits(1), { conducts: (_unit, _request, nth) => (nth === 0 ? { silent: true } : {}) })
    await expect.poll(() => dtu.bus.asked.get(1)).toBe(1)
    dtu.lose()
    await expect.poll(() => town.journal.of(device.id).length, { timeout: 3_000 }).toBe(1)
    expect(town.link.figures()).toMatchObject({ replaced: 1, refusedClaims: 0 })
    expect(town.link.list()).toHaveLength(1)
    await expect.poll(() => town.port.stats().closedBy).toMatchObject({ 'another connection took its place': 1 })
  })

  it('from elsewhere waits while the old connection may be alive, and gets in when that stays silent', async () => {
    const town = await openTown(things, { devices: [behind('MOVING-2', 1)], settings: { claimMs: 300 } })
    const old = await town.dial()
    old.write('MOVING-2\r\n')
    await expect.poll(() => town.status('MOVING-2')?.state).toBe('attached')
    const moved = town.dtu('MOVING-2\r\n', addressUnits(1), { localAddress: '127.0.0.2' })
    await expect
      .poll(() =>
        town.link
          .list()
          .map(({ state }) => state)
          .sort(),
      )
      .toEqual(['attached', 'claiming'])
    await expect.poll(() => town.journal.of('MOVING-2-1').length).toBeGreaterThan(0)
    expect(moved.connections).toBe(1)
    await closed(old)
  })

  it('gets in at once when its old connection ends meanwhile', async () => {
    const town = await openTown(things, { devices: [behind('MOVING-3', 1)], settings: { claimMs: 60_000 } })
    const old = await town.dial()
    old.write('MOVING-3\r\n')
    await expect.poll(() => town.status('MOVING-3')?.state).toBe('attached')
    town.dtu('MOVING-3\r\n', addressUnits(1), { localAddress: '127.0.0.2' })
    await expect.poll(() => town.link.list().length).toBe(2)
    old.destroy()
    await expect.poll(() => town.journal.of('MOVING-3-1').length).toBeGreaterThan(0)
  })
})

describe('strangers', () => {
  it('who claim the name of a DTU that answers are turned away and counted; its line goes on', async () => {
    const town = await openTown(things, { devices: [behind('OWNER-1', 1)] })
    town.dtu('OWNER-1\r\n', addressUnits(1))
    await expect.poll(() => town.journal.of('OWNER-1-1').length).toBeGreaterThan(0)
    const thief = await town.dial('127.0.0.2')
    thief.write('OWNER-1\r\n')
    await closed(thief)
    expect(town.link.figures()).toMatchObject({ refusedClaims: 1, replaced: 0 })
    expect(town.log.complained('named a DTU that is connected from elsewhere')).toBe(true)
    const before = town.journal.frames.length
    await expect.poll(() => town.journal.frames.length).toBeGreaterThan(before)
    expect(town.master.lines()).toMatchObject([{ disconnects: 0 }])
  })

  it('from one address that go on taking the name from each other have to wait too', async () => {
    const town = await openTown(things, { devices: [behind('TWINS-1', 1)], settings: { claimMs: 60_000 } })
    for (let turn = 0; turn < 4; turn++) {
      ;(await town.dial()).write('TWINS-1\r\n')
      await expect.poll(() => town.link.figures().registered).toBe(turn + 1)
    }
    expect(town.link.figures()).toMatchObject({ replaced: 3 })
    ;(await town.dial()).write('TWINS-1\r\n')
    await expect
      .poll(() =>
        town.link
          .list()
          .map(({ state }) => state)
          .sort(),
      )
      .toEqual(['attached', 'claiming'])
  })

  it('may be many: two thousand wait, the oldest give way to more, and a known DTU is not disturbed', async () => {
    const town = await openTown(things, { devices: [behind('KNOWN-1', 1)], settings: { strangers: 2_000 } })
    town.dtu('KNOWN-1\r\n', addressUnits(1))
    await expect.poll(() => town.journal.of('KNOWN-1-1').length).toBeGreaterThan(0)
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    const sockets: Socket[] = []
    for (let wave = 0; wave < 10; wave++) {
      const dialled = await Promise.all(Array.from({ length: 210 }, () => town.dial()))
      for (const socket of dialled) socket.write(`STRANGER-${sockets.push(socket)}\r\n`)
    }
    await expect.poll(() => town.link.figures(), { timeout: 10_000 }).toMatchObject({ registered: 2_101, displaced: 100 })
    expect(town.link.list()).toHaveLength(2_001)
    expect(town.status('STRANGER-1')).toBeUndefined()
    expect(town.status('STRANGER-2100')).toMatchObject({ state: 'waiting' })
    // Both ends of each connection stand in this process.
    expect((process.memoryUsage().heapUsed - before) / 2_000).toBeLessThan(50_000)
    const frames = town.journal.frames.length
    await expect.poll(() => town.journal.frames.length).toBeGreaterThan(frames)
    expect(town.master.lines()).toMatchObject([{ disconnects: 0 }])
  }, 30_000)

  it('without a name take no place from those that have one', async () => {
    const town = await openTown(things, { settings: { strangers: 3 } })
    const named = await town.dial()
    named.write('NAMED-1\r\n')
    await expect.poll(() => town.status('NAMED-1')?.state).toBe('waiting')
    for (let nth = 0; nth < 6; nth++) await town.dial()
    await expect.poll(() => town.link.figures().displaced).toBe(3)
    expect(town.status('NAMED-1')).toBeDefined()
  })

  it('that send without end are hung up on', async () => {
    const town = await openTown(things)
    const flood = await town.dial()
    flood.write('FLOOD-1\r\n')
    await expect.poll(() => town.status('FLOOD-1')?.state).toBe('waiting')
    for (let nth = 0; nth < 100 && !flood.destroyed; nth++) flood.write(Buffer.alloc(10_000, nth))
    await closed(flood)
    await expect.poll(() => town.port.stats().closedBy).toEqual({ 'a stranger sends too much': 1 })
  })

  it('and DTUs that nobody hears any more are hung up on: a NAT table has forgotten them', async () => {
    const town = await openTown(things, { limits: { idleMs: 150 } })
    const gone = await town.dial()
    gone.write('GONE-1\r\n')
    await closed(gone)
    expect(town.port.stats().closedBy).toEqual({ silent: 1 })
  })
})
