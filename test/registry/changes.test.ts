import { describe, expect, test } from 'vitest'
import type { Device } from '../../gateway/model/device.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const bus: Device = { id: 'bus-1', org: 'pudong', model: 'citygate-bus-unit' }

describe.each(databases)('changes to devices on %s', database => {
  const { place } = places(database, folder)

  test('of several people at one time are all there afterwards', async () => {
    const kept = await place()
    const one = await open(kept)
    // Two programs on one SQLite file are two processes: within one, the second would wait for the thread that it holds up.
    const other = database === 'SQLite' ? one : await open(kept)
    await one.as(tester).addDevice({ ...bus, tags: [] })
    const tag = (registry: typeof one, name: string) =>
      registry.as(tester).alterDevices([bus.id], before => ({ ...before, tags: [...(before.tags ?? []), name] }))
    const names = Array.from({ length: 12 }, (_, number) => `t${number}`)
    await Promise.all(names.map((name, number) => tag(number % 2 === 0 ? one : other, name)))
    const again = await open(kept)
    expect([...(again.get(bus.id)?.tags ?? [])].sort()).toEqual([...names].sort())
  })

  test('answer what is said since, and nobody is told of a change that is none', async () => {
    const registry = await open(await place())
    await registry.as(tester).addDevices([{ device: bus }, { device: { ...bus, id: 'bus-2' } }])
    const changed = await registry.as(tester).alterDevices(['bus-1', 'bus-2', 'bus-1'], before => ({ ...before, name: 'N' }))
    expect(changed).toEqual([
      { ...bus, name: 'N' },
      { ...bus, id: 'bus-2', name: 'N' },
    ])
    await expect(registry.as(tester).alterDevices(['bus-1', 'nobody'], before => ({ ...before, name: 'M' }))).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' })
    expect(registry.get('bus-1')?.name).toBe('N')
  })

  test('never make a circle of concentrators, and never hand a device to another organisation', async () => {
    const registry = await open(await place())
    const ids = ['a', 'b', 'c']
    await registry.as(tester).addDevices(ids.map(id => ({ device: { ...bus, id } })))
    const put = (id: string, behind: string) => registry.as(tester).alterDevices([id], before => ({ ...before, behind }))
    await put('a', 'b')
    await put('b', 'c')
    await expect(put('c', 'a')).rejects.toMatchObject({ code: 'DEVICE_INVALID', message: expect.stringContaining('behind itself, by way of others') })
    expect(registry.get('c')?.behind).toBeUndefined()
    await expect(registry.as(tester).alterDevices(['c'], before => ({ ...before, org: 'minhang' }))).rejects.toThrow(/^org: it belongs to pudong/)
  })
})
