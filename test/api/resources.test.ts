import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, get } from './ask.ts'
import { type City, furnish, healthy, NOW, startCity } from './city.ts'

let city: City

beforeAll(async () => {
  city = await startCity()
  furnish(city)
  for (const offset of [3, 8, 9]) city.account.reject(offset, 'bus-1')
  city.account.reject(10, 'bus-2')
  city.account.reject(11, 'never-registered')
})

afterAll(() => city.server.stop())

describe('kinds and models', () => {
  it('tells every kind with type, unit and titles', async () => {
    const { json } = await get(city, '/api/v1/kinds')
    expect(json).toMatchObject({ kinds: [{ id: 'bus', fields: { speed: { type: 'number', unit: 'km/h', range: [0, 120] }, route: { type: 'string' } } }, {}] })
    expect((await get(city, '/api/v1/kinds/bus')).json).toMatchObject({ id: 'bus', title: { zh: '公交车' } })
  })

  it('tells every model with its mapping and where that comes from', async () => {
    expect((await get(city, '/api/v1/models')).json).toMatchObject({ models: [{ id: 'bus-unit' }, { id: 'sdm630' }] })
    expect((await get(city, '/api/v1/models/sdm630')).json).toMatchObject({
      maker: 'Acme',
      source: 'manual',
      verified: 'manual frame',
      mapping: { points: [] },
    })
  })

  it('answers what does not exist with 404 and a code of its own', async () => {
    expect((await get(city, '/api/v1/kinds/tram')).json).toMatchObject({ status: 404, code: 'KIND_UNKNOWN' })
    expect((await get(city, '/api/v1/models/none')).json).toMatchObject({ status: 404, code: 'MODEL_UNKNOWN' })
    expect((await get(city, '/api/v1/devices/none')).json).toMatchObject({ status: 404, code: 'DEVICE_UNKNOWN' })
  })

  it('lets an unchanged answer be kept', async () => {
    const first = await get(city, '/api/v1/kinds')
    const etag = first.headers.etag ?? ''
    expect(etag).toMatch(/^W\/".{22}"$/)
    expect(await ask(city, '/api/v1/kinds', { headers: { 'If-None-Match': etag } })).toMatchObject({ status: 304, text: '' })
    expect(await ask(city, '/api/v1/devices', { headers: { 'If-None-Match': '*' } })).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
  })
})

