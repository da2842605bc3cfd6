import express, { type Router } from 'express'
import { kinds } from '../../devices/kinds/index.ts'
import { type FakeCity, type FakeDevice, fakeValue } from './fake-city.ts'

/** What the fake API can be told to do wrong. */
export interface FakeFaults {
  /** Every answer but the page's own files is a 503. */
  down: boolean
  /** Answers 401 to who shows no token. */
  tokenNeeded: boolean
  /** The base map of the settings. */
  map: Readonly<Record<string, string>>
}

const STALE_MS = 60_000

/** FAKE answers in the shape of the gateway's API, for tests of the dashboard. */
export function fakeApi(city: FakeCity, faults: FakeFaults): Router {
  const api = express.Router()
  api.use((request, response, next) => {
    if (faults.down) problem(response, 503, 'The fake gateway is told to be down.')
    else if (faults.tokenNeeded && request.headers.authorization === undefined) problem(response, 401, 'A token is needed.')
    else next()
  })
  const device = (id: string) => city.devices.get(id)
  api.get('/kinds', (_, response) => void response.json({ kinds: kinds.map(withTypes) }))
  api.get('/models', (_, response) => void response.json({ models: models() }))
  api.get('/orgs', (_, response) => void response.json({ orgs: [], total: 0 }))
  api.get('/settings', (_, response) => void response.json({ version: '0.0.0-fake', timeZone: 'Asia/Shanghai', map: faults.map }))
  api.get('/devices', (request, response) => void response.json(list(city, request.query)))
  api.get('/devices/:id', (request, response) => {
    const found = device(request.params.id)
    if (found) response.json(deviceJson(found))
    else problem(response, 404, `There is no device “${request.params.id}”.`)
  })
  api.get('/devices/:id/latest', (request, response) => {
    const found = device(request.params.id)
    if (found) response.json(latest(found))
    else problem(response, 404, 'unknown')
  })
  api.get('/devices/:id/readings', (request, response) => {
    const found = device(request.params.id)
    if (found) response.json(readings(found, request.query))
    else problem(response, 404, 'unknown')
  })
  const account = { received: 1204, stored: 1187, duplicate: 9, rejected: 5, rejectedBy: { CRC_MISMATCH: 3, TRUNCATED: 2 }, pending: 3, flagged: 12 }
  api.get(['/devices/:id/account', '/account'], (_, response) => void response.json({ ...account, lastReceivedAt: new Date().toISOString() }))
  api.get('/devices/:id/rejected', (request, response) => void response.json({ frames: request.params.id.startsWith('meter') ? [rejected()] : [] }))
  api.get('/overview', (_, response) => void response.json(overview(city)))
  api.get('/live', (request, response) => void response.json(live(city, textOf(request.query.bbox))))
  api.post(
    '/live/tickets',
    (_, response) => void response.json({ username: 'dashboard', password: city.revision.toString(36), expiresInSeconds: 300, path: '/mqtt' }),
  )
  api.get('/health', (_, response) => void response.json(health()))
  return api
}

function textOf(parameter: unknown): string {
  return typeof parameter === 'string' ? parameter : ''
}

function problem(response: express.Response, status: number, detail: string): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ title: 'Error', status, detail }))
}

function withTypes(kind: (typeof kinds)[number]) {
  const fields = Object.entries(kind.fields).map(([name, field]) => [name, { type: 'number', ...field }])
  return { ...kind, fields: Object.fromEntries(fields) as object }
}

function models() {
  return ['citygate-bus-unit', 'eastron-sdm630', 'tuf-2000m', 'renke-rs-fsxcs-n01'].map(id => ({
    id,
    maker: 'A maker',
    title: { en: `Fake ${id}`, zh: `虚构 ${id}` },
    kind: 'bus',
    protocol: 'telemetry',
  }))
}

function deviceJson(device: FakeDevice) {
  const { id, org, kind, model, name, simulated, lat, lon } = device
  const place = kind === 'bus' ? {} : { place: { lat, lon } }
  return {
    id,
    org,
    kind,
    model,
    name,
    ...place,
    ...(simulated && { simulated }),
    stage: 'enrolled',
    lifeCycle: 'active',
    state: stateOf(device),
    lastReceivedAt: new Date(device.at).toISOString(),
  }
}

function stateOf(device: FakeDevice): 'ok' | 'stale' {
  return Date.now() - device.at > STALE_MS && device.kind === 'bus' ? 'stale' : 'ok'
}

function list(city: FakeCity, query: Readonly<Record<string, unknown>>) {
  const text = textOf(query.q).toLowerCase()
  const matching = [...city.devices.values()].filter(
    device => (query.kind === undefined || device.kind === query.kind) && `${device.id} ${device.name ?? ''}`.toLowerCase().includes(text),
  )
  const start = Number(query.cursor ?? 0)
  const limit = Number(query.limit ?? 100)
  const more = start + limit < matching.length
  return { devices: matching.slice(start, start + limit).map(deviceJson), total: matching.length, ...(more && { next: String(start + limit) }) }
}

