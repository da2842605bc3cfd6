import { afterEach, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { loadExampleFrames } from '../../devices/example-frames.ts'
import { encodePacket } from '../../devices/protocols/hj212/encode.ts'
import { CatalogueFrameReader } from '../../gateway/pipeline/frame-reader.ts'
import { MemoryJournal } from '../links/memory-journal.ts'
import { get } from './ask.ts'
import { type City, NOW, startCity } from './city.ts'

const catalogue = await loadCatalogue()
const frames = new CatalogueFrameReader(catalogue, await loadExampleFrames(catalogue))
/** Eastron's own example of a read of voltage L1: request and answer. */
const volts = '01040000000271cb010404436633341b38'

let city: City | undefined

async function start(journal = new MemoryJournal()): Promise<City> {
  city = await startCity({ catalogue, frames, journal })
  city.directory.put({ id: 'meter-1', org: 'pudong', model: 'eastron-sdm630' }, { id: 'meter-2', org: 'minhang', model: 'eastron-sdm630' })
  return city
}

const decode = (on: City, body: unknown, token?: string) =>
  get(on, '/api/v1/decode', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...(token !== undefined && { token }) })

afterEach(async () => {
  await city?.server.stop()
  city = undefined
})

describe('POST /api/v1/decode', () => {
  it('reads a frame as the gateway would, and says what each byte means', async () => {
    const answered = await decode(await start(), { hex: `${volts.slice(0, 16)} ${volts.slice(16)}`, protocol: 'modbus', model: 'eastron-sdm630' })
    expect(answered).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
    expect(answered.json).toMatchObject({
      protocol: 'modbus',
      bytes: volts,
      model: 'eastron-sdm630',
      kind: 'electricity-meter',
      ok: true,
      readings: [{ at: new Date(NOW).toISOString(), ownTime: false, values: { voltageL1: 230.20001 } }],
      header: { unit: 1, function: 4 },
      parts: [
        { from: 0, to: 8, name: { en: 'Request' } },
        { from: 8, to: 17, name: { en: 'Answer' } },
      ],
    })
  })

  it('recognises the protocol, tries its models, and names the reason of a refusal', async () => {
    const on = await start()
    expect((await decode(on, { hex: volts })).json).toMatchObject({ protocol: 'modbus', recognised: { by: 'frame', sender: '1' }, ok: true })
    const broken = await decode(on, { hex: volts.replace('71cb', '71cc'), model: 'eastron-sdm630' })
    expect(broken.json).toMatchObject({ protocol: 'modbus', ok: false, reason: 'CRC_MISMATCH', detail: expect.stringContaining('CRC') })
    const text = await decode(on, { text: '{"bus":{"fixTimeMs":"1767225600000","speedKmh":150}}' })
    expect(text.json).toMatchObject({ protocol: 'telemetry', recognised: { by: 'values' }, readings: [{ ownTime: true, flags: { outOfRange: ['speed'] } }] })
  })

  it.each([
    ['nothing', {}, 'hex', 'either'],
    ['both', { hex: '01', text: 'x' }, 'hex', 'either'],
    ['what is no hex', { hex: 'xyz' }, 'hex', 'no hexadecimal digit'],
    ['no bytes', { hex: ' ' }, 'hex', 'no bytes'],
    ['too many bytes', { hex: '00'.repeat(16_385) }, 'hex', 'at most 16384'],
    ['an unknown protocol', { hex: '01', protocol: 'x25' }, 'protocol', 'no protocol'],
    ['an unknown model', { hex: '01', model: 'nobody' }, 'model', 'no model'],
    ['a model of another protocol', { hex: '01', protocol: 'telemetry', model: 'eastron-sdm630' }, 'model', 'speaks modbus'],
    ['bytes nobody knows', { hex: 'fefe' }, 'protocol', 'name one of'],
    ['a member it does not know', { hex: '01', colour: 'red' }, 'colour', 'is unknown'],
    ['a number for a text', { hex: 1 }, 'hex', 'must be a text'],
  ])('refuses %s and says which member is wrong', async (_, body, field, problem) => {
    const refused = await decode(await start(), body)
    expect(refused.json).toMatchObject({ status: 400, code: 'QUERY_INVALID', errors: [{ field, in: 'body', problem: expect.stringContaining(problem) }] })
  })

  it.each([['no JSON'], ['[]'], ['null'], ['']])('refuses the body %j', async body => {
    expect((await decode(await start(), body)).json).toMatchObject({ status: 400, code: 'REQUEST_MALFORMED' })
  })

  it('bounds its answer however many parts a frame has, and still covers it', async () => {
    // Eight thousand fields of two bytes.
    const answered = await decode(await start(), { hex: '0800'.repeat(8_190), protocol: 'telemetry' })
    const json = answered.json as { parts: { from: number; to: number }[]; shortened?: boolean }
    expect(json.shortened).toBe(true)
    expect(json.parts).toHaveLength(4_000)
    expect(json.parts.at(-1)).toMatchObject({ to: 16_380 })
    expect(answered.text.length).toBeLessThan(1_500_000)
  })

  it('is for readers: a token, or the operator', async () => {
    const on = await start()
    expect(await decode(on, { hex: volts }, 'cgt_wrong')).toMatchObject({ status: 401 })
    expect(await decode(on, { hex: volts }, 'cgt_pudong')).toMatchObject({ status: 200 })
  })
})

