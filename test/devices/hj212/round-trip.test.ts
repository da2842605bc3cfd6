import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { FLAG_WORDS, type Period } from '../../../devices/protocols/hj212/commands.ts'
import { crcOf } from '../../../devices/protocols/hj212/crc.ts'
import { answerTo, encodeData, encodePacket, groupsOf } from '../../../devices/protocols/hj212/encode.ts'
import { readMapping } from '../../../devices/protocols/hj212/mapping.ts'
import { readPacket, standardDialect } from '../../../devices/protocols/hj212/packet.ts'
import { passwordsIn } from '../../../devices/protocols/hj212/secrets.ts'
import { readTime, timeText } from '../../../devices/protocols/hj212/times.ts'
import type { Model } from '../../../gateway/model/device.ts'
import { maskedBytes } from '../../../gateway/model/masked.ts'

const catalogue = await loadCatalogue({})
const entries = [...catalogue.models()].filter(entry => entry.model.protocol === 'hj212')
const head = { qn: '20260801100000000', st: '39', pw: '987654', mn: 'MN1', flag: 4 }

test('the check sum of annex A: its example gives 1C80', () => {
  const data = Buffer.from('QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&')
  expect(crcOf(data, 0, data.length, 'hj212').toString(16)).toBe('1c80')
  expect(crcOf(data, 0, data.length, 'modbus').toString(16).padStart(4, '0')).toBe('0759')
})

describe.each(entries.map(entry => [entry.model.id, entry] as const))('%s', (_, entry) => {
  const mapping = readMapping(entry.model, entry.kind)

  test('what is encoded, split over packets or not, is what is decoded', () => {
    const periods = [...new Set(mapping.points.map(point => point.period))]
    const arbitrary = fc.constantFrom(...periods).chain((period: Period) => {
      const fields = [...new Set(mapping.points.filter(point => point.period === period).map(point => point.field))]
      return fc.record({
        period: fc.constant(period),
        at: fc.integer({ min: 946_684_800, max: 4_102_400_000 }).map(seconds => seconds * 1000),
        values: fc.record(Object.fromEntries(fields.map(field => [field, fc.integer({ min: 0, max: 100_000 }).map(n => n / 1000)]))),
        flag: fc.constantFrom('N', ...Object.keys(FLAG_WORDS)),
      })
    })
    fc.assert(
      fc.property(arbitrary, ({ period, at, values, flag }) => {
        const first = mapping.points.find(point => point.period === period)
        const factor = first?.name.slice(0, first.name.indexOf('-')) ?? ''
        const packets = encodeData(head, period, at, groupsOf(mapping, period, values, { [factor]: flag }), mapping)
        const decoded = entry.decoderFor('hj212')?.decode(Buffer.concat(packets), { receivedAt: at })
        if (!decoded?.ok) throw new Error(JSON.stringify(decoded))
        expect(decoded.readings).toHaveLength(1)
        expect(decoded.readings[0]?.at).toBe(at)
        for (const [field, value] of Object.entries(values)) expect(decoded.readings[0]?.values[field]).toBeCloseTo(Number(value), 6)
        expect(decoded.readings[0]?.quality?.[first?.field ?? '']).toBe(FLAG_WORDS[flag]?.word)
      }),
      { numRuns: 200 },
    )
  })
})

test('times round-trip, and days that are none are refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_400_000 }), seconds => {
      expect(readTime(timeText(seconds * 1000))).toBe(seconds * 1000)
    }),
  )
  for (const text of ['20260230000000', '20261301000000', '20260101240000', '2026010100000', '2026-01-01 000', '2024112320423050'])
    expect(readTime(text)).toBeUndefined()
})

test('an answer has the QN, the MN and the version of what it answers, and asks for nothing', () => {
  const packet = readPacket(...whole(encodePacket({ ...head, cn: '2011', flag: 5, cp: 'DataTime=20260801100000;LA-Rtd=1' })), standardDialect)
  if ('ok' in packet) throw new Error(packet.detail)
  const answer = readPacket(...whole(answerTo(packet, '9014')), standardDialect)
  expect(answer).toMatchObject({ qn: head.qn, st: '91', cn: '9014', mn: 'MN1', flag: 4, cp: '' })
})

