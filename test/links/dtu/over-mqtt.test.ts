import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { readRequest } from '../../../devices/protocols/modbus/frame.ts'
import { type Conducts, SerialBus } from '../../../devices/simulators/modbus/serial-bus.ts'
import { Broker } from '../../../gateway/broker/broker.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import { CarriedFrames } from '../../../gateway/links/dtu/carried-frames.ts'
import { MqttLines } from '../../../gateway/links/dtu/mqtt-lines.ts'
import type { Device } from '../../../gateway/model/device.ts'
import { addressesOf, addressUnit, addressUnits, catalogueOf, quick, Things, twoBlocks } from '../bus/bus-fixtures.ts'
import { ListedDevices, quickModel, silent } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'

const things = new Things()
afterEach(() => things.stop())

const DTU: Device = { id: 'dtu-1', org: 'test', model: 'quick' }

function member(unit: number, model = quickModel.id): Device {
  return { id: `unit-${unit}`, org: 'test', model, behind: 'dtu-1', link: { url: 'mqtt://dtu-1', unit } }
}

interface Town {
  readonly journal: MemoryJournal
  readonly master: BusMaster
  dial(): Promise<MqttClient>
}

async function openTown(...devices: readonly Device[]): Promise<Town> {
  const journal = new MemoryJournal()
  const directory = new ListedDevices([DTU, ...devices])
  const carried = new CarriedFrames({ journal, directory })
  const broker = new Broker({
    host: '127.0.0.1',
    port: 0,
    journal: carried,
    directory,
    authenticator: { device: id => ({ type: 'device', device: id }), token: () => undefined, tokenHolds: () => false },
    tickets: { issue: () => ({ username: '', password: '', expiresInSeconds: 1 }), check: () => undefined, holds: () => false },
    log: silent,
    now: Date.now,
  })
  await broker.start()
  const master = new BusMaster({ directory, catalogue: catalogueOf(quickModel, twoBlocks), journal, log: silent, now: Date.now, settings: quick })
  master.start()
  const lines = new MqttLines({ directory, publisher: broker.publisher, carried, buses: master, answerMs: 300, log: silent })
  lines.start()
  things.add(async () => {
    lines.stop()
    await master.stop()
    await broker.stop()
  })
  return {
    journal,
    master,
    dial: async () => {
      const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: 'dtu-1', password: 'x', reconnectPeriod: 0 })
      things.add(() => client.endAsync(true))
      return client
    },
  }
}

/** A transparent DTU: what comes on its topic goes to its line, and back. */
async function carry(client: MqttClient, bus: SerialBus): Promise<void> {
  const party = bus.join(bytes => void client.publish('up/dtu-1/modbus', Buffer.from(bytes), { qos: 1 }))
  client.on('message', (_topic, payload) => party.take(payload))
  await client.subscribeAsync('down/dtu-1/modbus')
}

function line(units: readonly number[], conducts?: Conducts): SerialBus {
  const bus = new SerialBus({ units: addressUnits(...units), now: Date.now, ...(conducts && { conducts }) })
  things.add(() => bus.stop())
  return bus
}

function exchange(unit: number): Buffer {
  const request = readRequest(unit, { functionCode: 4, address: 0, count: 4 })
  return Buffer.concat([request, addressUnit(unit).answer(request.subarray(1, -2), 0)])
}

describe('a line behind a DTU that speaks MQTT', () => {
  it('is asked once the DTU listens to its topic: several units, answers split over messages, each journalled with its request', async () => {
    const town = await openTown(member(1, 'two-blocks'), member(2, 'two-blocks'))
    await carry(
      await town.dial(),
      line([1, 2], (_unit, _request, nth) => (nth % 2 === 0 ? { pieces: 4 } : {})),
    )
    for (const unit of [1, 2]) await expect.poll(() => town.journal.of(`unit-${unit}`).length, { timeout: 5_000 }).toBeGreaterThan(6)
    for (const frame of [...town.journal.of('unit-1'), ...town.journal.of('unit-2')]) {
      const { asked, answered } = addressesOf(frame)
      expect(answered).toBe(asked)
    }
    // What the DTU sent has its receipts, and stands in the journal as carried by it.
    expect(town.journal.of('dtu-1').length).toBeGreaterThan(6)
    expect(new Set(town.journal.of('dtu-1').map(({ channel }) => channel))).toEqual(new Set(['carried']))
  })

  it('is not asked while the DTU does not listen, and again when it does', async () => {
    const town = await openTown(member(1))
    const first = await town.dial()
    const bus = line([1])
    await carry(first, bus)
    await expect.poll(() => town.journal.of('unit-1').length, { timeout: 5_000 }).toBeGreaterThan(0)
    await first.unsubscribeAsync('down/dtu-1/modbus')
    await expect.poll(() => town.master.lines()[0]?.connected, { timeout: 5_000 }).toBe(false)
    const asked = bus.asked.get(1)
    await first.subscribeAsync('down/dtu-1/modbus')
    await expect.poll(() => bus.asked.get(1), { timeout: 5_000 }).toBeGreaterThan(asked ?? 0)
  })
})

describe('a DTU that polls its line by itself', () => {
  it('gives each device the exchanges of its unit, however they are joined and torn', async () => {
    const town = await openTown(member(1), member(2), member(3))
    const client = await town.dial()
    await client.publishAsync('up/dtu-1/modbus', Buffer.concat([exchange(1), exchange(1), exchange(2)]), { qos: 1 })
    expect(town.journal.frames.map(({ device, payload }) => [device, payload.length])).toEqual([
      ['unit-1', 42],
      ['unit-2', 21],
    ])
    const both = Buffer.concat([exchange(3), exchange(2)])
    await client.publishAsync('up/dtu-1/modbus', both.subarray(0, 11), { qos: 1 })
    await client.publishAsync('up/dtu-1/modbus', both.subarray(11), { qos: 1 })
    expect(town.journal.of('unit-3').map(({ payload }) => Buffer.from(payload).toString('hex'))).toEqual([exchange(3).toString('hex')])
    expect(town.journal.of('unit-2')).toHaveLength(2)
    // The receipt of a torn part is for the part: it is kept too.
    expect(town.journal.of('dtu-1').map(({ payload }) => payload.length)).toEqual([11, 31])
  })

  it('with a unit that nobody registered keeps its bytes, and the others theirs', async () => {
    const town = await openTown(member(1))
    const client = await town.dial()
    const message = Buffer.concat([exchange(9), exchange(1), Buffer.from('junk')])
    await client.publishAsync('up/dtu-1/modbus', message, { qos: 1 })
    expect(town.journal.of('unit-1')).toHaveLength(1)
    expect(town.journal.of('dtu-1').map(({ payload }) => Buffer.from(payload).toString('hex'))).toEqual([message.toString('hex')])
  })
})