it('GET /api/v1/protocols lists protocols with models and examples that the gateway itself reads as they say', async () => {
  const on = await start()
  const { protocols } = (await get(on, '/api/v1/protocols')).json as {
    protocols: { id: string; models: string[]; examples: { name: string; model: string; hex: string; reason?: string }[] }[]
  }
  expect(protocols.map(({ id }) => id)).toEqual(expect.arrayContaining(['telemetry', 'modbus']))
  for (const { id, examples } of protocols) {
    expect(examples.length, id).toBeGreaterThan(0)
    for (const { name, model, hex, reason } of examples) {
      const { json } = await decode(on, { hex, protocol: id, model })
      expect(json, name).toMatchObject(reason === undefined ? { ok: true } : { ok: false, reason })
    }
  }
})

describe('GET /api/v1/devices/{device}/frames', () => {
  const put = (journal: MemoryJournal, device: string, hex: string) =>
    journal.append({ device, channel: 'modbus', receivedAt: NOW, payload: Uint8Array.from(Buffer.from(hex, 'hex')) })

  it('gives the newest first, as they came, with what became of each, page by page', async () => {
    const journal = new MemoryJournal()
    for (let index = 0; index < 9_000; index++) put(journal, index % 3_000 === 0 ? 'meter-1' : 'meter-2', volts)
    const broken = put(journal, 'meter-1', volts.replace('71cb', '71cc'))
    const noted = put(journal, 'meter-1', 'ff')
    const on = await start(journal)
    on.account.frames.push({
      offset: noted,
      device: 'meter-1',
      channel: 'modbus',
      receivedAt: NOW,
      payload: Uint8Array.of(255),
      reason: 'TRUNCATED',
      detail: 'as it was noted',
    })
    const first = (await get(on, '/api/v1/devices/meter-1/frames?limit=3')).json as { frames: object[]; next: number }
    expect(first).toMatchObject({
      protocol: 'modbus',
      frames: [
        { offset: noted, verdict: 'rejected', reason: 'TRUNCATED', detail: 'as it was noted', bytes: 'ff', length: 1 },
        { offset: broken, verdict: 'rejected', reason: 'CRC_MISMATCH' },
        { offset: 6_000, verdict: 'accepted', bytes: volts, channel: 'modbus' },
      ],
    })
    const rest = (await get(on, `/api/v1/devices/meter-1/frames?limit=3&before=${first.next}`)).json as { frames: object[]; next?: number }
    expect(rest.frames).toMatchObject([{ offset: 3_000 }, { offset: 0 }])
    expect(rest.next).toBeUndefined()
  })

  it('does not search for ever, and says where to go on', async () => {
    const journal = new MemoryJournal()
    put(journal, 'meter-1', volts)
    for (let index = 0; index < 110_000; index++) put(journal, 'meter-2', 'ff')
    const on = await start(journal)
    const first = (await get(on, '/api/v1/devices/meter-1/frames')).json as { frames: object[]; searched: number; next: number }
    expect(first.frames).toEqual([])
    expect(first.searched).toBeLessThan(105_000)
    expect((await get(on, `/api/v1/devices/meter-1/frames?before=${first.next}`)).json).toMatchObject({ frames: [{ offset: 0 }] })
  })

  it('shows a token only its own devices', async () => {
    const on = await start()
    expect(await get(on, '/api/v1/devices/meter-2/frames', { token: 'cgt_pudong' })).toMatchObject({ status: 404 })
    expect(await get(on, '/api/v1/devices/meter-1/frames', { token: 'cgt_pudong' })).toMatchObject({ status: 200, json: { frames: [], searched: 0 } })
  })
})

