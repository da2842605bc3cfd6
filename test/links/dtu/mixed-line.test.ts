import { afterEach, expect, it } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { encodeFrame, identifierBytes } from '../../../devices/protocols/dlt645/encode.ts'
import { protocols } from '../../../devices/protocols/index.ts'
import { SimulatedDtu } from '../../../devices/simulators/dtu/simulated-dtu.ts'
import { type BusParty, SerialBus } from '../../../devices/simulators/modbus/serial-bus.ts'
import { PollSchedule } from '../../../gateway/links/bus/poll-schedule.ts'
import type { Device, Link } from '../../../gateway/model/device.ts'
import { addressUnits, Things } from '../bus/bus-fixtures.ts'
import { openTown } from './dtu-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

const catalogue = await loadCatalogue({})
/** The prefix and the answer of a cold water meter as they were captured together: devices/protocols/cjt188/vectors, record 3504050323. */
const REGISTRATION = 'CTRL:&2017070000000921'
const WATER = Buffer.from('6810210900001700028116901f00000200002c000000002c0000000000000000005b16', 'hex')
const DTU = 'dtu://2017070000000921'
const START_BYTE = 0x68

/** A device whose first poll is due at once: when that is depends on its id. */
function soon(model: string, link: Link): Device {
  const entry = catalogue.model(model)
  const speech = protocols.find(({ id }) => id === entry?.model.protocol)?.bus
  if (!entry || !speech) throw new Error(`${model} is not asked`)
  const polls = speech.polls(entry.model)
  for (let nth = 0; ; nth++) {
    const id = `${model}-${nth}`
    if (new PollSchedule(id, polls, 0).due < 100) return { id, org: 'test', model, link }
  }
}

/** A line with an electricity meter of DL/T 645, a water meter of CJ/T 188 and a Modbus unit on it; the Modbus unit hears all of it. */
function mixedLine(): { join(hear: (bytes: Uint8Array) => void): BusParty } {
  const bus = new SerialBus({ units: addressUnits(7), now: Date.now })
  things.add(() => bus.stop())
  return {
    join: hear => {
      const party = bus.join(hear)
      return {
        leave: () => party.leave(),
        take: bytes => {
          const start = bytes.indexOf(START_BYTE)
          const wakes = bytes.subarray(0, Math.max(0, start)).every(byte => byte === 0xfe)
          if (start < 0 || !wakes) party.take(bytes)
          else if (bytes[start + 7] === START_BYTE) hear(electricity(bytes.subarray(start)))
          else hear(Buffer.concat([Buffer.from('fefefe', 'hex'), WATER]))
        },
      }
    },
  }
}

/** DL/T 645-2007 § 7.1: reads of volts (02010100) are answered with 230.2 V, others refused: no such data (annex A, error byte 02). Made by hand by these rules. */
function electricity(request: Uint8Array): Uint8Array {
  const di = Buffer.from(request.subarray(10, 14).map(byte => byte - 0x33))
    .reverse()
    .toString('hex')
  if (di !== '02010100') return encodeFrame('000000000161', 0xd1, Uint8Array.of(2))
  return encodeFrame('000000000161', 0x91, Uint8Array.of(...identifierBytes(di), 0x02, 0x23))
}

it('a DTU with meters of three protocols on one line: each is asked in its own, and its answers are its own', async () => {
  const water = soon('cjt188-water-meter', { url: DTU, address: '02001700000921' })
  const power = soon('dlt645-single-phase', { url: DTU, address: '000000000161' })
  const unit = soon('eastron-sdm630', { url: DTU, unit: 7 })
  const town = await openTown(things, { devices: [water, power, unit], catalogue, settings: { answerMs: 1_000 } })
  const dtu = new SimulatedDtu({ host: '127.0.0.1', port: town.port.port ?? 0, registration: Buffer.from(REGISTRATION), line: mixedLine() })
  dtu.start()
  things.add(() => dtu.stop())
  const values = (device: Device): object =>
    Object.assign(
      {},
      ...town.journal.of(device.id).map(({ channel, payload }) => {
        const decoded = catalogue.model(device.model)?.decoderFor(channel)?.decode(payload, { receivedAt: 0 })
        return decoded?.ok ? decoded.readings[0]?.values : {}
      }),
    )
  await expect.poll(() => values(water), { timeout: 5_000 }).toMatchObject({ total: 2, valveOpen: true })
  await expect.poll(() => values(power), { timeout: 15_000 }).toMatchObject({ voltageL1: 230.2 })
  await expect.poll(() => town.journal.of(unit.id).length, { timeout: 5_000 }).toBeGreaterThan(0)
}, 30_000)

it('what was captured of a water meter behind a DTU is seen: who it is, what it speaks, and a model for it', async () => {
  const town = await openTown(things, { catalogue })
  const socket = await town.dial()
  socket.write(Buffer.concat([Buffer.from(REGISTRATION), Buffer.from('fefefe', 'hex'), WATER]))
  await expect.poll(() => town.status('2017070000000921')?.seen).toMatchObject([{ protocol: 'cjt188', sender: '02001700000921', count: 1 }])
  expect(town.status('2017070000000921')?.proposals).toContain('cjt188-water-meter')
})
