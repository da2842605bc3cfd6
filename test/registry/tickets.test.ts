import { expect, test } from 'vitest'
import { Tickets } from '../../gateway/registry/tickets.ts'

test('a ticket lets in until it expires, and only where it was issued', () => {
  let now = 1_700_000_000_000
  const tickets = new Tickets({ now: () => now, ttlSeconds: 60 })
  const { password, expiresInSeconds } = tickets.issue()
  expect(expiresInSeconds).toBe(60)
  expect(tickets.check(password)).toBe(true)
  expect(new Tickets({ now: () => now }).check(password)).toBe(false)
  now += 59_999
  expect(tickets.check(password)).toBe(true)
  now += 1
  expect(tickets.check(password)).toBe(false)
})

test('no two tickets are the same, and a changed one is refused', () => {
  const tickets = new Tickets({ now: () => 1_700_000_000_000 })
  const { password } = tickets.issue()
  expect(tickets.issue().password).not.toBe(password)
  for (let place = 0; place < password.length; place++) {
    const changed = `${password.slice(0, place)}${password[place] === 'A' ? 'B' : 'A'}${password.slice(place + 1)}`
    // The last character of a signature carries four bits that mean something and two that do not.
    if (place < password.length - 1) expect(tickets.check(changed), changed).toBe(false)
  }
  for (const text of ['', '.', '..', 'x'.repeat(100_000), `${password}.`, `9${password}`]) expect(tickets.check(text)).toBe(false)
})
