import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { Things } from '../bus/bus-fixtures.ts'
import { behind, type DtuTown, openTown } from './dtu-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())

const steps = readFileSync(new URL('session.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => ({ sign: line[0] ?? '', bytes: Buffer.from(line.slice(2), 'hex') }))

/** A connection and what has come on it. */
class Spoken {
  readonly socket: Socket
  heard = ''

  constructor(socket: Socket) {
    this.socket = socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      this.heard += bytes.toString('hex')
    })
  }

  static async dial(town: DtuTown): Promise<Spoken> {
    return new Spoken(await town.dial())
  }
}

describe('a session of a DTU', () => {
  it.each([
    ['packet by packet', false],
    ['byte by byte', true],
  ])('is understood %s', async (_, single) => {
    const town = await openTown(things, { devices: [behind('490154203237518', 1)], settings: { answerMs: 2_000 } })
    const meter = '490154203237518-1'
    let spoken = await Spoken.dial(town)
    let expected = ''
    let frames = 0
    for (const [index, { sign, bytes }] of steps.entries()) {
      const hex = bytes.toString('hex')
      const where = `step ${index + 1}: ${sign} ${hex}`
      if (sign === '~') {
        // The old connection is not ended: nobody tells the gateway that the network is gone.
        spoken = await Spoken.dial(town)
        expected = ''
      } else if (sign === '>') {
        for (const piece of single ? Array.from(bytes, byte => Buffer.of(byte)) : [bytes]) {
          spoken.socket.write(piece)
          await setImmediate()
        }
      } else if (sign === '<') {
        expected += hex
        await expect.poll(() => spoken.heard, { message: where, timeout: 5_000, interval: 5 }).toBe(expected)
      } else {
        await expect.poll(() => town.journal.of(meter).length, { message: where, interval: 5 }).toBeGreaterThan(frames)
        expect(Buffer.from(town.journal.of(meter)[frames++]?.payload ?? []).toString('hex'), where).toBe(hex)
      }
    }
    await expect.poll(() => town.link.figures()).toMatchObject({ connected: 1, strangers: 0, registered: 2, replaced: 1 })
  })
})
