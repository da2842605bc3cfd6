import { z } from 'zod'
import { notes } from './notes.ts'
import { host, wholeNumber } from './values.ts'

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
  connections: wholeNumber(1, 1_000_000).prefault(20_000).register(notes, {
    about: 'Connections at one time on each of these ports.',
    expected: 'a whole number from 1 to 1000000',
    argument: 'NUMBER',
  }),
})
