import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { BOOLEAN, DOUBLE, INT64, readPayload, writePayload } from '../../devices/protocols/sparkplug/payload.ts'

const PROTO = new URL('../../proto', import.meta.url).pathname

/** Debian's protoc with the published file, without a line of our code. */
function protoc(mode: '--encode' | '--decode', input: string | Uint8Array): Buffer {
  const run = spawnSync('protoc', [`${mode}=citygate.sparkplug.v1.Payload`, '-I', PROTO, 'sparkplug_b.proto'], { input })
  expect(run.stderr.toString()).toBe('')
  return run.stdout
}

it('what protoc makes of the published file is read as it says', () => {
  const bytes = protoc(
    '--encode',
    `timestamp: 1795665600000 seq: 255
     metrics { name: "Voltage/L1" alias: 7 timestamp: 1795665600001 datatype: 10 is_historical: true double_value: 230.25 }
     metrics { name: "small" datatype: 1 int_value: 4294967291 }
     metrics { name: "unsigned" datatype: 7 int_value: 4294967291 }
     metrics { name: "large" datatype: 4 long_value: 18446744073709551611 }
     metrics { name: "wide alias" alias: 9007199254740993 float_value: 0.5 }
     metrics { name: "on" datatype: 11 boolean_value: true }
     metrics { name: "text" datatype: 12 string_value: "电" }
     metrics { name: "none" datatype: 10 is_null: true }`,
  )
  expect(readPayload(bytes)).toEqual({
    timestamp: 1795665600000,
    seq: 255,
    metrics: [
      { name: 'Voltage/L1', alias: '7', timestamp: 1795665600001, datatype: 10, historical: true, value: 230.25 },
      { name: 'small', datatype: 1, value: -5 },
      { name: 'unsigned', datatype: 7, value: 4294967291 },
      { name: 'large', datatype: 4, value: -5 },
      { name: 'wide alias', alias: '9007199254740993', value: 0.5 },
      { name: 'on', datatype: 11, value: true },
      { name: 'text', datatype: 12, value: '电' },
      { name: 'none', datatype: 10 },
    ],
  })
})

it('what the gateway writes is read by protoc as it means it', () => {
  const bytes = writePayload({
    timestamp: 1000,
    seq: 3,
    metrics: [
      { name: 'Node Control/Rebirth', datatype: BOOLEAN, value: true },
      { alias: '7', timestamp: 999, datatype: DOUBLE, historical: true, value: 1.5 },
      { name: 'bdSeq', datatype: INT64, value: -5 },
      { name: 'none' },
    ],
  })
  expect(protoc('--decode', bytes).toString().replace(/\s+/g, ' ').trim()).toBe(
    'timestamp: 1000 metrics { name: "Node Control/Rebirth" datatype: 11 boolean_value: true } ' +
      'metrics { alias: 7 timestamp: 999 datatype: 10 is_historical: true double_value: 1.5 } ' +
      'metrics { name: "bdSeq" datatype: 4 long_value: 18446744073709551611 } metrics { name: "none" is_null: true } seq: 3',
  )
})
