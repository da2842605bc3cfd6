import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { encodeTelemetry, type TelemetryMessage } from '../../../devices/protocols/telemetry/encode.ts'

const proto = fileURLToPath(new URL('../../../proto', import.meta.url))
const catalogue = await loadCatalogue()
const context = { receivedAt: 0 }

/** Debian's protoc, which knows nothing of this code. */
function protoc(mode: '--encode' | '--decode', input: string | Uint8Array): Buffer {
  const run = spawnSync('protoc', [`${mode}=citygate.telemetry.v1.Telemetry`, '-I', proto, 'citygate/telemetry/v1/telemetry.proto'], { input })
  if (run.status !== 0) throw new Error(`protoc: ${run.error?.message ?? run.stderr.toString()}`)
  return run.stdout
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const float = fc.float({ noNaN: true, noDefaultInfinity: true })
const count = fc.nat(4_294_967_295)
const timeMs = fc.integer({ min: 1, max: 4_102_444_800_000 })
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const bus = fc.record(
  {
    fixTimeMs: timeMs,
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: 0.001, max: 180, noNaN: true }),
    speedKmh: float,
    headingDeg: float,
    route: text,
    trip: text,
    occupancy: count,
    odometerKm: finite,
    doorOpen: fc.boolean(),
    satellites: count,
    fix: fc.constantFrom('FIX_UNSPECIFIED' as const, 'FIX_2D' as const, 'FIX_3D' as const, 'FIX_DIFFERENTIAL' as const),
  },
  { requiredKeys: ['fixTimeMs', 'latitude', 'longitude'] },
)
const SITE_FIELDS = {
  pm25Ugm3: 'pm25',
  pm10Ugm3: 'pm10',
  tspUgm3: 'tsp',
  noiseDba: 'noise',
  windSpeedMps: 'windSpeed',
  windDirectionDeg: 'windDirection',
  temperatureC: 'temperature',
  humidityPercent: 'humidity',
  pressureKpa: 'pressure',
  illuminanceLux: 'illuminance',
  rainMm: 'rain',
  craneLoadT: 'craneLoad',
  craneMomentPercent: 'craneMoment',
} as const

describe('encodeTelemetry', () => {
  test('makes the bytes that protoc makes', () => {
    const message: TelemetryMessage = {
      batch: {
        items: [
          {
            bus: {
              fixTimeMs: 1_767_225_600_123,
              latitude: 31.230416,
              longitude: -121.5,
              speedKmh: 33.3,
              headingDeg: 0,
              route: '陆家嘴',
              trip: 't',
              occupancy: 4_000_000_000,
              odometerKm: 1e6,
              doorOpen: false,
              satellites: 3,
              fix: 'FIX_DIFFERENTIAL',
            },
          },
          {
            meter: {
              timeMs: 1_767_225_600_000,
              registers: [
                { name: '1.8.0', value: 18422.25 },
                { name: '14.7.0', value: 49.98 },
              ],
            },
          },
          {
            worksite: {
              timeMs: 1_767_225_600_000,
              pm25Ugm3: 1,
              pm10Ugm3: 2,
              tspUgm3: 3,
              noiseDba: 4,
              windSpeedMps: 5,
              windDirectionDeg: 6,
              temperatureC: -7,
              humidityPercent: 8,
              pressureKpa: 9,
              illuminanceLux: 10,
              rainMm: 11,
              craneLoadT: 12,
              craneMomentPercent: 13,
            },
          },
        ],
      },
    }
    const bytes = Buffer.from(encodeTelemetry(message))
    const readable = protoc('--decode', bytes).toString()
    expect(readable).toContain('speed_kmh: 33.3')
    expect(readable).toContain('fix: FIX_DIFFERENTIAL')
    expect(readable).toContain('crane_moment_percent: 13')
    expect(readable).toContain('name: "14.7.0"')
    // Nothing is left that protoc knows by number only, and protoc writes the same bytes again.
    expect(readable).not.toMatch(/^\s*\d+:/m)
    expect(protoc('--encode', readable).toString('hex')).toBe(bytes.toString('hex'))
  })

  test('a bus comes back as it went, as protobuf and as JSON', () => {
    const decoder = catalogue.model('citygate-bus-unit')?.decoderFor('telemetry')
    fc.assert(
      fc.property(bus, position => {
        const { fixTimeMs, latitude, longitude, speedKmh, headingDeg, odometerKm, fix: _fix, ...same } = position
        const values = {
          ...same,
          ...(speedKmh !== undefined && { speed: speedKmh }),
          ...(headingDeg !== undefined && { heading: headingDeg }),
          ...(odometerKm !== undefined && { odometer: odometerKm }),
        }
        const json = new TextEncoder().encode(JSON.stringify({ bus: position }))
        for (const payload of [encodeTelemetry({ bus: position }), json]) {
          const answer = decoder?.decode(payload, context)
          if (!answer?.ok) throw new Error(`refused: ${answer?.detail}`)
          expect(answer.readings).toHaveLength(1)
          const reading = answer.readings[0]
          expect(reading?.at).toBe(fixTimeMs)
          expect(reading?.position).toEqual({ lat: latitude + 0, lon: longitude })
          expect(Object.keys(reading?.values ?? {}).sort()).toEqual(Object.keys(values).sort())
          for (const [field, value] of Object.entries(values)) {
            const got = reading?.values[field]
            // A single-precision number comes back as its shortest decimal: the same single-precision number.
            if (field === 'speed' || field === 'heading') expect(Math.fround(Number(got)) + 0).toBe(Number(value) + 0)
            else expect(got).toEqual(typeof value === 'number' ? value + 0 : value)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a batch of worksite samples comes back as it went', () => {
    const decoder = catalogue.model('citygate-worksite-unit')?.decoderFor('telemetry')
    const measured = fc.record(Object.fromEntries(Object.keys(SITE_FIELDS).map(key => [key, float])), { requiredKeys: ['noiseDba'] })
    const items = fc.array(fc.tuple(timeMs, measured), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(items, samples => {
        const answer = decoder?.decode(encodeTelemetry({ batch: { items: samples.map(([at, values]) => ({ worksite: { ...values, timeMs: at } })) } }), context)
        if (!answer?.ok) throw new Error(`refused: ${answer?.detail}`)
        expect(answer.readings.map(reading => reading.at)).toEqual(samples.map(([at]) => at))
        for (const [index, [, values]] of samples.entries()) {
          for (const [key, field] of Object.entries(SITE_FIELDS)) {
            const sent = values[key]
            const got = answer.readings[index]?.values[field]
            expect(got === undefined ? undefined : Math.fround(Number(got)) + 0).toBe(sent === undefined ? undefined : sent + 0)
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  test('refuses what is no message', () => {
    expect(() => encodeTelemetry({} as TelemetryMessage)).toThrow(/one of: bus, meter/)
  })
})
