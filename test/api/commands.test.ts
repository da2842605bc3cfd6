import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { get } from './ask.ts'
import { type City, furnish, lines, NOW, startCity } from './city.ts'

let city: City
beforeAll(async () => {
  city = await startCity()
  furnish(city)
})
afterAll(() => city.server.stop())

const path = '/api/v1/devices/meter-1/commands'
const give = (body: unknown, headers: Record<string, string> = {}): ReturnType<typeof get> =>
  get(city, path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } })

describe('orders', () => {
  it('are taken with 202, and what becomes of them is read at their address', async () => {
    const given = await give({ name: 'setPoint', value: 21.5 })
    expect(given).toMatchObject({ status: 202, json: { device: 'meter-1', name: 'setPoint', value: 21.5, state: 'pending' } })
    const { id, expiresAt } = given.json as { id: number; expiresAt: string }
    expect(Date.parse(expiresAt)).toBe(NOW + 60_000)
    expect((await get(city, `${path}/${id}`)).json).toMatchObject({ id, state: 'confirmed', detail: 'read back' })
    expect((await get(city, path)).json).toMatchObject({
      takes: [{ name: 'setPoint', value: { type: 'number', unit: '°C', range: [5, 30] } }],
      commands: [{ id, state: 'confirmed' }],
    })
  })

  it.each([
    ['an order the device does not take', { name: 'explode' }, 400, 'COMMAND_INVALID'],
    ['a member that is not known', { name: 'setPoint', value: 1, force: true }, 400, 'QUERY_INVALID'],
    ['an expiry of a year', { name: 'setPoint', value: 1, expiresInSeconds: 31_536_000 }, 400, 'QUERY_INVALID'],
    ['no name', { value: 1 }, 400, 'QUERY_INVALID'],
    ['no JSON', '{"name":', 400, 'REQUEST_MALFORMED'],
    ['a list', '[]', 400, 'REQUEST_MALFORMED'],
    ['a body that is too large', `{"name":"${'x'.repeat(200_000)}"}`, 413, 'BODY_TOO_LARGE'],
  ])('are refused: %s', async (_, body, status, code) => {
    expect(await give(body)).toMatchObject({ status, json: { code } })
  })

  it('are not given with a token that only reads, nor by another site’s page, and not seen by others', async () => {
    expect(await give({ name: 'setPoint', value: 20 }, { Authorization: 'Bearer cgt_pudong' })).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
    expect(await give({ name: 'setPoint', value: 20 }, { Origin: 'https://elsewhere.example' })).toMatchObject({ status: 403, json: { code: 'CROSS_ORIGIN' } })
    expect(await get(city, path, { token: 'cgt_pudong' })).toMatchObject({ status: 200 })
    expect(await get(city, path, { token: 'cgt_minhang' })).toMatchObject({ status: 404 })
  })

  it('of another device, or of nobody, are not found', async () => {
    const { id } = (await give({ name: 'setPoint', value: 22 })).json as { id: number }
    expect(await get(city, `/api/v1/devices/meter-2/commands/${id}`)).toMatchObject({ status: 404 })
    expect(await get(city, `${path}/999999`)).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } })
    expect(await get(city, `${path}/last`)).toMatchObject({ status: 400 })
    expect(await get(city, '/api/v1/devices/nobody/commands')).toMatchObject({ status: 404, json: { code: 'DEVICE_UNKNOWN' } })
  })
})

describe('lines', () => {
  it('are shown to the operator, and to no token: several organisations may share one', async () => {
    expect((await get(city, '/api/v1/lines')).json).toEqual({ lines })
    expect(await get(city, '/api/v1/lines', { token: 'cgt_pudong' })).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
  })
})
