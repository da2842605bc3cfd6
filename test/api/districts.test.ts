import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readDistricts } from '../../gateway/api/tables/outlines.ts'
import { shanghaiPlaces } from '../support/shanghai-places.ts'

const outlines: unknown = JSON.parse(await readFile(new URL('../../dashboard/public/shanghai_districts.geojson', import.meta.url), 'utf8'))

it.each(shanghaiPlaces)('finds the district of %s', (_, lat, lon, id) => {
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
