import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { modbus } from '../../../devices/protocols/modbus/protocol.ts'
import type { Protocol } from '../../../devices/protocols/protocol.ts'
import { Recogniser } from '../../../gateway/links/dtu/recogniser.ts'
import { addressUnits, Things } from '../bus/bus-fixtures.ts'
import { behind, openTown } from './dtu-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

const READ = Buffer.from('01040000000271cb', 'hex')

describe('what strangers send', () => {
  it('is looked at for so long a second and no longer, whatever it costs', async () => {
    let looks = 0
    const slow: Protocol = {
      ...modbus,
      recognise: () => {
        looks++
        const until = performance.now() + 10
        while (performance.now() < until);
        return undefined
      },
    }
    const recogniser = new Recogniser([slow], 50)
    for (let nth = 0; nth < 1000; nth++) recogniser.first(READ)
    expect(looks).toBeLessThanOrEqual(10)
    const looked = (): number => {
      recogniser.first(READ)
      return looks
    }
    await expect.poll(looked, { timeout: 3_000 }).toBeGreaterThan(10)
  })

  it('may be noise in single bytes from many: the lines of known DTUs go on', async () => {
    const town = await openTown(things, { devices: [behind('KNOWN-2', 1)] })
    town.dtu('KNOWN-2\r\n', addressUnits(1))
    await expect.poll(() => town.journal.of('KNOWN-2-1').length).toBeGreaterThan(0)
    const sockets = await Promise.all(Array.from({ length: 40 }, () => town.dial()))
    const noise = randomBytes(600)
    for (const byte of noise) {
      for (const socket of sockets) socket.setNoDelay(true).write(Buffer.of(byte))
      await new Promise(resolve => setImmediate(resolve))
    }
    const before = town.journal.frames.length
    await expect.poll(() => town.journal.frames.length).toBeGreaterThan(before + 3)
    expect(town.master.lines()).toMatchObject([{ disconnects: 0 }])
  })
})
