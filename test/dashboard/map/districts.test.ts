import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { en } from '../../../dashboard/i18n/en.ts'
import { DistrictIndex, readDistricts } from '../../../dashboard/map/districts.ts'
import { shanghaiPlaces } from '../../support/shanghai-places.ts'

const OUTLINES = new URL('../../../dashboard/public/shanghai_districts.geojson', import.meta.url)
const index = new DistrictIndex(readDistricts(JSON.parse(await readFile(OUTLINES, 'utf8'))))

describe('districts', () => {
  it('are sixteen, each with a name', () => {
    expect(index.districts.map(({ id }) => id).sort()).toEqual(Object.keys(en.districts).sort())
  })

  it.each(shanghaiPlaces)('know where %s lies', (_, lat, lon, id) => {
    expect(index.at({ lat, lon })).toBe(id)
  })

  it('answer the same whether a place was asked for before or not', () => {
    const place = fc.record({ lat: fc.double({ min: 30.6, max: 31.9, noNaN: true }), lon: fc.double({ min: 120.8, max: 122.1, noNaN: true }) })
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 50 }), places => {
        const fresh = new DistrictIndex(index.districts)
        for (const one of places) expect(index.at(one)).toBe(fresh.at(one))
      }),
    )
  })

  it('have holes: what lies in one is not inside', () => {
    const square = (from: number, to: number) => [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
      [from, from],
    ]
    const body = { features: [{ id: '1', properties: {}, geometry: { type: 'Polygon', coordinates: [square(0, 3), square(1, 2)] } }] }
    const holed = new DistrictIndex(readDistricts(body))
    expect([holed.at({ lat: 0.5, lon: 0.5 }), holed.at({ lat: 1.5, lon: 1.5 }), holed.at({ lat: 4, lon: 4 })]).toEqual(['1', undefined, undefined])
  })

  it.each([null, {}, { features: [{ geometry: null }] }, { features: [{ geometry: { type: 'Polygon', coordinates: [['x', [1]]] } }] }])(
    'are none where the outlines cannot be read',
    body => {
      expect(readDistricts(body)).toEqual([])
    },
  )
})
