import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { readRequest, readResponse } from '../../devices/protocols/modbus/frame.ts'
import { GatewayError } from '../../gateway/model/errors.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-models-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const METER = {
  model: 'acme-one',
  maker: 'Acme',
  title: { en: 'Acme One', zh: '爱可美一号' },
  kind: 'electricity-meter',
  protocol: 'modbus',
  source: 'Acme manual 1.2',
  verified: 'a bench unit',
  read: { function: 3 },
  points: [{ field: 'frequency', address: 16, type: 'u16', scale: 0.01 }],
}

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const error: unknown = await loadCatalogue({ folders: [folder] }).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof GatewayError)) throw new Error(`expected MODEL_INVALID, got ${String(error)}`)
  expect(error.code).toBe('MODEL_INVALID')
  expect(error.retryable).toBe(false)
  return error.message
}

test('a model put into a folder is served with no code', async () => {
  await writeFile(join(folder, 'acme-one.json'), JSON.stringify(METER))
  const catalogue = await loadCatalogue({ folders: [folder] })
  const payload = Buffer.concat([readRequest(7, { functionCode: 3, address: 16, count: 1 }), readResponse(7, 3, Uint8Array.of(0x13, 0x88))])
  expect(catalogue.model('acme-one')?.decoderFor('modbus')?.decode(payload, { receivedAt: 0 })).toEqual({ ok: true, readings: [{ values: { frequency: 50 } }] })
  expect(catalogue.model('eastron-sdm630')).toBeDefined()
  expect([...catalogue.kinds()].map(kind => kind.id)).toContain('water-meter')
  expect(catalogue.kind('bus')?.moves).toBe(true)
})

test('the worked example of the README is a model', async () => {
  const readme = await readFile(new URL('../../devices/README.md', import.meta.url), 'utf8')
  const example = /```json\n(\{[\s\S]*?\n\})\n```/.exec(readme)?.[1]
  await writeFile(join(folder, 'acme-em3.json'), example ?? '')
  const entry = (await loadCatalogue({ folders: [folder] })).model('acme-em3')
  const payload = Buffer.concat([readRequest(1, { functionCode: 3, address: 0, count: 1 }), readResponse(1, 3, Uint8Array.of(0x08, 0xfe))])
  expect(entry?.decoderFor('modbus')?.decode(payload, { receivedAt: 0 })).toEqual({ ok: true, readings: [{ values: { voltageL1: 230.2 } }] })
})

test("a city's own .proto and mapping are a folder, its imports below it", async () => {
  await cp(fileURLToPath(new URL('../../devices/models/examples/nanhai-transit', import.meta.url)), folder, { recursive: true })
  const catalogue = await loadCatalogue({ folders: [folder] })
  const json = new TextEncoder().encode('{"samples":[{"t":1767225600,"heads":4}]}')
  expect(catalogue.model('nanhai-obu')?.decoderFor('telemetry')?.decode(json, { receivedAt: 0 })).toMatchObject({ ok: true })
})

