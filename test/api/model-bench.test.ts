import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { loadExampleFrames } from '../../devices/example-frames.ts'
import { openModelBench } from '../../devices/model-bench.ts'
import { CatalogueFrameReader } from '../../gateway/pipeline/frame-reader.ts'
import { type Answered, get } from './ask.ts'
import { type City, startCity } from './city.ts'

const catalogue = await loadCatalogue()
const text = catalogue.model('eastron-sdm630')?.file?.text ?? ''
const copy = text.replace('"eastron-sdm630"', '"acme-em9"')
/** Eastron's own example of a read of voltage L1: request and answer. */
const volts = '01040000000271cb010404436633341b38'
let city: City

beforeAll(async () => {
  city = await startCity({ catalogue, bench: await openModelBench(catalogue), frames: new CatalogueFrameReader(catalogue, await loadExampleFrames(catalogue)) })
  city.directory.put(
    { id: 'meter-1', org: 'pudong', model: 'eastron-sdm630' },
    { id: 'meter-2', org: 'minhang', model: 'eastron-sdm630' },
    { id: 'bus-1', org: 'pudong', model: 'citygate-bus-unit' },
  )
})
afterAll(() => city.server.stop())

const check = (body: unknown): Promise<Answered> => get(city, '/api/v1/models/check', { method: 'POST', body: JSON.stringify(body) })

/** Line and column of a part of a text, from 1. */
function placeOf(source: string, part: string): { readonly line: number; readonly column: number } {
  const at = source.indexOf(part)
  return { line: source.slice(0, at).split('\n').length, column: at - source.lastIndexOf('\n', at) }
}

describe('GET /api/v1/models', () => {
  it('says how many devices have each, of those the asker may see', async () => {
    const of = async (token?: string): Promise<unknown> => {
      const { json } = await get(city, '/api/v1/models', token === undefined ? {} : { token })
      return JSON.parse(JSON.stringify(json)).models.find(({ id }: { readonly id: string }) => id === 'eastron-sdm630')
    }
    expect(await of()).toMatchObject({ maker: 'Eastron', protocol: 'modbus', verified: expect.stringContaining('230.2 V'), devices: 2 })
    expect(await of('cgt_minhang')).toMatchObject({ devices: 1 })
  })
})

describe('GET /api/v1/models/{model}/sheet', () => {
  it('tells what it maps, how it is asked and what that takes, and its file as it is', async () => {
    const answered = await get(city, '/api/v1/models/eastron-sdm630/sheet')
    expect(answered.json).toMatchObject({
      text,
      builtIn: true,
      examples: expect.arrayContaining([expect.objectContaining({ model: 'eastron-sdm630', hex: volts })]),
      points: expect.arrayContaining([
        {
          field: 'voltageL1',
          where: 'input register 0 (0x0000)',
          how: 'f32 ABCD',
          everyMs: 10_000,
          registers: { table: 4, parts: [{ address: 0, count: 2, type: 'f32', order: 'ABCD', scale: 1 }], times: [], offset: 0, invalid: [] },
        },
      ]),
      plan: { baud: 9600, pauseMs: 0, polls: [{ place: { table: 4, address: 0 }, requestBytes: 8 }, {}] },
    })
    // Unchanged, it is not sent again.
    const again = await get(city, '/api/v1/models/eastron-sdm630/sheet', { headers: { 'If-None-Match': String(answered.headers.etag) } }).catch(() => undefined)
    expect(again?.status ?? 304).toBe(304)
  })

  it('reckons the plan for the speed that is asked for', async () => {
    const of = async (baud: number): Promise<number> => JSON.parse((await get(city, `/api/v1/models/eastron-sdm630/sheet?baud=${baud}`)).text).plan.utilisation
    expect(await of(2400)).toBeGreaterThan(3 * (await of(9600)))
    expect((await get(city, '/api/v1/models/eastron-sdm630/sheet?baud=7')).json).toMatchObject({ code: 'QUERY_INVALID', errors: [{ field: 'baud' }] })
  })

  it('knows only models that there are', async () => {
    expect((await get(city, '/api/v1/models/nobody/sheet')).json).toMatchObject({ status: 404, code: 'MODEL_UNKNOWN' })
  })
})

