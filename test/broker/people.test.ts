import { afterEach, expect, test } from 'vitest'
import type { Visitor } from '../../gateway/model/access.ts'
import { Tickets } from '../../gateway/registry/tickets.ts'
import { type Fixture, startBroker, until } from './fixture.ts'

let fixture: Fixture | undefined

afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

test('somebody whose session ended, or whose roles changed, is disconnected within a second or two; others stay', async () => {
  const person = (session: string, role: 'viewer' | 'admin'): Visitor => ({ type: 'person', id: session, session, grants: [{ org: 'pudong-bus', role }] })
  const sessions = new Map(['stays', 'ends', 'changes'].map(session => [session, person(session, 'viewer')]))
  const tickets = new Tickets({ now: Date.now, visitor: session => sessions.get(session) })
  const started = await startBroker({ tickets })
  fixture = started
  const [stays, ends, changes] = await Promise.all([...sessions.values()].map(visitor => started.connect(tickets.issue(visitor))))
  const earlier = tickets.issue(person('ends', 'viewer'))
  sessions.delete('ends')
  sessions.set('changes', person('changes', 'admin'))
  const changedAt = performance.now()
  await until(() => ends?.connected === false && changes?.connected === false)
  // A sweep is a second; all connections are looked at every fifth only.
  expect(performance.now() - changedAt).toBeLessThan(3_500)
  expect(stays?.connected).toBe(true)
  expect(started.broker.stats().refused).toMatchObject({ SESSION_ENDED: 2 })
  await expect(started.connect(earlier)).rejects.toThrow()
})
