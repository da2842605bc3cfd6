import { z } from 'zod'
import { notes } from './notes.ts'
import { duration, size, wholeNumber } from './values.ts'

const bytes = 'a size in bytes, such as 64MB, 2GB or 1.5GiB'

/** A number that bounds something. */
function most(least: number, greatest: number, about: string, example?: string) {
  const expected = `a whole number from ${least} to ${greatest}`
  return { schema: wholeNumber(least, greatest), note: { about, expected, argument: 'NUMBER', ...(example !== undefined && { example }) } }
}

function bounded(usual: number, least: number, greatest: number, about: string) {
  const { schema, note } = most(least, greatest, about)
  return schema.prefault(usual).register(notes, note)
}

function unbounded(example: string, about: string) {
  const { schema, note } = most(1, 1_000_000_000, about, example)
  return schema.exactOptional().register(notes, note)
}

/** What devices, integrators and strangers may cost. docs/limits.md tells what happens beyond each. */
export const limitSettings = z.strictObject({
  payloadBytes: size(1_024)
    .prefault('256KiB')
    .register(notes, {
      about: 'The longest payload a device may publish. A longer one closes its connection.',
      expected: `${bytes}, at least 1KiB`,
      argument: 'SIZE',
    }),
  connections: bounded(20_000, 1, 1_000_000, 'MQTT connections at one time.'),
  connectionsPerAddress: bounded(
    15_000,
    1,
    1_000_000,
    'MQTT connections of one address (IPv6: of a /64) at one time. Mobile carriers put thousands of devices behind one address.',
  ),
  connectionsPerDevice: bounded(
    1,
    1,
    100,
    'MQTT connections of one device at one time. The newest stay: an older one is closed when the device signs in again.',
  ),
  signInsPerAddressPerSecond: bounded(
    2_000,
    1,
    1_000_000,
    'MQTT sign-ins of one address a second, on the long run; those of ten seconds may come at once. Beyond, they are answered later, and refused where that would take more than 20 s.',
  ),
  wrongSignIns: bounded(
    10,
    1,
    1_000_000,
    'Wrong secrets in a row, with one id from one address, before the id is locked for that address: for 10 s, then twice as long with each wrong one. Other addresses are not concerned.',
  ),
  longestLock: duration(1_000).prefault('5m').register(notes, {
    about: 'The longest such lock. A device that is given a new secret is not locked any more.',
    expected: 'a length of time, such as 30s, 5m or 1h, at least 1s',
    argument: 'TIME',
  }),
  wrongSignInsPerAddress: bounded(
    1_000,
    1,
    1_000_000,
    'Wrong secrets of one address, with whatever ids, that are looked at in a row (and a hundredth of it each second). Beyond, only ids that have been right from there are looked at.',
  ),
  messagesPerSecond: unbounded(
    '100',
    'Messages of one client a second, on the long run; beyond, its socket is not read for a moment, and nothing is dropped. Unset: as many as it likes.',
  ),
  bytesPerSecond: unbounded('100000', 'Bytes of payload of one client a second, likewise.'),
  organisationMessagesPerSecond: unbounded('5000', 'Messages of all devices of an organisation a second, likewise. They take turns.'),
  organisationBytesPerSecond: unbounded('5000000', 'Bytes of payload of all devices of an organisation a second, likewise.'),
  inFlightPerClient: bounded(1_000, 1, 65_535, 'Frames of one client that may wait for the disk; beyond, its socket is not read for a moment.'),
  subscriptionsPerClient: bounded(100, 1, 100_000, 'Subscriptions of one MQTT client; further ones are refused.'),
  sessionsPerPrincipal: bounded(16, 1, 10_000, 'Kept sessions (clean session off) of one device or token; in further ones subscriptions are refused.'),
  queuedPerSession: bounded(10_000, 1, 10_000_000, 'QoS 1 messages that wait for one kept session while it is away; newer ones are dropped and counted.'),
  queuedBytesPerSession: size(1_024)
    .prefault('32MiB')
    .register(notes, { about: 'Bytes of those messages; newer ones are dropped and counted.', expected: `${bytes}, at least 1KiB`, argument: 'SIZE' }),
  queuedBytes: size(1_024)
    .prefault('1GiB')
    .register(notes, { about: 'The same for all kept sessions together.', expected: `${bytes}, at least 1KiB`, argument: 'SIZE' }),
  httpConnections: bounded(5_000, 1, 1_000_000, 'HTTP connections at one time, MQTT over WebSocket included. A dashboard holds a handful.'),
  httpConnectionsPerAddress: bounded(2_000, 1, 1_000_000, 'The same of one address (IPv6: of a /64). Proxies named in `http.trustedProxies` are not counted.'),
  apiRequestsPerSecond: bounded(
    1_000,
    1,
    1_000_000,
    'Requests of one token a second, on the long run; those of two seconds may come at once. Beyond, they are answered with 429.',
  ),
  apiRequestsPerAddressPerSecond: bounded(2_000, 1, 1_000_000, 'Requests of one address (IPv6: of a /64) a second, likewise, with and without tokens.'),
  exportRows: bounded(10_000, 10, 99_999, 'Rows of one answer with readings, JSON or CSV; there are more pages.'),
  exportBytes: size(65_536)
    .prefault('16MiB')
    .register(notes, { about: 'Bytes of one such answer, about; there are more pages.', expected: `${bytes}, at least 64KiB`, argument: 'SIZE' }),
})
