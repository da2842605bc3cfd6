import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { ElectricLoad } from '../../devices/simulators/meter/electricity.ts'
import { loadCurves } from '../../devices/simulators/meter/load-curve.ts'
import { WaterPipe } from '../../devices/simulators/meter/water.ts'
import { ModbusServer } from '../../devices/simulators/modbus/server.ts'
import { ModbusUnit } from '../../devices/simulators/modbus/unit.ts'
import { seededRandom } from '../../devices/simulators/random.ts'
import type { Catalogue, Model } from '../../gateway/model/device.ts'
import { run } from '../support/programs.ts'

const at = Date.UTC(2026, 10, 23, 2)
const [residential] = loadCurves
const power = new ElectricLoad(residential ?? { use: 'residential', workday: [], weekend: [], peakKw: [1, 2], powerFactor: [0.9, 1] }, seededRandom('power'))
const water = new WaterPipe(seededRandom('water'))
let catalogue: Catalogue
let server: ModbusServer

const modelOf = (id: string): Model => {
  const entry = catalogue.model(id)
  if (!entry) throw new Error(id)
  return entry.model
}

beforeAll(async () => {
  catalogue = await loadCatalogue()
  const units = new Map([
    [1, new ModbusUnit(1, modelOf('eastron-sdm630'), power)],
    [2, new ModbusUnit(2, modelOf('tuf-2000m'), water)],
  ])
  server = new ModbusServer({ host: '127.0.0.1', port: 0, units, now: () => at })
  await server.start()
})
afterAll(() => server.stop())

/** Reads with Debian's mbpoll, whose references count from 1. Answers reference → number. */
async function mbpoll(unit: number, type: string, reference: number, count: number, ...more: readonly string[]): Promise<ReadonlyMap<number, number>> {
  const args = ['-m', 'tcp', '-p', String(server.port), '-a', String(unit), '-t', type, '-r', String(reference), '-c', String(count), '-1', '-q', ...more]
  const text = (await run('mbpoll', [...args, '127.0.0.1'])).toString()
  return new Map([...text.matchAll(/^\[(\d+)\]:\s+(\S+)/gm)].map(([, address, number]) => [Number(address), Number(number)]))
}

describe('mbpoll, which is not ours', () => {
  it('reads a simulated SDM630', async () => {
    const { values } = power.sample(at)
    const first = await mbpoll(1, '3:float', 1, 9, '-B')
    for (const [index, field] of ['voltageL1', 'voltageL2', 'voltageL3', 'currentL1', 'currentL2', 'currentL3'].entries()) {
      expect(first.get(1 + 2 * index), field).toBeCloseTo(values[field] ?? 0, 1)
    }
    expect(first.get(13)).toBeCloseTo(1000 * (values.powerL1 ?? 0), -1)
    const energy = await mbpoll(1, '3:float', 73, 1, '-B')
    expect(energy.get(73)).toBeCloseTo(values.importEnergy ?? 0, 0)
  })

  it('reads a simulated TUF-2000M, low word first', async () => {
    const { values } = water.sample(at)
    const flow = await mbpoll(2, '4:float', 1, 1)
    expect(flow.get(1)).toBeCloseTo(values.flow ?? 0, 2)
    const total = await mbpoll(2, '4:int', 9, 1)
    expect(total.get(9)).toBe(Math.trunc(values.total ?? 0))
    // Its calendar in BCD: minute and second, day and hour, year and month. It is 10:00 on 23 November 2026 in Shanghai.
    expect([...(await mbpoll(2, '4:hex', 53, 3)).values()]).toEqual([0x0000, 0x2310, 0x2611])
  })

  it('is told what the product is told: no such register, no odd counts, no such function, no such unit', async () => {
    await expect(mbpoll(1, '3:float', 501, 1, '-B')).rejects.toThrow(/Illegal data address/i)
    await expect(mbpoll(1, '3', 1, 3)).rejects.toThrow(/Illegal data value/i)
    await expect(mbpoll(1, '3', 2, 2)).rejects.toThrow(/Illegal data address/i)
    await expect(mbpoll(1, '4', 1, 2)).rejects.toThrow(/Illegal function/i)
    await expect(mbpoll(77, '3', 1, 2)).rejects.toThrow(/Target device failed to respond/i)
  })
})

describe('the server', () => {
  it('answers requests that come in pieces or together, each with its transaction, and hangs up on what is no Modbus', async () => {
    const request = (transaction: number): number[] => [0, transaction, 0, 0, 0, 6, 1, 4, 0, 0, 0, 2]
    const socket = connect(server.port, '127.0.0.1')
    const got: Buffer[] = []
    socket.on('data', chunk => got.push(chunk))
    const closed = new Promise<void>(resolve => socket.on('close', () => resolve()))
    const together = Uint8Array.from([...request(1), ...request(2), ...request(3)])
    socket.write(together.subarray(0, 17))
    await new Promise(resolve => setTimeout(resolve, 30))
    socket.write(together.subarray(17))
    await expect.poll(() => Buffer.concat(got).length).toBe(3 * 13)
    const bytes = Buffer.concat(got)
    expect([1, 14, 27].map(offset => bytes[offset])).toEqual([1, 2, 3])
    expect(bytes.readFloatBE(9)).toBeCloseTo(power.sample(at).values.voltageL1 ?? 0, 2)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await closed
  })

  it('says which port is taken and what to do', async () => {
    const other = new ModbusServer({ host: '127.0.0.1', port: server.port, units: new Map(), now: () => at })
    await expect(other.start()).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining('--modbus-port') })
  })
})
