import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Heard } from '../../gateway/live/heard.ts'
import { LiveStates } from '../../gateway/live/live-states.ts'
import type { Presence } from '../../gateway/model/presence.ts'
import { busReading, memoryLog, NOON } from './fakes.ts'

let folder: string
let live: LiveStates

const open = async (): Promise<LiveStates> => {
  const opened = new LiveStates({ file: join(folder, 'live.db'), log: memoryLog() })
  await opened.start()
  return opened
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-live-'))
  live = await open()
})

afterEach(async () => {
  await live.stop()
  rmSync(folder, { recursive: true, force: true })
})

const said = (origin: number, state: Presence['state'], session?: number): Presence => ({
  device: 'bus-1',
  state,
  ...(session !== undefined && { session }),
  receivedAt: NOON + origin,
  origin,
})
const goneSince = (): number | undefined => live.get('bus-1')?.goneSince

describe('a device that is said to be gone', () => {
  it('is stale at once, with a new revision, over a restart, until it shows itself', async () => {
    await live.take([busReading({ origin: 1 })])
    const before = live.revision
    live.hear([said(2, 'gone')])
    expect(goneSince()).toBe(NOON + 2)
    expect(live.get('bus-1')?.revision).toBeGreaterThan(before)
    await live.stop()
    live = await open()
    expect(goneSince()).toBe(NOON + 2)
    // What it had in its memory, and what is taken again, brings it back as little as the same death kills it twice.
    await live.take([busReading({ origin: 1 }), busReading({ origin: 3, at: NOON + 1, flags: { historical: true } })])
    expect(goneSince()).toBe(NOON + 2)
    const gone = live.revision
    await live.take([busReading({ origin: 4, at: NOON + 4 })])
    expect(goneSince()).toBeUndefined()
    expect(live.get('bus-1')?.revision).toBeGreaterThan(gone)
    live.hear([said(2, 'gone')])
    expect(goneSince()).toBeUndefined()
  })

  it('comes back by a birth that brings no value', async () => {
    await live.take([busReading({ origin: 1 })])
    live.hear([said(2, 'gone'), said(3, 'begun', 1)])
    expect(goneSince()).toBe(NOON + 2)
    live.hear([said(4, 'alive')])
    expect(goneSince()).toBeUndefined()
  })

  it('is not gone by the late end of an earlier connection', async () => {
    await live.take([busReading({ origin: 1 })])
    live.hear([said(2, 'alive', 7), said(3, 'gone', 6)])
    expect(goneSince()).toBeUndefined()
    live.hear([said(4, 'gone', 7)])
    expect(goneSince()).toBe(NOON + 4)
  })

  it('is known as gone when its first reading was taken after its death was heard, and alive when the reading is newer', async () => {
    live.hear([said(5, 'gone')])
    await live.take([busReading({ origin: 4 })])
    expect(goneSince()).toBe(NOON + 5)
    await live.take([busReading({ origin: 6, at: NOON + 6 })])
    expect(goneSince()).toBeUndefined()
  })
})

describe('what was heard', () => {
  it('is the same when the journal is replayed from anywhere', () => {
    const event = fc.record({ state: fc.constantFrom<Presence['state']>('alive', 'gone', 'begun'), session: fc.option(fc.nat({ max: 2 }), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.nat({ max: 12 }), (events, from) => {
        const all = events.map(({ state, session }, origin) => said(origin, state, session))
        const once = new Heard()
        for (const each of all) once.take(each)
        const again = new Heard()
        for (const each of [...all, ...all.slice(from)]) again.take(each)
        expect(again.goneSince).toBe(once.goneSince)
      }),
    )
  })
})