describe('passwords in frames', () => {
  const PASSWORD = 's3cr3t'
  const packet = (cn: string, cp: string): Buffer => encodePacket({ qn: '20260801100000000', st: '39', cn, pw: PASSWORD, mn: 'MN1', flag: 5, cp })
  const sound = packet('2011', 'DataTime=20260801100000;a34002-Rtd=88,a34002-Flag=N')

  async function withFrames(...payloads: readonly Buffer[]): Promise<City> {
    const journal = new MemoryJournal()
    for (const payload of payloads) journal.append({ device: 'site-1', channel: 'hj212', receivedAt: NOW, payload })
    const on = await start(journal)
    on.directory.put({ id: 'site-1', org: 'pudong', model: 'hj212-worksite-dust' })
    return on
  }

  const shownHex = (bytes: Buffer): string => Buffer.from(bytes.toString('latin1').replaceAll(PASSWORD, '******'), 'latin1').toString('hex')

  it('are masked in the list, and the frame is explained from the journal as it came', async () => {
    const change = packet('1072', `OldPW=${PASSWORD};NewPW=${PASSWORD}`)
    const on = await withFrames(sound, change, sound.subarray(0, 60))
    const list = await get(on, '/api/v1/devices/site-1/frames')
    const at = sound.indexOf(PASSWORD)
    expect(list.json).toMatchObject({
      frames: [
        { verdict: 'rejected' },
        { verdict: 'accepted' },
        { offset: 0, verdict: 'accepted', bytes: shownHex(sound), masked: [{ from: at, to: at + 6 }] },
      ],
    })
    const one = await get(on, '/api/v1/devices/site-1/frames/0')
    expect(one.json).toMatchObject({
      protocol: 'hj212',
      ok: true,
      bytes: shownHex(sound),
      readings: [{ values: { pm10: 88 } }],
      masked: [{ from: at, to: at + 6 }],
    })
    for (const { text } of [list, one, await get(on, '/api/v1/devices/site-1/frames/1'), await get(on, '/api/v1/devices/site-1/frames/2')]) {
      expect(text).not.toContain(PASSWORD)
      expect(text).not.toContain(Buffer.from(PASSWORD).toString('hex'))
    }
    expect(await get(on, '/api/v1/devices/meter-1/frames/0')).toMatchObject({ status: 404, json: { code: 'FRAME_UNKNOWN' } })
    expect(await get(on, '/api/v1/devices/site-1/frames/3')).toMatchObject({ status: 404, json: { code: 'FRAME_UNKNOWN' } })
    expect(await get(on, '/api/v1/devices/site-1/frames/x')).toMatchObject({ status: 400 })
  })

  it('are masked in rejected frames and in what is asked about', async () => {
    const on = await withFrames()
    on.account.frames.push({ offset: 5, device: 'site-1', channel: 'hj212', receivedAt: NOW, payload: sound.subarray(0, 80), reason: 'TRUNCATED', detail: '' })
    expect((await get(on, '/api/v1/devices/site-1/rejected')).json).toMatchObject({ frames: [{ bytes: shownHex(sound.subarray(0, 80)) }] })
    const asked = await decode(on, { hex: sound.toString('hex') })
    expect(asked.json).toMatchObject({ ok: true, bytes: shownHex(sound), masked: [{}] })
    expect(asked.text).not.toContain(PASSWORD)
  })
})
