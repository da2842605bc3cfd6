import { afterAll, beforeAll, expect, it } from 'vitest'
import { get } from './ask.ts'
import { type City, startCity } from './city.ts'

let city: City

beforeAll(async () => {
  city = await startCity()
})
afterAll(() => city.server.stop())

it('says that the port for DTUs is closed, and tells tokens nothing', async () => {
  expect(await get(city, '/api/v1/dtus')).toMatchObject({ json: { listening: false, dtus: [] } })
  expect(await get(city, '/api/v1/dtus', { token: 'cgt_pudong' })).toMatchObject({ status: 403 })
})
