import { z } from 'zod'
import { notes } from './notes.ts'
import { duration, host, list, wholeNumber } from './values.ts'

const port = wholeNumber(0, 65_535)
const anyPort = 'a whole number from 0 to 65535 (0: any free port)'

/** Settings of the ways in beside MQTT. */
export const linkSettings = z.strictObject({
  host: host.prefault('127.0.0.1').register(notes, {
    about: 'Where devices dial in that do not speak MQTT. `0.0.0.0` lets other machines in.',
    expected: 'an IP address or a host name',
    argument: 'HOST',
  }),
  jt808: port.exactOptional().register(notes, {
    about: 'The port on which JT/T 808 vehicle terminals dial in. Unset: closed.',
    expected: anyPort,
    argument: 'PORT',
    flag: 'jt808',
    example: '8808',
  }),
  jt808Registration: z.enum(['open', 'closed']).prefault('open').register(notes, {
    about:
      'Whether a vehicle terminal whose phone number is registered is given a code when it asks for one, as JT/T 808 has it. `closed`: only terminals whose code is the secret of their device get in.',
    expected: '`open` or `closed`',
    argument: 'open|closed',
  }),
  jt808VehicleControl: z.enum(['off', 'on']).prefault('off').register(notes, {
    about: 'Whether vehicles may be controlled from here (JT/T 808 message 0x8500: doors).',
    expected: '`off` or `on`',
    argument: 'off|on',
  }),
  hj212: port.exactOptional().register(notes, {
    about: 'The port on which HJ 212 environment stations dial in. Unset: closed.',
    expected: anyPort,
    argument: 'PORT',
    flag: 'hj212',
    example: '8212',
  }),
  dtu: port.exactOptional().register(notes, {
    about: 'The port on which DTUs (cellular serial servers) dial in, whatever is spoken behind them. Unset: closed.',
    expected: anyPort,
    argument: 'PORT',
    flag: 'dtu',
    example: '8502',
  }),
  dtuRegistration: list().prefault(['{imei}', '\\xAA{unit}{id}\\r', 'CTRL:&{id}', '{id}\\r\\n', '{id:6-64}', '{bcd}']).register(notes, {
    about:
      'How DTUs say who they are, in the order in which it is tried; CR and LF behind a packet are skipped. `{id}`, `{id:4-20}`, `{imei}` (15 digits), `{bcd}` (an IMEI in 8 bytes), `{unit}` (one byte), `\\xHH` and `\\r` stand for what they say, other characters for themselves. `PACKET => NAME` names a DTU whose packet is always the same.',
    expected: 'packets (a list in the file, separated by commas elsewhere)',
    argument: 'PACKET',
    list: true,
    example: 'STATION-7 => pump-7',
  }),
  dtuHeartbeat: list().prefault(['ping', 'PING', '\\xFF\\xFF\\x80\\x80']).register(notes, {
    about: 'What DTUs send to keep their connection open, written like a registration. It is counted and skipped.',
    expected: 'packets (a list in the file, separated by commas elsewhere)',
    argument: 'PACKET',
    list: true,
    example: 'ping',
  }),
  dtuIdle: duration(10_000).prefault('10m').register(notes, {
    about: 'A DTU that is neither heard nor asked for so long is hung up on: its connection is dead, or as good as that.',
    expected: 'a length of time, such as 90s or 10m, at least 10s',
    argument: 'TIME',
  }),
  dtuTimeout: duration(1_000).prefault('3s').register(notes, {
    about: 'How long an answer through a DTU may take: two ways through a mobile network, and the line in between.',
    expected: 'a length of time, such as 3s or 10s, at least 1s',
    argument: 'TIME',
  }),
  dtuStrangers: wholeNumber(1, 100_000).prefault(2_000).register(notes, {
    about: 'DTUs without a device that stay connected, waiting to be adopted. Beyond, the oldest gives way.',
    expected: 'a whole number from 1 to 100000',
    argument: 'NUMBER',
  }),
  connections: wholeNumber(1, 1_000_000).prefault(20_000).register(notes, {
    about: 'Connections at one time on each of these ports.',
    expected: 'a whole number from 1 to 1000000',
    argument: 'NUMBER',
  }),
  connectionsPerAddress: wholeNumber(1, 1_000_000).prefault(15_000).register(notes, {
    about: 'The same of one address (IPv6: of a /64). Mobile carriers put thousands of devices behind one address.',
    expected: 'a whole number from 1 to 1000000',
    argument: 'NUMBER',
  }),
  acceptsPerAddressPerSecond: wholeNumber(1, 1_000_000).prefault(2_000).register(notes, {
    about: 'New connections of one address a second on each of these ports, on the long run; those of ten seconds may come at once. Beyond, they are closed.',
    expected: 'a whole number from 1 to 1000000',
    argument: 'NUMBER',
  }),
  bytesPerAddressPerSecond: wholeNumber(1_000, 1_000_000_000).prefault(20_000_000).register(notes, {
    about: 'Bytes of one address a second on each of these ports, on the long run; beyond, its connections are not read for a moment. Nothing is dropped.',
    expected: 'a whole number from 1000 to 1000000000',
    argument: 'NUMBER',
  }),
})
