import { expect, test } from 'vitest'
import { mayPublish, mayReceive, maySubscribe } from '../../gateway/broker/topic-rights.ts'
import type { Principal } from '../../gateway/model/access.ts'
import { may, mayAnywhere, mayOverall, type Right, rights } from '../../gateway/model/rights.ts'
import { everyOrg, type Grant, roles } from '../../gateway/model/roles.ts'

const person = (...grants: Grant[]): Principal => ({ type: 'person', id: 'li.wei', session: 's', grants })
const none = { get: () => undefined }

/** What each role may, written down once more by hand. */
const expected: Readonly<Record<(typeof roles)[number], readonly Right[]>> = {
  viewer: ['read'],
  operator: ['read', 'command'],
  engineer: ['read', 'command', 'maintain'],
  admin: ['read', 'command', 'maintain', 'administer'],
}

test.each(roles.flatMap(role => rights.map(right => [role, right] as const)))('a %s of one organisation and %s', (role, right) => {
  const own = person({ org: 'bus', role })
  const all = person({ org: everyOrg, role })
  const allowed = expected[role].includes(right)
  expect(may(own, right, 'bus')).toBe(allowed)
  expect(may(own, right, 'water')).toBe(false)
  expect(may(own, right, everyOrg)).toBe(false)
  expect(mayOverall(own, right)).toBe(false)
  expect(mayAnywhere(own, right)).toBe(allowed)
  expect([may(all, right, 'bus'), mayOverall(all, right), mayAnywhere(all, right)]).toEqual([allowed, allowed, allowed])
})

test('somebody without a grant, and a device, may nothing', () => {
  for (const principal of [person(), { type: 'device', device: 'bus-1' } as const]) {
    for (const right of rights)
      expect([may(principal, right, 'bus'), mayOverall(principal, right), mayAnywhere(principal, right)]).toEqual([false, false, false])
  }
})

test('roles in two organisations do not run together', () => {
  const both = person({ org: 'bus', role: 'admin' }, { org: 'water', role: 'viewer' })
  expect(may(both, 'maintain', 'bus')).toBe(true)
  expect(may(both, 'maintain', 'water')).toBe(false)
  expect(may(both, 'read', 'water')).toBe(true)
})

test('a token reads, gives orders only when it was made for that, and only to its kind', () => {
  const reads: Principal = { type: 'token', id: 't', org: 'bus', kind: 'bus' }
  const orders: Principal = { ...reads, command: true }
  expect([may(reads, 'read', 'bus', 'bus'), may(reads, 'read', 'bus', 'meter'), may(reads, 'read', 'bus'), may(reads, 'read', 'water', 'bus')]).toEqual([
    true,
    false,
    false,
    false,
  ])
  expect([may(reads, 'command', 'bus', 'bus'), may(orders, 'command', 'bus', 'bus'), may(orders, 'maintain', 'bus', 'bus')]).toEqual([false, true, false])
  expect(mayOverall(orders, 'read')).toBe(false)
})

test.each([
  ['city/v1/bus/bus/bus-1/state', true, true],
  ['city/v1/water/meter/m-1/state', false, false],
  ['live/v1/bus/w/t/w', true, true],
  ['live/v1/water/w/t/w', false, false],
  // Wider than the rights: let in, and each message looked at.
  ['city/v1/+/+/+/state', true, undefined],
  ['live/v1/+/w/#', true, undefined],
  ['city/v1/#', true, undefined],
  ['up/bus-1/telemetry', false, false],
  ['down/bus-1/command', false, false],
  ['$SYS/uptime', false, false],
  ['#', false, false],
])('a viewer of the bus company subscribes to %s: %s', (topic, subscribes, receives) => {
  const viewer = person({ org: 'bus', role: 'viewer' })
  expect(maySubscribe(viewer, topic, none).allowed).toBe(subscribes)
  if (receives !== undefined) expect(mayReceive(viewer, topic, none)).toBe(receives)
  expect(mayPublish(viewer, topic, none).allowed).toBe(false)
  expect(maySubscribe(person(), topic, none).allowed).toBe(false)
  expect(mayReceive(person(), topic, none)).toBe(false)
})