describe('a mistake is answered with file, line and what was expected', () => {
  test('in a register map, all at once', async () => {
    const text = JSON.stringify(
      { ...METER, read: { function: 9, largestBlock: 12 }, points: [{ field: 'frequenzy', address: '16', type: 'u17' }, { adress: 1 }] },
      null,
      2,
    )
    const message = await problemsOf({ 'acme.json': text })
    const line = (part: string): number => text.slice(0, text.indexOf(part)).split('\n').length
    expect(message).toContain(`acme.json:${line('"function": 9')}: read.function: expected function 1`)
    expect(message).toContain(`acme.json:${line('"16"')}: points[0].address: expected an address`)
    expect(message).toContain(`acme.json:${line('"u17"')}: points[0].type: expected a register type: u16`)
    expect(message).toMatch(/acme\.json:\d+: points\[1\]\.adress: unknown key "adress"/)
    expect(message).toMatch(/acme\.json:\d+: points\[0\]\.field: kind electricity-meter has no field "frequenzy"/)
    expect(message).not.toContain('    at ')
  })

  test('in a field that the kind does not have', async () => {
    const message = await problemsOf({ 'a.json': JSON.stringify({ ...METER, points: [{ field: 'flow', address: 1, type: 'u16' }] }, null, 1) })
    expect(message).toMatch(/a\.json:\d+: points\[0\]\.field: kind electricity-meter has no field "flow"; it has voltageL1/)
  })

  test('in two files', async () => {
    const message = await problemsOf({
      'a.json': JSON.stringify({ ...METER, kind: 'tram' }),
      'b.json': JSON.stringify({ ...METER, model: 'b', protocol: 'morse' }),
    })
    expect(message).toMatch(/a\.json:1: kind: expected one of .*bus/)
    expect(message).toMatch(/b\.json:1: protocol: expected one of telemetry, modbus/)
  })

  test.each([
    ['no JSON', '{\n "model": "x",\n oops\n}', /bad\.json:3: expected JSON/],
    ['a key twice', '{\n "model": "x",\n "model": "y"\n}', /bad\.json:3: expected JSON: each key once, and "model" stands twice/],
    ['a YAML file in disguise', 'model: x\n', /bad\.json:1: expected JSON/],
    ['a header without a source', JSON.stringify({ ...METER, source: undefined }), /bad\.json:1: source: expected a text: where the mapping comes from/],
    ['an id that is none', JSON.stringify({ ...METER, model: 'a b' }), /bad\.json:1: model: expected an id/],
    ["another model's id", JSON.stringify({ ...METER, model: 'tuf-2000m' }), /bad\.json:1: model: there is another model "tuf-2000m"/],
    ['an empty file', '', /bad\.json:1: expected JSON/],
    ['a comment', '{\n"model": "x",\n# why\n"maker": "y"}', /bad\.json:3: expected JSON/],
    ['a text without its quotes', '{\n"model": "x",\n"maker":\n Eastron Electronics\n}', /bad\.json:4: expected JSON/],
  ])('%s', async (_, text, expected) => {
    expect(await problemsOf({ 'bad.json': text })).toMatch(expected)
  })

  test.each([
    [{ proto: 'none.proto' }, /proto: expected a file "none.proto" beside the model; there is .*city\.proto/],
    [{ message: 'a.C' }, /message: city\.proto has no message "a\.C"; it has a\.B, a\.B\.Inner/],
    [{ points: [{ path: 'sped', field: 'speed' }] }, /points\[0\]\.path: a\.B has no field "sped"; it has t, speed, inner, list/],
    [{ points: [{ path: 'inner.x.y', field: 'speed' }] }, /points\[0\]\.path: "x" of a\.B\.Inner is no single message/],
    [{ points: [{ path: 'speed', field: 'route', scale: 2 }] }, /points\[0\]: scale and offset are for numbers/],
    [{ points: [{ path: 'inner.x', field: 'speed' }] }, /points\[0\]: field "speed" is a number and the message has a string there/],
    [{ points: [{ path: 'inner.x', field: 'doorOpen', values: { open: 1 } }] }, /points\[0\]\.values\.open: expected a boolean/],
    [{ time: { path: 'inner.x', unit: 's' } }, /time\.path: expected number, the message has string there/],
    [{ time: { path: 't', unit: 'fortnights' } }, /time\.unit: expected one of s, ms/],
    [{ time: undefined }, /time: expected \{ "path", "unit" \}/],
    [{ items: 'speed' }, /items: expected messages, the message has number there/],
    [{ points: [] }, /points: expected at least one point/],
    [{ kind: 'water-meter', position: { latitude: { path: 'speed' }, longitude: { path: 'speed' } }, points: [] }, /position: kind water-meter does not move/],
  ])('in a telemetry mapping: %j', async (change, expected) => {
    const base = { proto: 'city.proto', message: 'a.B', time: { path: 't', unit: 's' }, points: [{ path: 'speed', field: 'speed' }] }
    const { read: _read, ...header } = METER
    const proto =
      'syntax = "proto3"; package a; message B { uint32 t = 1; float speed = 2; Inner inner = 3; repeated Inner list = 4; message Inner { string x = 1; } }'
    expect(await problemsOf({ 'city.proto': proto, 'c.json': JSON.stringify({ ...header, kind: 'bus', protocol: 'telemetry', ...base, ...change }) })).toMatch(
      expected,
    )
  })

  test('in a .proto', async () => {
    const { read: _read, points: _points, ...header } = METER
    const model = {
      ...header,
      kind: 'bus',
      protocol: 'telemetry',
      proto: 'p.proto',
      message: 'B',
      time: { path: 't', unit: 's' },
      points: [{ path: 'v', field: 'speed' }],
    }
    expect(await problemsOf({ 'p.proto': 'syntax = "proto3";\nmessage B {\n  float speed\n}', 'c.json': JSON.stringify(model) })).toMatch(
      /c\.json:1: proto: p\.proto: .*line 4/,
    )
    expect(await problemsOf({ 'p.proto': 'syntax = "proto3"; import "far.proto"; message B {}', 'c.json': JSON.stringify(model) })).toMatch(
      /p\.proto imports "far\.proto": expected a file/,
    )
  })

  test('in the folder itself', async () => {
    await expect(loadCatalogue({ folders: [join(folder, 'nowhere')] })).rejects.toMatchObject({ code: 'MODEL_INVALID' })
  })
})
