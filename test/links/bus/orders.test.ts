import { afterEach, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { exceptionResponse } from '../../../devices/protocols/modbus/frame.ts'
import { ModbusUnit } from '../../../devices/simulators/modbus/unit.ts'
import type { CommandOrder } from '../../../gateway/model/command.ts'
import type { Model } from '../../../gateway/model/device.ts'
import { quickModel } from '../fixtures.ts'
import { addressUnits, onLine, Things } from './bus-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

async function gasModel(): Promise<Model> {
  const model = (await loadCatalogue()).model('citygate-gas-rtu')?.model
  if (!model) throw new Error('no such model')
  return model
}

const valveOf = (orders: readonly CommandOrder[]): CommandOrder => {
  const valve = orders.find(order => order.name === 'valveOpen')
  if (!valve) throw new Error('no such order')
  return valve
}

describe('an order on a line', () => {
  it('is done by the device, and shows where the model reads it back', async () => {
    const model = await gasModel()
    const unit = new ModbusUnit(3, model, { sample: at => ({ at, values: { valveOpen: true } }) })
    const { url } = await things.bus(new Map([[3, unit]]))
    const { master } = things.master([onLine(url, 3, model.id)], { models: [model] })
    const valve = valveOf(master.orders('unit-3'))
    const { signal } = new AbortController()
    expect(valve.value).toEqual({ type: 'boolean', values: [false, true] })
    expect(await valve.readBack?.shows(true, signal)).toBe(true)
    expect(await valve.send(false, signal)).toEqual({ type: 'done' })
    // The simulated valve takes half of the time the model gives it.
    await expect.poll(() => valve.readBack?.shows(false, signal), { timeout: 10_000 }).toBe(true)
    expect(await valve.readBack?.shows(true, signal)).toBe('it shows 0')
  })

  it('goes before polls that would keep the line busy for ever', async () => {
    const model = await gasModel()
    const others = [11, 12, 13, 14, 15, 16]
    const { url } = await things.bus(new Map([...addressUnits(...others), [3, new ModbusUnit(3, model, { sample: at => ({ at, values: {} }) })]]), unit =>
      unit > 10 ? { afterMs: 30 } : {},
    )
    const { master } = things.master([...others.map(unit => onLine(url, unit)), onLine(url, 3, model.id)], { models: [model, quickModel] })
    await expect.poll(() => master.lines()[0]?.missed, { timeout: 10_000 }).toBeGreaterThan(10)
    const asked = master.lines()[0]?.requests ?? 0
    expect(await valveOf(master.orders('unit-3')).send(true, new AbortController().signal)).toEqual({ type: 'done' })
    expect((master.lines()[0]?.requests ?? 0) - asked).toBeLessThanOrEqual(3)
  })

  it.each([
    ['refused', { exception: 4 }, { type: 'refused', why: expect.stringContaining('exception 4') }],
    ['unanswered', { silent: true } as const, { type: 'unanswered', why: 'the device did not answer' }],
    ['refused by a gateway', { instead: exceptionResponse(3, 5, 11) }, { type: 'refused', why: expect.stringContaining('exception 11') }],
  ])('is %s as the device says', async (_, conduct, answer) => {
    const model = await gasModel()
    const unit = new ModbusUnit(3, model, { sample: at => ({ at, values: {} }) })
    const { url } = await things.bus(new Map([[3, unit]]), (_unit, request) => (request[1] === 5 ? conduct : undefined))
    const { master } = things.master([onLine(url, 3, model.id)], { models: [model] })
    expect(await valveOf(master.orders('unit-3')).send(true, new AbortController().signal)).toEqual(answer)
  })

  it('waits for a line that is away, and is not sent when its time is over', async () => {
    const model = await gasModel()
    const { master } = things.master([{ ...onLine('dtu://yard', 3, model.id) }], { models: [model] })
    const valve = valveOf(master.orders('unit-3'))
    expect(await valve.send(true, AbortSignal.timeout(150))).toMatchObject({ type: 'unsent' })
  })

  it('there is none for a device that is on no line, or that nobody knows', () => {
    const { master } = things.master([])
    expect(master.orders('nobody')).toEqual([])
  })
})