function latest(device: FakeDevice) {
  const { at, lat, lon, kind, flagged } = device
  const time = new Date(at).toISOString()
  const fields = Object.entries(kinds.find(({ id }) => id === kind)?.fields ?? {})
  const values = fields.map(([name, field]) => {
    const own = name === 'speed' ? device.speed : name === 'heading' ? device.heading : undefined
    const quality = device.id === 'meter-1' && name === 'voltageL2' ? { quality: 'fault' } : {}
    return [name, { value: own ?? fakeValue(kind, name, at), at: time, ...quality, unit: field.unit, title: field.title }]
  })
  const [first] = fields
  return {
    at: time,
    receivedAt: time,
    state: stateOf(device),
    flagged: flagged === true || device.id === 'meter-1',
    values: Object.fromEntries(values) as object,
    position: { lat, lon },
    ...(flagged && { flags: { outOfRange: [first?.[0]] } }),
  }
}

function readings(device: FakeDevice, query: Readonly<Record<string, unknown>>) {
  const seconds: Readonly<Record<string, number>> = { '-1h': 3_600, '-1d': 86_400, '-7d': 604_800, '1m': 60, '10m': 600, '1h': 3_600 }
  const every = (seconds[String(query.every)] ?? 60) * 1_000
  const end = Date.now()
  const start = end - (seconds[String(query.from)] ?? 3_600) * 1_000
  const field = String(query.fields)
  const rows: object[] = []
  for (let at = Math.ceil(start / every) * every; at < end; at += every) {
    const share = (at - start) / (end - start)
    // An outage in the middle.
    if (share > 0.55 && share < 0.66) continue
    const value = fakeValue(device.kind, field, at)
    const number = Number(value)
    const spread = { [`${field}.mean`]: number, [`${field}.min`]: number * 0.85, [`${field}.max`]: number * 1.12 }
    rows.push({ at: new Date(at).toISOString(), values: query.fn === 'mean,min,max' ? spread : { [field]: number } })
  }
  return { everySeconds: every / 1_000, rows, truncated: false }
}

function rejected() {
  const bytes = '0104000000063008'
  return {
    offset: 41,
    device: 'meter-1',
    channel: 'modbus',
    receivedAt: new Date().toISOString(),
    bytes,
    reason: 'CRC_MISMATCH',
    detail: 'The CRC is 0830, the bytes give 71C8.',
  }
}

function live(city: FakeCity, bbox: string) {
  const [west = -180, south = -90, east = 180, north = 90] = bbox === '' ? [] : bbox.split(',').map(Number)
  const within = [...city.devices.values()].filter(({ lat, lon }) => lat >= south && lat <= north && lon >= west && lon <= east)
  const features = within.map(({ id, kind, org, name, group, route, at, heading, speed, flagged, simulated, revision, lat, lon }) => ({
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { device: id, kind, org, name, group, route, at: new Date(at).toISOString(), heading, speed, flagged, simulated, revision },
  }))
  return { type: 'FeatureCollection', features, revision: city.revision, truncated: false }
}

function overview(city: FakeCity) {
  const count = (devices: readonly FakeDevice[]) => ({
    total: devices.length,
    ok: devices.filter(device => stateOf(device) === 'ok').length,
    stale: devices.filter(device => stateOf(device) === 'stale').length,
    silent: 0,
    flagged: devices.filter(device => device.flagged).length,
    simulated: devices.length,
  })
  const all = [...city.devices.values()]
  return {
    devices: count(all),
    kinds: kinds.map(kind => ({ kind: kind.id, title: kind.title, devices: count(all.filter(device => device.kind === kind.id)) })),
    orgs: [{ org: 'pudong-bus', total: all.length }],
  }
}

function health() {
  return {
    status: 'degraded',
    version: '0.0.0-fake',
    startedAt: new Date(Date.now() - 3_600_000).toISOString(),
    checks: [
      { name: 'journal', ok: true },
      { name: 'series', ok: false, advice: 'InfluxDB at influx:8086 did not answer; readings wait in the journal.' },
    ],
    journal: { state: 'normal', bytes: 123_456_789, budgetBytes: 2_000_000_000, segments: 4, unsynced: 0 },
    sinks: [
      { name: 'series', cursor: 1, lagFrames: 4_210, lagSeconds: 95, state: 'retrying', problem: 'SERIES_UNREACHABLE' },
      { name: 'live', cursor: 1, lagFrames: 0, lagSeconds: 0, state: 'running' },
    ],
    connections: 212,
  }
}
