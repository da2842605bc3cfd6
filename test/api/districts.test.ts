import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readDistricts } from '../../gateway/api/tables/outlines.ts'

const outlines: unknown = JSON.parse(await readFile(new URL('../../dashboard/public/shanghai_districts.geojson', import.meta.url), 'utf8'))

it.each([
  ['People’s Square', 31.2304, 121.4737, '310101'],
  ['Lujiazui', 31.2397, 121.4998, '310115'],
  ['Xinzhuang', 31.111, 121.377, '310112'],
  ['Chongming island, whose outline has no id', 31.63, 121.52, '310151'],
  ['the sea', 31.2, 122.9, undefined],
  ['the zero meridian', 0, 0, undefined],
])('finds the district of %s', (_, lat, lon, id) => {
  expect(readDistricts(outlines)?.at({ lat, lon })).toBe(id)
})

it('knows all sixteen by name', () => {
  expect(readDistricts(outlines)?.names.size).toBe(16)
  expect(readDistricts(outlines)?.names.get('310115')).toBe('浦东新区')
})

it('of a district with a hole is not found in it', () => {
  const square = (from: number, to: number) => [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
    [from, from],
  ]
  const district = { id: 'd', properties: { name: 'D' }, geometry: { type: 'Polygon', coordinates: [square(0, 10), square(4, 6)] } }
  const districts = readDistricts({ features: [district] })
  expect([districts?.at({ lat: 2, lon: 2 }), districts?.at({ lat: 5, lon: 5 }), districts?.at({ lat: 11, lon: 2 })]).toEqual(['d', undefined, undefined])
  expect(readDistricts({ features: 'none' })).toBeUndefined()
})
