import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { kinds } from '../../devices/kinds/index.ts'
import { openModelBench } from '../../devices/model-bench.ts'

const catalogue = await loadCatalogue()
const bench = await openModelBench(catalogue)
const speed = { baud: 9600 }
const sdm = catalogue.model('eastron-sdm630')?.file?.text ?? ''
/** A copy of a model that comes with Citygate. */
const copy = sdm.replace('"eastron-sdm630"', '"eastron-copy"')

describe('a sheet', () => {
  test.each([...catalogue.models()].map(entry => [entry.model.id, entry] as const))('of %s names every field it maps, and where each lies', (_, entry) => {
    const { points, plan } = bench.sheet(entry, speed)
    expect(points.length).toBeGreaterThan(0)
    for (const { field, where } of points) {
      expect(Object.keys(entry.kind.fields)).toContain(field)
      expect(where).not.toBe('')
    }
    // What is asked asks for every register a value lies in.
    for (const { registers } of points)
      for (const { address, count } of registers?.parts ?? [])
        expect(
          plan?.polls.some(
            ({ place }) =>
              place && 'table' in place && place.table === registers?.table && place.address <= address && address + count <= place.address + place.count,
          ),
        ).toBe(true)
  })

  test('says where a value lies, for people and for programs', () => {
    const entry = catalogue.model('peacefair-pzem-016')
    if (!entry) throw new Error('it is gone')
    const point = bench.sheet(entry, speed).points.find(({ field }) => field === 'activePower')
    expect(point).toMatchObject({
      where: 'input register 3 (0x0003)',
      how: 'u32 CDAB × 0.0001',
      registers: { table: 4, parts: [{ address: 3, count: 2, type: 'u32', order: 'CDAB', scale: 0.0001 }], times: [], offset: 0, invalid: [] },
    })
  })

  test('reckons the plan for the line’s speed: bytes of 11 bits, two quiets of 3.5 characters, 20 ms for the answer', () => {
    const entry = catalogue.model('adtek-wsa')
    if (!entry) throw new Error('it is gone')
    const { plan } = bench.sheet(entry, speed)
    const [poll] = plan?.polls ?? []
    if (!poll || !plan) throw new Error('it is not asked')
    expect(poll.ms).toBeCloseTo(((poll.requestBytes + poll.answerBytes + 7) * 11_000) / 9600 + 20, 6)
    expect(plan.utilisation).toBeCloseTo(poll.ms / poll.everyMs, 9)
    expect(bench.sheet(entry, { baud: 2400 }).plan?.polls[0]?.ms).toBeGreaterThan(3 * poll.ms - 60)
  })

  test('of what sends by itself has no plan', () => {
    for (const entry of catalogue.models())
      expect(bench.sheet(entry, speed).plan === undefined, entry.model.id).toBe(['telemetry', 'jt808', 'hj212', 'sparkplug'].includes(entry.model.protocol))
  })
})

describe('a check', () => {
  test.each([...catalogue.models()].map(entry => [entry.model.id, entry] as const))(
    '%s is sound as it is on disk, and its id is said to be taken',
    (id, entry) => {
      const { problems, warnings, entry: read } = bench.check(entry.file?.text ?? '')
      expect(problems).toEqual([])
      expect(warnings[0]).toMatchObject({ path: 'model', message: expect.stringContaining(`"${id}" comes with Citygate`) })
      expect(read?.model).toEqual(entry.model)
    },
  )

  test('a copy with an id of its own is a model', () => {
    const { problems, warnings, entry } = bench.check(copy)
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] })
    expect(entry?.model.id).toBe('eastron-copy')
  })

  test('a mistake is told with line, column and what was expected', () => {
    const wrong = copy.replace(/"address": "0x0006"/, '"address": "0x6 hundred"')
    const at = wrong.indexOf('"0x6 hundred"')
    const line = wrong.slice(0, at).split('\n').length
    expect(bench.check(wrong).problems).toEqual([
      {
        line,
        column: at - wrong.lastIndexOf('\n', at),
        path: expect.stringMatching(/^points\[\d+\]\.address$/),
        message: expect.stringContaining('expected an address'),
      },
    ])
    expect(bench.check(copy.slice(0, -3)).problems).toMatchObject([{ message: expect.stringMatching(/^expected JSON: a comma or }; the text ends/) }])
  })

  test('what is odd is a warning: two values in one register', () => {
    const twice = copy.replace('"address": "0x0002"', '"address": "0x0000"')
    expect(bench.check(twice).warnings).toMatchObject([{ path: 'points[1].address', message: expect.stringContaining('overlaps points[0]') }])
  })

  test('a city’s telemetry model finds the .proto beside its file', async () => {
    const folder = new URL('../../devices/models/examples/nanhai-transit', import.meta.url).pathname
    const city = await loadCatalogue({ folders: [folder] })
    const text = city.model('nanhai-obu')?.file?.text ?? ''
    expect((await openModelBench(city, [folder])).check(text)).toMatchObject({ problems: [], warnings: [] })
    expect(bench.check(text).problems).toMatchObject([{ path: 'proto', message: expect.stringContaining('expected a file') }])
  })

  const header = { maker: 'a', title: { en: 'a', zh: 'a' }, source: 'a', verified: 'a' }
  const electricity = kinds.find(({ id }) => id === 'electricity-meter')
  const fields = Object.keys(electricity?.fields ?? {})
  const many = Array.from({ length: 1000 }, (_, index) => ({ field: fields[index % fields.length], address: (index * 7) % 60_000, type: 'f64' }))
  test.each([
    ['no text', ''],
    ['brackets without end', '['.repeat(60_000)],
    ['braces without end', '{"a":'.repeat(12_000)],
    ['quotes', '"\\'.repeat(30_000)],
    ['a thousand keys that are unknown', `{${Array.from({ length: 4000 }, (_, index) => `"k${index}":1`).join()}}`],
    [
      'a thousand points all over',
      JSON.stringify({ ...header, model: 'a', kind: 'electricity-meter', protocol: 'modbus', read: { function: 3 }, points: many }),
    ],
    ['a prototype', `{"__proto__":{"kind":"bus"},"constructor":1,"model":"__proto__","kind":"__proto__","protocol":"constructor"}`],
    ['a number beyond all', copy.replace('"largestBlock": 80', '"largestBlock": 1e999')],
    ['markup', copy.replace('"Eastron"', '"<img src=x onerror=alert(1)>"')],
  ])('%s is answered in bounded time, and never by an exception', (_, text) => {
    const began = performance.now()
    const { problems, entry } = bench.check(text)
    expect(problems.length > 0 || entry !== undefined).toBe(true)
    if (entry) bench.sheet(entry, speed)
    // 60 kB, the most the API takes, on a busy machine.
    expect(performance.now() - began).toBeLessThan(2000)
  })
})
