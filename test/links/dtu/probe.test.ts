import { afterEach, describe, expect, it } from 'vitest'
import { addressUnits, Things } from '../bus/bus-fixtures.ts'
import { behind, openTown } from './dtu-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

describe('a probe of what stands behind a DTU', () => {
  it('finds who answers, refusals and answers in pieces among them, and leaves the DTU waiting', async () => {
    const town = await openTown(things)
    const dtu = town.dtu('PROBED-1\r\n', addressUnits(2, 3, 5), {
      conducts: (unit, request) => (unit === 3 ? { exception: 2 } : unit === 5 && request[1] === 3 ? { silent: true } : { pieces: 2 }),
    })
    await expect.poll(() => town.status('PROBED-1')?.state).toBe('waiting')
    expect(town.link.probe('PROBED-1', 1, 6)).toMatchObject({ state: 'running', of: 6 })
    expect(town.status('PROBED-1')?.state).toBe('probed')
    expect(() => town.link.probe('PROBED-1', 1, 6)).toThrow('can not be asked now')
    await expect.poll(() => town.link.probed('PROBED-1')?.state, { timeout: 5_000 }).toBe('done')
    expect(town.link.probed('PROBED-1')).toEqual({
      state: 'done',
      asked: 6,
      of: 6,
      found: [
        { protocol: 'modbus', address: '2', asked: 'holding registers 0 and 1' },
        { protocol: 'modbus', address: '3', asked: 'holding registers 0 and 1', refused: 'exception 2 (illegal data address)' },
        { protocol: 'modbus', address: '5', asked: 'input registers 0 and 1' },
      ],
    })
    await expect.poll(() => town.status('PROBED-1')?.state).toBe('waiting')
    expect(dtu.connections).toBe(1)
  })

  it('has the line to itself, and gives it back to the devices on it', async () => {
    const town = await openTown(things, { devices: [behind('PROBED-2', 1)] })
    town.dtu('PROBED-2\r\n', addressUnits(1))
    await expect.poll(() => town.journal.of('PROBED-2-1').length).toBeGreaterThan(0)
    town.link.probe('PROBED-2', 1, 2)
    await expect.poll(() => town.link.probed('PROBED-2')?.state, { timeout: 5_000 }).toBe('done')
    const before = town.journal.of('PROBED-2-1').length
    await expect.poll(() => town.journal.of('PROBED-2-1').length, { timeout: 5_000 }).toBeGreaterThan(before)
    expect(town.status('PROBED-2')?.state).toBe('attached')
  })

  it('is broken off when the DTU goes, and refused for one that is not connected', async () => {
    const town = await openTown(things)
    const dtu = town.dtu('PROBED-3\r\n', new Map())
    await expect.poll(() => town.status('PROBED-3')?.state).toBe('waiting')
    town.link.probe('PROBED-3', 1, 247)
    dtu.stop()
    await expect.poll(() => town.link.probed('PROBED-3')).toMatchObject({ state: 'broken', problem: 'the DTU hung up' })
    expect(() => town.link.probe('PROBED-3', 1, 2)).toThrow('no DTU PROBED-3 is connected')
  })
})
