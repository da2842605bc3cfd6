import { expect, test } from 'vitest'
import { mayPublish, mayReceive, maySubscribe } from '../../gateway/broker/topic-rights.ts'
import type { Principal } from '../../gateway/model/access.ts'
import { device, TestDirectory } from './fixture.ts'

const directory = new TestDirectory(device('bus-1'), device('bus-2'), device('dtu-1'), device('meter-1', { behind: 'dtu-1' }))
const bus: Principal = { type: 'device', device: 'bus-1' }
const dtu: Principal = { type: 'device', device: 'dtu-1' }
const removed: Principal = { type: 'device', device: 'bus-9' }
const token: Principal = { type: 'token', id: 't', org: 'pudong-bus' }
const buses: Principal = { type: 'token', id: 't', org: 'pudong-bus', kind: 'bus' }
const operator: Principal = { type: 'local' }

const publishes: readonly (readonly [Principal, string, boolean])[] = [
  [bus, 'up/bus-1/telemetry', true],
  [bus, 'up/bus-1/modbus', true],
  [dtu, 'up/dtu-1/modbus', true],
  [dtu, 'up/meter-1/modbus', true],
  [bus, 'up/bus-2/telemetry', false],
  [bus, 'up/meter-1/modbus', false],
  [bus, 'up/nobody/telemetry', false],
  [removed, 'up/bus-9/telemetry', false],
  [bus, 'up/bus-1', false],
  [bus, 'up/bus-1/', false],
  [bus, 'up/bus-1/telemetry/more', false],
  [bus, 'up/bus-1/..', false],
  [bus, '/up/bus-1/telemetry', false],
  [bus, 'up/bus-1 /telemetry', false],
  [bus, 'down/bus-1/command', false],
  [bus, 'city/v1/pudong-bus/bus/bus-1/state', false],
  [bus, '$SYS/x', false],
  [bus, '', false],
  [token, 'up/bus-1/telemetry', false],
  [token, 'city/v1/pudong-bus/bus/bus-1/state', false],
  [operator, 'up/bus-1/telemetry', false],
  [operator, 'down/bus-1/command', false],
]

test.each(publishes)('%o publishes to %s: %s', (principal, topic, expected) => {
  expect(mayPublish(principal, topic, directory).allowed).toBe(expected)
})

test('a right to publish names the device and the channel', () => {
  expect(mayPublish(dtu, 'up/meter-1/modbus', directory)).toEqual({ allowed: true, device: 'meter-1', channel: 'modbus' })
})