describe('POST /api/v1/models/check', () => {
  it('reads a sound model, and a frame under it', async () => {
    const { json } = await check({ source: copy, hex: volts })
    expect(json).toMatchObject({
      ok: true,
      problems: [],
      warnings: [],
      model: { id: 'acme-em9', kind: 'electricity-meter', protocol: 'modbus', file: 'acme-em9.json' },
      sheet: { plan: { polls: [{}, {}] } },
      decoded: {
        ok: true,
        model: 'acme-em9',
        readings: [{ values: { voltageL1: 230.20001 } }],
        parts: [
          { from: 0, to: 8 },
          { from: 8, to: 17 },
        ],
      },
    })
    // What is written counts, and not the model that is there.
    const halved = await check({ source: copy.replace('"type": "f32" }', '"type": "f32", "scale": 0.5 }'), hex: volts })
    expect(halved.json).toMatchObject({ decoded: { readings: [{ values: { voltageL1: 115.100005 } }] } })
  })

  it('says where it is no JSON', async () => {
    const source = copy.replace('"kind": "electricity-meter",', '"kind": "electricity-meter"')
    const { line } = placeOf(source, '"protocol"')
    expect((await check({ source })).json).toEqual({
      ok: false,
      problems: [{ line, column: 3, message: expect.stringMatching(/^expected JSON: a comma or }; here is "/) }],
      warnings: [],
    })
  })

  it('says where a kind is unknown and a type is none', async () => {
    const kind = copy.replace('"electricity-meter"', '"tram"')
    expect((await check({ source: kind })).json).toMatchObject({
      ok: false,
      problems: [{ ...placeOf(kind, '"tram"'), path: 'kind', message: expect.stringContaining('expected one of') }],
    })
    const type = copy.replace('"type": "f32"', '"type": "f33"')
    expect((await check({ source: type, hex: volts })).json).toMatchObject({
      ok: false,
      problems: [{ ...placeOf(type, '"f33"'), path: 'points[0].type', message: expect.stringContaining('expected a register type') }],
    })
  })

  it('warns of registers that two values share, and of an id that is taken', async () => {
    const source = text.replace('"address": "0x0002"', '"address": "0x0000"')
    expect((await check({ source })).json).toMatchObject({
      ok: true,
      warnings: [
        { ...placeOf(source, '"eastron-sdm630"'), path: 'model' },
        { path: 'points[1].address', message: expect.stringContaining('overlaps points[0] (voltageL1)') },
      ],
    })
  })

  it('says why a frame is none, and what is wrong with one that is refused', async () => {
    expect((await check({ source: copy, hex: 'xyz' })).json).toMatchObject({ ok: true, unread: expect.stringContaining('no hexadecimal digit') })
    expect((await check({ source: copy, hex: '00'.repeat(16_385) })).json).toMatchObject({ ok: true, unread: expect.stringContaining('at most 16384') })
    expect((await check({ source: copy, hex: volts.replace('71cb', '71cc') })).json).toMatchObject({
      decoded: { ok: false, reason: 'CRC_MISMATCH', parts: expect.any(Array) },
    })
  })

  it('bounds what it takes and what it tells', async () => {
    expect((await check({ source: ' '.repeat(60_001) })).json).toMatchObject({
      status: 400,
      errors: [{ field: 'source', problem: expect.stringContaining('60000') }],
    })
    expect((await check({ source: ' '.repeat(120_000) })).status).toBe(413)
    expect((await check({})).json).toMatchObject({ status: 400, errors: [{ field: 'source', problem: 'is missing' }] })
    const wrong = `{${Array.from({ length: 500 }, (_, index) => `"k${index}":0`).join()},"points":[${Array.from({ length: 900 }, () => '{}').join()}]}`
    const { json } = await check({ source: copy.replace('"points": [', `"k": ${wrong}, "points": [${'{}, '.repeat(900)}`) })
    expect(json).toMatchObject({ ok: false, problems: expect.objectContaining({ length: 100 }) })
  })

  it.each([
    ['markup', '<script>alert(1)</script>'],
    ['an object’s own names', '{"__proto__":{"model":"x"},"constructor":{"prototype":1}}'],
    ['half a character', '{"model":"\ud800"}'],
    ['brackets', '['.repeat(60_000)],
  ])('answers %s as text that is no model', async (_, source) => {
    expect((await check({ source })).json).toMatchObject({ ok: false, problems: expect.arrayContaining([expect.objectContaining({ line: 1 })]) })
  })
})
