import { expect, test } from 'vitest'
import type { Visitor } from '../../gateway/model/access.ts'
import { Tickets } from '../../gateway/registry/tickets.ts'

const local: Visitor = { type: 'local' }
const viewer: Visitor = { type: 'person', id: 'li.wei', session: 's-1_A', grants: [{ org: 'pudong-bus', role: 'viewer' }] }
const nobody = (): undefined => undefined

test('a ticket lets in until it expires, and only where it was issued', () => {
  let now = 1_700_000_000_000
  const tickets = new Tickets({ now: () => now, visitor: nobody, ttlSeconds: 60 })
  const { password, expiresInSeconds } = tickets.issue(local)
  expect(expiresInSeconds).toBe(60)
  expect(tickets.check(password)).toEqual(local)
  expect(new Tickets({ now: () => now, visitor: nobody }).check(password)).toBeUndefined()
  now += 59_999
  expect(tickets.check(password)).toEqual(local)
  now += 1
  expect(tickets.check(password)).toBeUndefined()
})

test('a ticket is as good as the session it was made for, and holds as long as its rights', () => {
  let there: Visitor | undefined = viewer
  const tickets = new Tickets({ now: () => 1_700_000_000_000, visitor: session => (session === 's-1_A' ? there : undefined) })
  const { password } = tickets.issue(viewer)
  expect(tickets.check(password)).toEqual(viewer)
  expect(tickets.holds(viewer)).toBe(true)
  there = { ...viewer, grants: [{ org: 'pudong-bus', role: 'operator' }] }
  expect(tickets.check(password)).toEqual(there)
  expect(tickets.holds(viewer)).toBe(false)
  there = { ...viewer, grants: [] }
  expect(tickets.holds(viewer)).toBe(false)
  there = undefined
  expect(tickets.check(password)).toBeUndefined()
  expect(tickets.holds(viewer)).toBe(false)
})

test('no two tickets are the same, and a changed one is refused', () => {
  const tickets = new Tickets({ now: () => 1_700_000_000_000, visitor: () => viewer })
  for (const visitor of [local, viewer]) {
    const { password } = tickets.issue(visitor)
    expect(tickets.issue(visitor).password).not.toBe(password)
    for (let place = 0; place < password.length; place++) {
      const changed = `${password.slice(0, place)}${password[place] === 'A' ? 'B' : 'A'}${password.slice(place + 1)}`
      // The last character of a signature carries four bits that mean something and two that do not.
      if (place < password.length - 1) expect(tickets.check(changed), changed).toBeUndefined()
    }
    for (const text of ['', '.', '..', '...', 'x'.repeat(100_000), `${password}.`, `9${password}`]) expect(tickets.check(text)).toBeUndefined()
  }
})