const subscribes: readonly (readonly [Principal, string, true | string])[] = [
  [bus, 'down/bus-1/command', true],
  [dtu, 'down/meter-1/command', true],
  [dtu, 'down/dtu-1/modbus', true],
  [bus, 'down/dtu-1/modbus', 'SUBSCRIBE_FORBIDDEN'],
  [token, 'down/dtu-1/modbus', 'SUBSCRIBE_FORBIDDEN'],
  [bus, 'down/bus-2/command', 'SUBSCRIBE_FORBIDDEN'],
  [bus, 'down/+/command', 'SUBSCRIBE_FORBIDDEN'],
  [bus, 'down/bus-1/#', 'SUBSCRIBE_FORBIDDEN'],
  [bus, 'up/bus-1/telemetry', 'SUBSCRIBE_FORBIDDEN'],
  [bus, 'city/v1/pudong-bus/bus/bus-1/state', 'SUBSCRIBE_FORBIDDEN'],
  [bus, '#', 'SUBSCRIBE_FORBIDDEN'],
  [removed, 'down/bus-9/command', 'SUBSCRIBE_FORBIDDEN'],

  [token, 'city/v1/pudong-bus/#', true],
  [token, 'city/v1/pudong-bus/+/+/state', true],
  [token, 'city/v1/pudong-bus/bus/bus-1/reading', true],
  [token, 'city/v1/pudong-bus/bus/bus-1/alarm', true],
  [token, 'city/v1/pudong-bus/bus/bus-1/+', true],
  [token, 'city/v1/pudong-bus/bus/bus-1/state/#', true],
  [token, 'city/v1/+/+/+/reading', true],
  [token, 'city/v1/+/bus/#', true],
  [token, 'city/v1/#', true],
  [token, 'live/v1/pudong-bus/w/t/w/#', true],
  [token, 'live/v1/pudong-bus/#', true],
  [token, 'live/v1/pudong-bus/+/+', true],
  [token, 'live/v1/#', true],
  [token, 'city/v1/water-works/#', 'SUBSCRIBE_FORBIDDEN'],
  [token, 'live/v1/water-works/#', 'SUBSCRIBE_FORBIDDEN'],
  [token, '#', 'SUBSCRIBE_FORBIDDEN'],
  [token, '+/v1/pudong-bus/#', 'SUBSCRIBE_FORBIDDEN'],
  [token, 'up/#', 'SUBSCRIBE_FORBIDDEN'],
  [token, 'up/bus-1/telemetry', 'SUBSCRIBE_FORBIDDEN'],
  [token, 'down/bus-1/command', 'SUBSCRIBE_FORBIDDEN'],
  [token, '$SYS/#', 'SUBSCRIBE_FORBIDDEN'],
  [token, '$share/group/city/v1/pudong-bus/#', 'SHARED_SUBSCRIPTION'],
  [token, 'city/#', 'TOPIC_UNKNOWN'],
  [token, 'city/+/pudong-bus/#', 'TOPIC_UNKNOWN'],
  [token, 'city/v2/pudong-bus/#', 'TOPIC_UNKNOWN'],
  [token, 'city/v1/pudong-bus', 'TOPIC_UNKNOWN'],
  [token, 'city/v1/pudong-bus/bus', 'TOPIC_UNKNOWN'],
  [token, 'city/v1/pudong-bus/bus/bus-1/position', 'TOPIC_UNKNOWN'],
  [token, 'city/v1/pudong-bus/bus/bus-1/state/more', 'TOPIC_UNKNOWN'],
  [token, 'city/v1/pudong-bus/#/state', 'TOPIC_UNKNOWN'],
  [token, 'city/v1/pudong-bus/b+s/#', 'TOPIC_UNKNOWN'],
  [token, 'live/v1/pudong-bus', 'TOPIC_UNKNOWN'],
  [token, 'live/v1/pudong-bus/a/#', 'TOPIC_UNKNOWN'],
  [token, 'live/v1/pudong-bus/wtw/#', 'TOPIC_UNKNOWN'],
  [token, 'live/v1/pudong-bus/w/t/w/3/s/x/y/z/0/1/2/3/4', 'TOPIC_UNKNOWN'],

  [buses, 'city/v1/pudong-bus/bus/#', true],
  [buses, 'city/v1/pudong-bus/+/+/state', true],
  [buses, 'city/v1/+/+/+/reading', true],
  [buses, 'city/v1/#', true],
  [buses, 'city/v1/pudong-bus/water-meter/#', 'SUBSCRIBE_FORBIDDEN'],
  [buses, 'city/v1/water-works/bus/#', 'SUBSCRIBE_FORBIDDEN'],
  [buses, 'live/v1/pudong-bus/#', 'SUBSCRIBE_FORBIDDEN'],
  [buses, 'live/v1/#', 'SUBSCRIBE_FORBIDDEN'],

  [operator, 'city/v1/#', true],
  [operator, 'live/v1/#', true],
  [operator, 'live/v1/water-works/w/#', true],
  [operator, 'city/v1/water-works/#', true],
  [operator, '#', 'SUBSCRIBE_FORBIDDEN'],
  [operator, 'up/#', 'SUBSCRIBE_FORBIDDEN'],
  [operator, 'down/bus-1/command', 'SUBSCRIBE_FORBIDDEN'],
  [operator, '$SYS/#', 'SUBSCRIBE_FORBIDDEN'],
]

test.each(subscribes)('%o subscribes to %s: %s', (principal, filter, expected) => {
  const right = maySubscribe(principal, filter, directory)
  expect(right.allowed ? true : right.reason).toBe(expected)
})

const receives: readonly (readonly [Principal, string, boolean])[] = [
  [token, 'city/v1/pudong-bus/bus/bus-1/state', true],
  [token, 'city/v1/pudong-bus/water-meter/m/state', true],
  [token, 'live/v1/pudong-bus/w/t', true],
  [token, 'city/v1/pudong-bus-2/bus/b/state', false],
  [token, 'city/v1/water-works/bus/b/state', false],
  [token, 'live/v1/water-works/w', false],
  [token, 'up/bus-1/telemetry', false],
  [token, '$SYS/x', false],
  [buses, 'city/v1/pudong-bus/bus/bus-1/state', true],
  [buses, 'city/v1/pudong-bus/bus-stop/b/state', false],
  [buses, 'city/v1/pudong-bus/water-meter/m/state', false],
  [buses, 'live/v1/pudong-bus/w', false],
  [operator, 'city/v1/water-works/bus/b/state', true],
  [operator, 'live/v1/water-works/w', true],
  [operator, 'down/bus-1/command', false],
  [operator, 'up/bus-1/telemetry', false],
  [bus, 'down/bus-1/command', true],
  [dtu, 'down/meter-1/command', true],
  [bus, 'down/bus-2/command', false],
  [bus, 'city/v1/pudong-bus/bus/bus-1/state', false],
]

test.each(receives)('%o receives %s: %s', (principal, topic, expected) => {
  expect(mayReceive(principal, topic, directory)).toBe(expected)
})
