import { describe, expect, test } from 'vitest'
import { kinds } from '../../../devices/kinds/index.ts'
import { compileTelemetry } from '../../../devices/protocols/telemetry/decode.ts'
import { encodeTelemetry } from '../../../devices/protocols/telemetry/encode.ts'
import type { Decoded } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import { catalogueWithExamples } from '../vectors.ts'

const catalogue = await catalogueWithExamples()
const busDecoder = catalogue.model('citygate-bus-unit')?.decoderFor('telemetry')

function decodeBus(payload: Uint8Array | string): Decoded {
  const answer = busDecoder?.decode(typeof payload === 'string' ? new TextEncoder().encode(payload) : payload, { receivedAt: 0 })
  if (!answer) throw new Error('no decoder')
  return answer
}

describe('limits', () => {
  const item = { bus: { fixTimeMs: 1_767_225_600_000, occupancy: 1 } }

  test('ten thousand items are read, one more is refused', () => {
    const most = Array.from({ length: 10_000 }, () => item)
    const answer = decodeBus(encodeTelemetry({ batch: { items: most } }))
    expect(answer.ok && answer.readings.length).toBe(10_000)
    expect(decodeBus(encodeTelemetry({ batch: { items: [...most, item] } }))).toMatchObject({ ok: false, reason: 'TOO_LARGE' })
    expect(decodeBus(JSON.stringify([...most, item]))).toMatchObject({ ok: false, reason: 'TOO_LARGE' })
    expect(decodeBus(JSON.stringify(Array.from({ length: 200 }, () => ({ batch: { items: Array.from({ length: 100 }, () => item) } }))))).toMatchObject({
      ok: false,
      reason: 'TOO_LARGE',
    })
  })

  test('a payload of five megabytes is refused unread', () => {
    expect(decodeBus(new Uint8Array(5 * 1024 * 1024))).toMatchObject({ ok: false, reason: 'TOO_LARGE' })
  })

  test('deep nesting is refused', () => {
    let json = '{}'
    for (let depth = 0; depth < 5000; depth++) json = `{"batch":{"items":[${json}]}}`
    expect(decodeBus(json)).toMatchObject({ ok: false, reason: 'MALFORMED' })
    let bytes = new Uint8Array()
    for (let depth = 0; depth < 300; depth++) bytes = nested(1, nested(4, bytes))
    expect(decodeBus(nested(4, bytes))).toMatchObject({ ok: false, reason: 'MALFORMED' })
  })

  test('a text of 257 characters is refused', () => {
    expect(decodeBus(JSON.stringify({ bus: { fixTimeMs: 1_767_225_600_000, route: 'x'.repeat(257) } }))).toMatchObject({ ok: false, reason: 'MALFORMED' })
  })
})

