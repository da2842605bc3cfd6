import { describe, expect, it } from 'vitest'
import { makeFormat } from '../../dashboard/format/format.ts'
import { Drafts, draftName, draftPath, fileNameOf, withOwnId } from '../../dashboard/models/drafts.ts'
import type { ListedModel, PlannedPoll, PointRow } from '../../dashboard/models/model-types.ts'
import { modelsViewFrom, shownModels, withModelsView } from '../../dashboard/models/models-address.ts'
import { periodText } from '../../dashboard/models/point-words.ts'
import { blocksOf } from '../../dashboard/models/register-blocks.ts'
import { offsetOf } from '../../dashboard/models/source-place.ts'
import { templates } from '../../dashboard/models/templates.ts'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { openModelBench } from '../../devices/model-bench.ts'
import { protocols } from '../../devices/protocols/index.ts'

/** A mock of the browser's storage, as large as a test says. */
class MockStorage {
  readonly #most: number
  readonly [name: string]: unknown

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  getItem = (name: string): string | null => (Object.hasOwn(this, name) ? String(this[name]) : null)
  removeItem = (name: string): void => void Reflect.deleteProperty(this, name)
  setItem = (name: string, text: string): void => {
    if (text.length > this.#most) throw new DOMException('full', 'QuotaExceededError')
    Object.defineProperty(this, name, { value: text, enumerable: true, configurable: true })
  }
}
const storage = (most?: number): Storage => new MockStorage(most) as unknown as Storage

describe('templates', () => {
  it('there is one for each protocol, and each is sound and odd in nothing', async () => {
    const bench = await openModelBench(await loadCatalogue())
    expect(Object.keys(templates).sort()).toEqual(protocols.map(({ id }) => id).sort())
    for (const [protocol, text] of Object.entries(templates)) {
      const { problems, warnings, entry } = bench.check(text)
      expect({ problems, warnings }, protocol).toEqual({ problems: [], warnings: [] })
      expect(entry?.model.protocol).toBe(protocol)
    }
  })
})

describe('drafts', () => {
  it('are kept by name, listed and dropped', () => {
    const drafts = new Drafts(storage())
    expect(drafts.keep(draftName({ model: 'a.b' }), 'x')).toBe(true)
    expect(drafts.keep(draftName({ protocol: 'modbus' }), 'y')).toBe(true)
    expect(drafts.get('copy.a.b')).toBe('x')
    expect(drafts.names()).toEqual(['copy.a.b', 'new.modbus'])
    expect(drafts.names().map(draftPath)).toEqual(['/models/a.b/copy', '/models/new/modbus'])
    drafts.drop('copy.a.b')
    expect(drafts.get('copy.a.b')).toBeUndefined()
    expect(draftPath('else')).toBeUndefined()
  })

  it('say when nothing is kept', () => {
    expect(new Drafts(storage(3)).keep('new.modbus', 'much')).toBe(false)
    expect(new Drafts(undefined).keep('new.modbus', 'x')).toBe(false)
    expect(new Drafts(undefined).names()).toEqual([])
  })

  it('get an id of their own, and the name their file must have', () => {
    const text = '{\n  "maker": "$&",\n  "model" : "x",\n  "title": { "en": "model" }\n}'
    expect(withOwnId(text, 'x')).toBe(text.replace('"x"', '"x-copy"'))
    expect(withOwnId('{"model":"a"}', 'm'.repeat(64))).toBe(`{"model":"${'m'.repeat(64)}"}`)
    expect(fileNameOf(withOwnId(text, 'x'))).toBe('x-copy.json')
    expect(fileNameOf('{"model":"../etc"}')).toBe('model.json')
  })
})

describe('the list', () => {
  const model = (id: string, more: Partial<ListedModel> = {}): ListedModel => ({
    id,
    maker: 'Acme',
    title: { en: `Meter ${id}`, zh: `电表 ${id}` },
    kind: 'electricity-meter',
    protocol: 'modbus',
    source: 'manual',
    verified: 'not yet',
    devices: 0,
    ...more,
  })
  const models = [model('a'), model('b', { devices: 7 }), model('c', { maker: 'Else', kind: 'water-meter', protocol: 'cjt188', devices: 2 })]
  const ids = (query: string): readonly string[] => shownModels(models, modelsViewFrom(new URLSearchParams(query))).map(({ id }) => id)

  it('has what is in use first, and is narrowed by every word', () => {
    expect(ids('')).toEqual(['b', 'c', 'a'])
    expect(ids('used=1')).toEqual(['b', 'c'])
    expect(ids('text=电表 acme')).toEqual(['b', 'a'])
    expect(ids('text=acme b')).toEqual(['b'])
    expect(ids('maker=Else&kind=water-meter&protocol=cjt188')).toEqual(['c'])
    expect(withModelsView(new URLSearchParams('used=1&x=1'), modelsViewFrom(new URLSearchParams('text=a'))).toString()).toBe('x=1&text=a')
  })
})

describe('the picture of a plan', () => {
  const poll = (address: number, count: number, everyMs: number): PlannedPoll => ({
    what: '',
    place: { table: 4, address, count },
    everyMs,
    requestBytes: 8,
    answerBytes: 9,
    ms: 1,
  })
  const point = (field: string, address: number, everyMs: number): PointRow => ({
    field,
    where: '',
    how: '',
    everyMs,
    registers: { table: 4, parts: [{ address, count: 2, type: 'f32', scale: 1 }], times: [], offset: 0, invalid: [] },
  })

  it('lays blocks along their addresses, with what becomes a value at its place, and the gaps', () => {
    const identifier: PlannedPoll = { ...poll(0, 1, 1), place: { identifier: '02010100' } }
    expect(blocksOf([poll(40, 4, 60_000), poll(0, 10, 10_000), identifier], [point('x', 2, 10_000), point('y', 42, 60_000), point('z', 4, 60_000)])).toEqual([
      {
        table: 4,
        blocks: [
          { table: 4, address: 0, count: 10, everyMs: 10_000, gap: undefined, parts: [{ field: 'x', at: 2, count: 2, index: 0 }] },
          { table: 4, address: 40, count: 4, everyMs: 60_000, gap: 30, parts: [{ field: 'y', at: 2, count: 2, index: 1 }] },
        ],
      },
    ])
  })
})

it('a place in a text is found, and the nearest where there is none', () => {
  const text = 'ab\ncde\n'
  expect(offsetOf(text, 2, 2)).toBe(4)
  expect(offsetOf(text, 1, 99)).toBe(2)
  expect(offsetOf(text, 3, 1)).toBe(7)
  expect(offsetOf(text, 9, 1)).toBe(7)
})

it('a period is never told as another one', () => {
  const format = makeFormat('en-GB', 'Asia/Shanghai')
  const said = [100, 1_000, 1_500, 60_000, 90_000, 900_000, 3_600_000, 5_400_000, 86_400_000].map(ms => periodText(ms, format))
  expect(said).toEqual(['100 ms', '1 sec', '1.5 s', '1 min', '90 s', '15 mins', '1 hr', '5,400 s', '24 hrs'])
})
