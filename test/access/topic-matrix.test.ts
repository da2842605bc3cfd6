import { expect, it } from 'vitest'
import { mayPublish, mayReceive, maySubscribe } from '../../gateway/broker/topic-rights.ts'
import type { Principal } from '../../gateway/model/access.ts'
import type { Device } from '../../gateway/model/device.ts'
import type { Grant } from '../../gateway/model/roles.ts'

const person = (...grants: Grant[]): Principal => ({ type: 'person', id: 'li.wei', session: 's', grants })

/** Who asks, in the order of every row. Without a mark: of the organisation `pudong`. */
const askers: readonly (readonly [string, Principal])[] = [
  ['device bus-1', { type: 'device', device: 'bus-1' }],
  ['token', { type: 'token', id: 't', org: 'pudong' }],
  ['token for meters', { type: 'token', id: 't', org: 'pudong', kind: 'meter' }],
  ['token with command', { type: 'token', id: 't', org: 'pudong', command: true }],
  ['token of minhang', { type: 'token', id: 't', org: 'minhang' }],
  ['nobody’s person', person()],
  ['viewer', person({ org: 'pudong', role: 'viewer' })],
  ['operator', person({ org: 'pudong', role: 'operator' })],
  ['engineer', person({ org: 'pudong', role: 'engineer' })],
  ['admin', person({ org: 'pudong', role: 'admin' })],
  ['admin of minhang', person({ org: 'minhang', role: 'admin' })],
  ['admin of *', person({ org: '*', role: 'admin' })],
  ['local', { type: 'local' }],
]

const devices = new Map<string, Device>([
  ['bus-1', { id: 'bus-1', org: 'pudong', model: 'bus-unit' }],
  ['meter-1', { id: 'meter-1', org: 'pudong', model: 'sdm630', behind: 'bus-1' }],
  ['bus-2', { id: 'bus-2', org: 'minhang', model: 'bus-unit' }],
])

// By hand, a letter an asker: y may, - may not.
const publish = {
  'up/bus-1/telemetry': 'y------------',
  'up/meter-1/telemetry': 'y------------',
  'up/bus-2/telemetry': '-------------',
  'up/nobody/telemetry': '-------------',
  'down/bus-1/command': '-------------',
  'city/v1/pudong/bus/bus-1/state': '-------------',
  'live/v1/pudong/w/t': '-------------',
  'spBv1.0/group/NDATA/bus-1': 'y------------',
  'spBv1.0/group/DDATA/bus-1/meter-1': 'y------------',
  'spBv1.0/group/NDATA/bus-2': '-------------',
  '$SYS/broker': '-------------',
}
const subscribe = {
  'city/v1/pudong/bus/bus-1/state': '-y-y--yyyy-yy',
  'city/v1/pudong/meter/+/state': '-yyy--yyyy-yy',
  'city/v1/minhang/bus/bus-2/state': '----y-----yyy',
  // Wider than the rights: let in, and each message looked at.
  'city/v1/+/+/+/state': '-yyyy-yyyyyyy',
  'city/v1/#': '-yyyy-yyyyyyy',
  'live/v1/pudong/w/t/#': '-y-y--yyyy-yy',
  'live/v1/minhang/w/t/#': '----y-----yyy',
  'live/v1/+/w/#': '-y-yy-yyyyyyy',
  'down/bus-1/command': 'y------------',
  'down/meter-1/modbus': 'y------------',
  'down/bus-2/command': '-------------',
  'up/bus-1/telemetry': '-------------',
  'up/#': '-------------',
  '#': '-------------',
  '+/+/#': '-------------',
  '$SYS/#': '-------------',
  '$share/group/city/v1/#': '-------------',
  'spBv1.0/group/NCMD/bus-1': 'y------------',
  'spBv1.0/group/NCMD/bus-2': '-------------',
}
const receive = {
  'city/v1/pudong/bus/bus-1/state': '-y-y--yyyy-yy',
  'city/v1/pudong/meter/meter-1/reading': '-yyy--yyyy-yy',
  'city/v1/minhang/bus/bus-2/alarm': '----y-----yyy',
  'city/v1/pudong2/bus/bus-3/state': '-----------yy',
  'live/v1/pudong/w/t': '-y-y--yyyy-yy',
  'live/v1/minhang/w/t': '----y-----yyy',
  'down/bus-1/command': 'y------------',
  'down/meter-1/modbus': 'y------------',
  'down/bus-2/command': '-------------',
  'up/bus-1/telemetry': '-------------',
}

it('every form of topic lets in whom it should, and nobody else', () => {
  const lookUp = { get: (id: string) => devices.get(id) }
  const row = (may: (principal: Principal) => boolean): string => askers.map(([, principal]) => (may(principal) ? 'y' : '-')).join('')
  const rows = (table: object, may: (principal: Principal, topic: string) => boolean): Record<string, string> =>
    Object.fromEntries(Object.keys(table).map(topic => [topic, row(principal => may(principal, topic))]))
  const seen = {
    publish: rows(publish, (principal, topic) => mayPublish(principal, topic, lookUp).allowed),
    subscribe: rows(subscribe, (principal, filter) => maySubscribe(principal, filter, lookUp).allowed),
    receive: rows(receive, (principal, topic) => mayReceive(principal, topic, lookUp)),
  }
  console.log(printed(seen))
  expect(seen).toEqual({ publish, subscribe, receive })
})

function printed(seen: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const head = askers.map(([name], index) => `${' '.repeat(46)}${'|'.repeat(index)}${name}`)
  const lines = Object.entries(seen).flatMap(([what, rows]) => Object.entries(rows).map(([topic, cells]) => `${what.padEnd(11)}${topic.padEnd(35)}${cells}`))
  return [...head, ...lines].join('\n')
}