test('the units of a product become those of the kind: ng, µg and mg', () => {
  for (const [unit, factor] of [
    ['ng/m³', 0.001],
    ['µg/m³', 1],
    ['mg/m³', 1000],
  ] as const) {
    const model = worksite({ points: [{ factor: 'a34002', value: 'Rtd', field: 'pm10', unit }] })
    const kind = catalogue.kind('worksite')
    expect(kind && readMapping(model, kind).points[0]?.back(factor)).toBeCloseTo(1, 9)
  }
})

const points = [{ factor: 'a34002', value: 'Rtd', field: 'pm10' }]
test.each([
  [{ points: [{ factor: 'a34002', value: 'Rtd', field: 'dust' }] }, /points\[0\]\.field: kind worksite has no field "dust"/],
  [{ points: [{ factor: 'a34002', value: 'Avg', field: 'pm10' }] }, /points\[0\]\.of: expected realTime, minute, hour or day/],
  [{ points: [{ factor: 'a34002', value: 'Rtd', field: 'pm10', unit: 'kPa' }] }, /points\[0\]\.unit: expected a unit that can be turned into µg\/m³/],
  [{ points: [{ factor: 'a34002', value: 'Rtd', field: 'pm10', unit: 'g' }] }, /points\[0\]\.unit: expected the unit of the device/],
  [{ points: [...points, ...points] }, /points\[1\]\.factor: a34002-Rtd of this period is mapped already/],
  [{ points, dialect: { crc: 'ccitt' } }, /dialect\.crc: expected "hj212"/],
  [{ points, timeZone: 'Asia/Shanghai' }, /timeZone: expected an offset/],
  [{ points, minuteData: '90m' }, /minuteData: expected a period/],
  [{ points, password: 'x' }, /password: unknown key/],
])('a mapping that is wrong is refused: %j', (mapping, expected) => {
  const kind = catalogue.kind('worksite')
  expect(() => kind && readMapping(worksite(mapping), kind)).toThrow(expected)
})

test('no decoder and no explanation shows the password', () => {
  const secret = 's3cr3tpw'
  for (const cp of ['DataTime=20260801100000;LA-Rtd=1', 'nonsense', 'NewPW=s3cr3tpw', '']) {
    const good = encodePacket({ ...head, pw: secret, cn: '2011', cp })
    for (const bytes of [good, Buffer.concat([good.subarray(0, 60), Buffer.from('\r\n')]), good.subarray(0, 70), good.subarray(4)]) {
      for (const entry of entries) {
        const said = JSON.stringify([entry.explain?.(bytes), entry.decoderFor('hj212')?.decode(bytes, { receivedAt: 0 })])
        if (said.includes(secret)) throw new Error(`${entry.model.id}: ${bytes.toString('latin1')}: ${said}`)
      }
    }
  }
  expect(entries.length).toBeGreaterThan(2)
})

function whole(bytes: Buffer): [Buffer, number, number] {
  return [bytes, 0, bytes.length]
}

function worksite(mapping: object): Model {
  return { id: 't', maker: 't', title: { en: 't', zh: 't' }, kind: 'worksite', protocol: 'hj212', source: 't', verified: 't', mapping }
}

test('passwords are found wherever they stand, in whole packets and in any part of one', () => {
  const secret = fc.stringMatching(/^[A-Z0-9]{1,9}$/)
  fc.assert(
    fc.property(secret, fc.constantFrom('DataTime=20260801100000;LA-Rtd=1', 'NewPW=@'), fc.nat({ max: 200 }), (pw, cp, cut) => {
      const whole = encodePacket({ qn: '20260801100000000', st: '39', cn: '1072', pw, mn: '-', flag: 5, cp: cp.replace('@', pw) })
      const part = whole.subarray(0, Math.min(cut, whole.length))
      for (const bytes of [whole, part]) {
        const shown = Buffer.from(maskedBytes(bytes, passwordsIn(bytes)).bytes).toString('latin1')
        expect(shown).toHaveLength(bytes.length)
        for (const [, value] of shown.matchAll(/PW=([^;&]*)/g)) expect(value).toMatch(/^\**$/)
        // What is no password stands as it came.
        expect(shown.replace(/PW=\**/g, 'PW=')).toBe(bytes.toString('latin1').replace(/PW=[^;&]*/g, 'PW='))
      }
    }),
  )
})