/** A length-delimited field around some bytes. */
function nested(number: number, inner: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = []
  for (let rest = inner.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return Uint8Array.from([(number << 3) | 2, ...length, ...inner])
}

describe('a wrong type in JSON is named', () => {
  test.each([
    ['{"bus":{"fixTimeMs":"soon"}}', 'bus.fixTimeMs: expected a whole number, found "soon"'],
    ['{"bus":{"fixTimeMs":1,"doorOpen":"yes"}}', 'bus.doorOpen: expected true or false, found "yes"'],
    ['{"bus":{"fixTimeMs":1,"latitude":[31]}}', 'bus.latitude: expected a number, found [31]'],
    ['{"bus":{"fixTimeMs":1,"route":71}}', 'bus.route: expected a text, found 71'],
    ['{"bus":{"fixTimeMs":1,"fix":true}}', 'bus.fix: expected the name of an enumerator, found true'],
    ['{"bus":{"fixTimeMs":1,"occupancy":4294967296}}', 'bus.occupancy: expected a whole number that fits uint32, found 4294967296'],
    ['{"bus":[]}', 'bus: expected an object, found []'],
    ['{"batch":{"items":[{"bus":{"fixTimeMs":1}},{"bus":7}]}}', 'batch.items[1].bus: expected an object, found 7'],
    ['[1]', 'the payload: expected an object, found 1'],
  ])('%s', (json, detail) => {
    expect(decodeBus(json)).toEqual({ ok: false, reason: 'MALFORMED', detail })
  })

  test('a refusal in a batch says which item', () => {
    expect(decodeBus('[{"bus":{"fixTimeMs":1767225600000,"occupancy":1}},{"bus":{"occupancy":1}}]')).toEqual({
      ok: false,
      reason: 'TIME_MISSING',
      detail: 'item 1: no time at bus.fix_time_ms',
    })
  })

  test('names that every object has are not fields', () => {
    // Without the body's name around them, fields are unknown names: the refusal says where they belong.
    expect(decodeBus('{"fixTimeMs":5,"speedKmh":1}')).toMatchObject({
      ok: false,
      reason: 'NO_VALUES',
      detail: expect.stringContaining('bus.fix_time_ms') as string,
    })
    expect(decodeBus('{"__proto__":{"bus":{"fixTimeMs":5,"occupancy":1}},"constructor":1,"toString":2}')).toMatchObject({ ok: false, reason: 'NO_VALUES' })
  })
})

describe("a city's own messages", () => {
  const proto = `syntax = "proto3"; package t; import "google/protobuf/timestamp.proto";
    message M {
      google.protobuf.Timestamp stamp = 1; string text = 2; int64 ns = 3; double s = 4; fixed64 us = 5;
      float plain = 6; optional float maybe = 7; oneof one { uint32 choice = 8; string other = 9; } Mode mode = 10; bool flag = 11;
    }
    enum Mode { IDLE = 0; BUSY = 1; }`
  const points = [{ path: 'plain', field: 'speed' }]

  function decode(mapping: object, json: object): Decoded {
    const kind = kinds.find(each => each.id === 'bus')
    if (!kind) throw new Error('no kind bus')
    const model: Model = {
      id: 't',
      maker: 't',
      title: { en: 't', zh: 't' },
      kind: 'bus',
      protocol: 'telemetry',
      source: 't',
      verified: 't',
      mapping: { proto: 't.proto', message: 't.M', ...mapping },
    }
    return compileTelemetry(model, kind, new Map([['t.proto', proto]])).decode(new TextEncoder().encode(JSON.stringify(json)), { receivedAt: 0 })
  }

  test.each([
    ['stamp', 'timestamp', '2026-01-01T08:00:00.5+08:00'],
    ['text', 'rfc3339', '2026-01-01T00:00:00.5Z'],
    ['ns', 'ns', '1767225600500000000'],
    ['s', 's', 1767225600.5],
    ['us', 'us', '1767225600500000'],
  ])('time at %s in %s', (path, unit, value) => {
    expect(decode({ time: { path, unit }, points }, { [path]: value, plain: 3 })).toEqual({ ok: true, readings: [{ at: 1767225600500, values: { speed: 3 } }] })
  })

  test('a text that is no time is said to be none', () => {
    expect(decode({ time: { path: 'text', unit: 'rfc3339' }, points }, { text: 'noon' })).toMatchObject({ ok: false, reason: 'CLOCK_IMPLAUSIBLE' })
    expect(decode({ time: { path: 'text', unit: 'rfc3339' }, points }, {})).toMatchObject({ ok: false, reason: 'TIME_MISSING' })
  })

  test('absent is zero without presence, and nothing with it', () => {
    const time = { path: 's', unit: 's' }
    expect(decode({ time, points }, { s: 1 })).toEqual({ ok: true, readings: [{ at: 1000, values: { speed: 0 } }] })
    expect(decode({ time, points: [{ path: 'maybe', field: 'speed' }] }, { s: 1 })).toMatchObject({ ok: false, reason: 'NO_VALUES' })
    expect(decode({ time, points: [{ path: 'choice', field: 'occupancy' }] }, { s: 1 })).toMatchObject({ ok: false, reason: 'NO_VALUES' })
  })

  test('values, offsets and invalid values', () => {
    const time = { path: 's', unit: 's' }
    const mapped = [
      { path: 'mode', field: 'route' },
      { path: 'flag', field: 'trip', values: { true: 'on', false: 'off' } },
      { path: 'plain', field: 'speed', scale: 0.1, offset: -4, invalid: [999] },
      { path: 'choice', field: 'doorOpen', values: { 0: false, 1: true } },
    ]
    expect(decode({ time, points: mapped }, { s: 1, mode: 'BUSY', flag: true, plain: 123, choice: 1 })).toEqual({
      ok: true,
      readings: [{ at: 1000, values: { route: 'BUSY', trip: 'on', speed: 12.3 - 4, doorOpen: true } }],
    })
    expect(decode({ time, points: mapped }, { s: 1, mode: 7, plain: 999, choice: 2 })).toEqual({ ok: true, readings: [{ at: 1000, values: { trip: 'off' } }] })
  })
})