describe('devices', () => {
  it('lists them by id and keeps their links inside', async () => {
    const { json, text } = await get(city, '/api/v1/devices')
    expect(json).toEqual({
      total: 4,
      devices: [
        {
          id: 'bus-1',
          org: 'pudong',
          kind: 'bus',
          model: 'bus-unit',
          name: 'Line 21 / 浦东',
          stage: 'enrolled',
          simulated: true,
          state: 'ok',
          lifeCycle: 'active',
          lastReceivedAt: new Date(NOW - 1000).toISOString(),
          flagged: true,
          rejected: 2,
        },
        {
          id: 'bus-2',
          org: 'minhang',
          kind: 'bus',
          model: 'bus-unit',
          group: 'Depot 3',
          tags: ['night', 'v2'],
          sim: '89860321849876543210',
          stage: 'planned',
          lifeCycle: 'planned',
          state: 'silent',
        },
        {
          id: 'meter-1',
          org: 'pudong',
          kind: 'electricity-meter',
          model: 'sdm630',
          stage: 'enrolled',
          place: { lat: 31.2, lon: 121.5 },
          behind: 'dtu-1',
          state: 'stale',
          lifeCycle: 'silent',
        },
        {
          id: 'meter-2',
          org: 'minhang',
          kind: 'electricity-meter',
          model: 'sdm630',
          stage: 'enrolled',
          lifeCycle: 'enrolled',
          place: { lat: 31.1, lon: 121.3 },
          state: 'silent',
        },
      ],
    })
    expect(text).not.toContain('10.0.0.9')
  })

  it.each([
    ['org=minhang', ['bus-2', 'meter-2']],
    ['kind=bus', ['bus-1', 'bus-2']],
    ['model=sdm630&org=pudong', ['meter-1']],
    ['group=Depot%203', ['bus-2']],
    ['tag=v2', ['bus-2']],
    ['tag=v', []],
    ['stage=planned', ['bus-2']],
    ['stage=enrolled&kind=bus', ['bus-1']],
    ['q=BUS', ['bus-1', 'bus-2']],
    [`q=${encodeURIComponent('浦东')}`, ['bus-1']],
    ['q=nothing', []],
  ])('filters by %s', async (query, ids) => {
    const { json } = await get(city, `/api/v1/devices?${query}`)
    expect(json).toMatchObject({ total: ids.length, devices: ids.map(id => ({ id })) })
  })

  it('pages without losing or doubling one', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { json } = await get(city, `/api/v1/devices?limit=3${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      const page = json as { devices: { id: string }[]; next?: string }
      seen.push(...page.devices.map(device => device.id))
      cursor = page.next
    } while (cursor !== undefined)
    expect(seen).toEqual(['bus-1', 'bus-2', 'meter-1', 'meter-2'])
  })

  it('tells the newest values with unit, title and age', async () => {
    const { json } = await get(city, '/api/v1/devices/bus-1/latest')
    expect(json).toMatchObject({
      ageSeconds: 5,
      state: 'ok',
      stale: false,
      position: { lat: 31.23, lon: 121.47 },
      flags: { outOfRange: ['speed'], quality: { speed: 'fault' } },
      values: {
        speed: { value: 31.5, quality: 'fault' },
        heading: { value: 90, ageSeconds: 9, unit: '°', title: { zh: '航向' }, at: new Date(NOW - 9000).toISOString() },
        route: { value: '21' },
      },
    })
    expect((await get(city, '/api/v1/devices/meter-1/latest')).json).toMatchObject({ state: 'stale', stale: true })
    expect((await get(city, '/api/v1/devices/bus-2/latest')).json).toMatchObject({ at: null, state: 'silent', values: {} })
  })
})

describe('account', () => {
  it('tells what became of the frames of one device and of all', async () => {
    expect((await get(city, '/api/v1/devices/bus-1/account')).json).toMatchObject({ received: 10, rejectedBy: { CRC_MISMATCH: 2 }, pending: 1 })
    expect((await get(city, '/api/v1/devices/bus-2/account')).json).toMatchObject({ received: 0, rejectedBy: {} })
    expect((await get(city, '/api/v1/account')).json).toMatchObject({ received: 99 })
  })

  it('sums by organisation', async () => {
    const { json } = await get(city, '/api/v1/account/orgs')
    expect(json).toMatchObject({
      orgs: [
        { org: 'minhang', devices: 2, account: { received: 0 } },
        { org: 'pudong', devices: 2, account: { received: 15, stored: 11, rejectedBy: { CRC_MISMATCH: 2 }, pending: 1 } },
      ],
    })
    expect((await get(city, '/api/v1/account/orgs', { token: 'cgt_minhang' })).json).toMatchObject({ orgs: [{ org: 'minhang' }] })
  })

  it('pages through rejected frames, newest first, bytes as hex', async () => {
    const { json } = await get(city, '/api/v1/devices/bus-1/rejected?limit=2')
    expect(json).toMatchObject({ frames: [{ offset: 9, bytes: '0104ff', reason: 'CRC_MISMATCH', detail: 'CRC is 0000' }, { offset: 8 }], next: 8 })
    expect((await get(city, '/api/v1/devices/bus-1/rejected?limit=2&before=8')).json).toEqual({ frames: [expect.objectContaining({ offset: 3 })] })
    expect((await get(city, '/api/v1/rejected')).json).toMatchObject({
      frames: [{ device: 'never-registered' }, { offset: 10 }, { offset: 9 }, { offset: 8 }, { offset: 3 }],
    })
  })

  it('shows a token the frames of its own devices, a page at a time', async () => {
    const { json } = await get(city, '/api/v1/rejected?limit=2', { token: 'cgt_pudong' })
    expect(json).toMatchObject({ frames: [{ offset: 9 }, { offset: 8 }], next: 8 })
    expect((await get(city, '/api/v1/rejected?before=8', { token: 'cgt_pudong' })).json).toEqual({ frames: [expect.objectContaining({ offset: 3 })] })
    expect((await get(city, '/api/v1/account', { token: 'cgt_pudong' })).json).toMatchObject({ received: 15, stored: 11, rejectedBy: { CRC_MISMATCH: 2 } })
  })

  it('narrows rejected frames and the account to an organisation or a kind', async () => {
    const devicesOf = async (query: string) => {
      const { json } = await get(city, `/api/v1/rejected?${query}`)
      return new Set((json as { frames: { device: string }[] }).frames.map(({ device }) => device))
    }
    expect(await devicesOf('org=pudong')).toEqual(new Set(['bus-1']))
    expect(await devicesOf('org=minhang')).toEqual(new Set(['bus-2']))
    expect(await devicesOf('kind=bus')).toEqual(new Set(['bus-1', 'bus-2']))
    expect(await devicesOf('kind=electricity-meter&org=minhang')).toEqual(new Set())
    expect((await get(city, '/api/v1/account?org=pudong&kind=bus')).json).toMatchObject({ received: 10, rejectedBy: { CRC_MISMATCH: 2 } })
    expect((await get(city, '/api/v1/account?org=minhang')).json).toMatchObject({ received: 0 })
    // Nobody else’s, whatever is asked for.
    expect((await get(city, '/api/v1/account?org=minhang', { token: 'cgt_pudong' })).json).toMatchObject({ received: 0 })
    expect((await get(city, '/api/v1/rejected?org=minhang', { token: 'cgt_pudong' })).json).toEqual({ frames: [] })
    for (const path of ['account', 'rejected'])
      expect(await get(city, `/api/v1/${path}?kind=tram`)).toMatchObject({ status: 400, json: { code: 'QUERY_INVALID' } })
  })

  it('searches rejected frames for a reason, of all devices and of a token’s own', async () => {
    city.account.reject(1, 'bus-1', 'TRUNCATED')
    city.account.reject(2, 'meter-2', 'TRUNCATED')
    try {
      const { json } = await get(city, '/api/v1/rejected?reason=TRUNCATED')
      expect(json).toEqual({ frames: [expect.objectContaining({ offset: 2, reason: 'TRUNCATED' }), expect.objectContaining({ offset: 1 })] })
      expect((await get(city, '/api/v1/rejected?reason=TRUNCATED&limit=1')).json).toMatchObject({ frames: [{ offset: 2 }], next: 2 })
      expect((await get(city, '/api/v1/rejected?reason=TRUNCATED&before=2')).json).toEqual({ frames: [expect.objectContaining({ offset: 1 })] })
      expect((await get(city, '/api/v1/rejected?reason=TRUNCATED', { token: 'cgt_pudong' })).json).toEqual({ frames: [expect.objectContaining({ offset: 1 })] })
      expect((await get(city, '/api/v1/rejected?reason=UNSUPPORTED')).json).toEqual({ frames: [] })
      expect((await get(city, '/api/v1/rejected?reason=crc')).json).toMatchObject({ code: 'QUERY_INVALID', errors: [{ field: 'reason' }] })
    } finally {
      city.account.frames.splice(-2)
    }
  })
})

describe('clocks', () => {
  it('names those that are off, the worst first, and tells a token of its own devices alone', async () => {
    city.clocks.set('bus-2', { device: 'bus-2', fault: 'ahead', offsetMs: 3_600_040, since: NOW })
    city.clocks.set('meter-1', { device: 'meter-1', fault: 'rollover', offsetMs: -619_315_200_000, since: NOW - 1000 })
    city.clocks.set('gone', { device: 'gone', fault: 'behind', offsetMs: -1e9, since: NOW })
    try {
      const { json } = await get(city, '/api/v1/clocks')
      expect(json).toEqual({
        total: 2,
        clocks: [
          { device: 'meter-1', org: 'pudong', clock: { fault: 'rollover', offsetSeconds: -619_315_200, since: new Date(NOW - 1000).toISOString() } },
          { device: 'bus-2', org: 'minhang', clock: { fault: 'ahead', offsetSeconds: 3600, since: new Date(NOW).toISOString() } },
        ],
      })
      expect((await get(city, '/api/v1/clocks?limit=1')).json).toMatchObject({ total: 2, clocks: [{ device: 'meter-1' }] })
      expect((await get(city, '/api/v1/clocks', { token: 'cgt_minhang' })).json).toMatchObject({ total: 1, clocks: [{ device: 'bus-2' }] })
      expect((await get(city, '/api/v1/devices/bus-2')).json).toMatchObject({ clock: { fault: 'ahead', offsetSeconds: 3600 } })
    } finally {
      city.clocks.clear()
    }
  })
})

describe('live', () => {
  it('is GeoJSON with the last position, or else the place', async () => {
    const { json, headers } = await get(city, '/api/v1/live')
    expect(headers['content-type']).toMatch(/^application\/geo\+json/)
    expect(json).toMatchObject({ type: 'FeatureCollection', revision: 7, truncated: false })
    const { features } = json as { features: { id: string }[] }
    expect(features.map(feature => feature.id).sort()).toEqual(['bus-1', 'meter-1', 'meter-2'])
    expect(features.find(feature => feature.id === 'bus-1')).toEqual({
      type: 'Feature',
      id: 'bus-1',
      geometry: { type: 'Point', coordinates: [121.47, 31.23] },
      properties: {
        device: 'bus-1',
        kind: 'bus',
        org: 'pudong',
        name: 'Line 21 / 浦东',
        route: '21',
        at: new Date(NOW - 5000).toISOString(),
        ageSeconds: 5,
        state: 'ok',
        heading: 90,
        speed: 31.5,
        flagged: true,
        simulated: true,
        revision: 5,
      },
    })
  })

  it.each([
    ['bbox=121.4,31.2,121.48,31.3', ['bus-1']],
    ['bbox=121.5,31.2,121.5,31.2', ['meter-1']],
    ['kinds=bus', ['bus-1']],
    ['org=minhang', ['meter-2']],
  ])('holds only %s', async (query, ids) => {
    expect((await get(city, `/api/v1/live?${query}`)).json).toMatchObject({ features: ids.map(id => ({ id })) })
  })

  it('says when there is more', async () => {
    expect((await get(city, '/api/v1/live?limit=1')).json).toMatchObject({ truncated: true, features: [{}] })
    expect((await get(city, '/api/v1/live?limit=3')).json).toMatchObject({ truncated: false })
  })

  it.each([
    ['121,31,122', /four numbers/],
    ['121,31,122,x', /four numbers/],
    ['121,31,1e9,32', /four numbers/],
    ['181,31,182,32', /longitude/],
    ['121,31,122,91', /latitude/],
    ['121,32,122,31', /south above its north/],
    ['179,-10,-179,10', /antimeridian: ask twice, for 179,-10,180,10 and for -180,-10,-179,10/],
  ])('refuses the box %s', async (bbox, problem) => {
    expect((await get(city, `/api/v1/live?bbox=${bbox}`)).json).toMatchObject({
      status: 400,
      errors: [{ field: 'bbox', in: 'query', problem: expect.stringMatching(problem) }],
    })
  })

  it('counts by kind and state', async () => {
    expect((await get(city, '/api/v1/overview')).json).toEqual({
      devices: { total: 4, ok: 1, stale: 1, silent: 2, flagged: 1, simulated: 1 },
      kinds: [
        { kind: 'bus', title: { en: 'Bus', zh: '公交车' }, devices: { total: 2, ok: 1, stale: 0, silent: 1, flagged: 1, simulated: 1 } },
        {
          kind: 'electricity-meter',
          title: { en: 'Electricity meter', zh: '电表' },
          devices: { total: 2, ok: 0, stale: 1, silent: 1, flagged: 0, simulated: 0 },
        },
      ],
      orgs: [
        { org: 'minhang', total: 2 },
        { org: 'pudong', total: 2 },
      ],
    })
  })
})

describe('operation', () => {
  it('tells the operator how the gateway is, and others whether', async () => {
    expect((await get(city, '/api/v1/health')).json).toMatchObject({ status: 'ok', journal: { state: 'normal' }, sinks: [{ name: 'series' }] })
    expect((await get(city, '/api/v1/health', { headers: { Host: 'gateway.example' } })).json).toEqual({ status: 'ok' })
  })

  it('answers 503 when frames can not be taken, 200 when something lags', async () => {
    const failing = await startCity({ health: async () => ({ ...healthy, status: 'failing' }) })
    const degraded = await startCity({ health: async () => ({ ...healthy, status: 'degraded' }) })
    try {
      expect(await get(failing, '/api/v1/health')).toMatchObject({ status: 503, json: { status: 'failing' } })
      expect(await get(degraded, '/api/v1/health')).toMatchObject({ status: 200, json: { status: 'degraded' } })
    } finally {
      await Promise.all([failing.server.stop(), degraded.server.stop()])
    }
  })

  it('prints metrics for Prometheus', async () => {
    const { headers, text } = await get(city, '/metrics')
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('citygate_devices 2\n')
  })

  it('tells the public settings and issues tickets', async () => {
    expect((await get(city, '/api/v1/settings')).json).toEqual({ version: '0.1.0', timeZone: 'Asia/Shanghai', map: { datum: 'wgs84' } })
    expect((await get(city, '/api/v1/live/tickets', { method: 'POST' })).json).toEqual({
      username: 'live',
      password: 'ticket-1',
      expiresInSeconds: 60,
      path: '/mqtt',
    })
  })
})
