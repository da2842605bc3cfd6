import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openModelBench } from '../../devices/model-bench.ts'
import { ClientAddresses } from '../../gateway/api/client-address.ts'
import { HttpConnections } from '../../gateway/api/http-connections.ts'
import { HttpServer } from '../../gateway/api/http-server.ts'
import type { HttpServerOptions } from '../../gateway/api/options.ts'
import { RequestPace } from '../../gateway/api/request-pace.ts'
import type { Principal } from '../../gateway/model/access.ts'
import type { Account, AccountBook, RejectedFrame } from '../../gateway/model/account.ts'
import { AddressSet } from '../../gateway/model/address-set.ts'
import type { DeviceClock } from '../../gateway/model/clock.ts'
import type { CommandDefinition, CommandRecord, Commands } from '../../gateway/model/command.ts'
import type { Catalogue, Device, DeviceDirectory, Model, ModelEntry } from '../../gateway/model/device.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { HealthReport } from '../../gateway/model/health.ts'
import type { DeviceHours } from '../../gateway/model/hours.ts'
import type { Kind } from '../../gateway/model/kind.ts'
import type { LinePolls, LineStats } from '../../gateway/model/line.ts'
import type { LiveState } from '../../gateway/model/live.ts'
import type { LineSpeed } from '../../gateway/model/model-bench.ts'
import type { Organisation, Organisations } from '../../gateway/model/organisation.ts'
import type { SeriesQuery, SeriesRow, SeriesStore, VisitorsQuery } from '../../gateway/model/series.ts'
import { CatalogueFrameReader } from '../../gateway/pipeline/frame-reader.ts'
import { MemoryLog } from '../support/log.ts'

/** The clock of these tests: 08:00 in Shanghai. */
export const NOW = Date.parse('2026-07-31T00:00:00Z')

export const bus: Kind = {
  id: 'bus',
  title: { en: 'Bus', zh: '公交车' },
  moves: true,
  staleAfterSeconds: 60,
  fields: {
    speed: { unit: 'km/h', range: [0, 120], title: { en: 'Speed', zh: '速度' } },
    heading: { unit: '°', circular: true, title: { en: 'Heading', zh: '航向' } },
    doorOpen: { type: 'boolean', title: { en: 'Door open', zh: '车门开启' } },
    route: { type: 'string', title: { en: 'Route', zh: '线路' } },
  },
}

export const meter: Kind = {
  id: 'electricity-meter',
  title: { en: 'Electricity meter', zh: '电表' },
  moves: false,
  staleAfterSeconds: 3600,
  fields: { importEnergy: { unit: 'kWh', counter: true, title: { en: 'Imported energy', zh: '正向有功电能' } } },
}

function model(id: string, kind: string): Model {
  const title = { en: id, zh: id }
  return { id, maker: 'Acme', title, kind, protocol: 'telemetry', source: 'manual', verified: 'manual frame', mapping: { points: [] } }
}

const models: readonly ModelEntry[] = [
  { model: model('bus-unit', 'bus'), kind: bus, decoderFor: () => undefined },
  { model: model('sdm630', 'electricity-meter'), kind: meter, decoderFor: () => undefined },
]

/** A mock of the catalogue: two kinds, a model each. */
const catalogue: Catalogue = {
  kind: id => [bus, meter].find(kind => kind.id === id),
  kinds: () => [bus, meter],
  model: id => models.find(entry => entry.model.id === id),
  models: () => models,
}

/** A mock of the device directory. */
class MockDirectory implements DeviceDirectory {
  readonly devices = new Map<string, Device>()
  version = 0
  get = (id: string): Device | undefined => this.devices.get(id)
  all = (): Iterable<Device> => this.devices.values()
  onChange = (): (() => void) => () => undefined

  get size(): number {
    return this.devices.size
  }

  put(...devices: Device[]): void {
    for (const device of devices) this.devices.set(device.id, device)
    this.version += 1
  }
}

/** A mock of the series store: remembers what it is asked, answers what a test says. */
class MockSeries implements SeriesStore {
  readonly description = 'mock'
  readonly asked: SeriesQuery[] = []
  answer: (query: SeriesQuery) => readonly SeriesRow[] | Promise<readonly SeriesRow[]> = () => []
  survey: SeriesStore['survey'] = async () => new Map()
  /** Who was in a box; everybody, unless a test says otherwise. */
  found: (query: VisitorsQuery) => readonly string[] = query => query.devices
  start = async (): Promise<void> => undefined
  stop = async (): Promise<void> => undefined
  write = async (): Promise<void> => undefined
  ping = async (): Promise<void> => undefined

  async visitors(query: VisitorsQuery): Promise<ReadonlySet<string>> {
    return new Set(this.found(query))
  }

  async read(query: SeriesQuery): Promise<readonly SeriesRow[]> {
    this.asked.push(query)
    return this.answer(query)
  }
}

const ZEROS: Account = { received: 0, stored: 0, duplicate: 0, rejected: 0, rejectedBy: {}, pending: 0, flagged: 0 }

/** A mock of the account book. */
class MockAccount implements AccountBook {
  readonly accounts = new Map<string, Account>()
  readonly frames: RejectedFrame[] = []
  of = (device: string): Account => this.accounts.get(device) ?? ZEROS
  rejectedBy: Account['rejectedBy'] = {}
  total = (): Account => ({ ...ZEROS, received: 99, stored: 99, rejectedBy: this.rejectedBy })

  rejectedFrames(query: { readonly device?: string; readonly before?: number; readonly limit: number }): readonly RejectedFrame[] {
    return this.frames
      .filter(frame => (query.device === undefined || frame.device === query.device) && (query.before === undefined || frame.offset < query.before))
      .sort((a, b) => b.offset - a.offset)
      .slice(0, query.limit)
  }

  reject(offset: number, device: string, reason: RejectedFrame['reason'] = 'CRC_MISMATCH'): void {
    this.frames.push({ offset, device, channel: 'modbus', receivedAt: NOW, payload: Uint8Array.of(1, 4, 255), reason, detail: 'CRC is 0000' })
  }
}

/** One line, busy. */
export const lines: readonly LineStats[] = [
  {
    url: 'modbus-tcp://10.0.0.9:502',
    connected: true,
    devices: 2,
    silent: 1,
    requests: 10,
    answers: 7,
    exceptions: 1,
    timeouts: 2,
    strays: 1,
    disconnects: 0,
    missed: 3,
    utilisation: 0.25,
    slipP50Ms: 1.5,
    slipP99Ms: 20,
    unsynced: 0,
    notKept: 0,
    paused: false,
  },
]

/** A mock of what is asked on a line: two devices of a model, at the speed that was asked for. */
export function linePolls(_url: string, speed: LineSpeed): LinePolls {
  const poll = {
    what: 'input registers 0 to 9',
    place: { table: 4, address: 0, count: 10 },
    everyMs: 10_000,
    requestBytes: 8,
    answerBytes: 25,
    ms: 50,
  } as const
  const devices = [
    { device: 'meter-1', address: '3', silent: false },
    { device: 'meter-gone', address: '4', silent: true },
  ]
  return { speed, isKnown: false, models: [{ model: 'sdm630', polls: [poll], utilisation: 0.005, devices }], utilisation: 0.01 }
}

/** A mock of the command book: every device takes one order, and each is confirmed at once. */
class MockCommands implements Commands {
  readonly #given: CommandRecord[] = []
  definitions = (): readonly CommandDefinition[] => [
    { name: 'setPoint', title: { en: 'Set-point', zh: '设定值' }, value: { type: 'number', unit: '°C', range: [5, 30] } },
  ]

  async give({ device, name, value, expiresInMs }: Parameters<Commands['give']>[0]): Promise<CommandRecord> {
    if (name !== 'setPoint' || typeof value !== 'number') throw new GatewayError('COMMAND_INVALID', `${device} takes no order "${name}"`)
    const record: CommandRecord = { id: this.#given.length + 1, device, name, value, state: 'pending', givenAt: NOW, expiresAt: NOW + expiresInMs }
    this.#given.unshift({ ...record, state: 'confirmed', detail: 'read back', sentAt: NOW, settledAt: NOW })
    return record
  }

  get = (id: number): CommandRecord | undefined => this.#given.find(record => record.id === id)
  of = (device: string, limit: number): readonly CommandRecord[] => this.#given.filter(record => record.device === device).slice(0, limit)
}

const noRegistry = (): Promise<never> => Promise.reject(new Error('this server changes no devices'))

const tokens: Readonly<Record<string, Principal>> = {
  cgt_pudong: { type: 'token', id: 't1', org: 'pudong' },
  cgt_pudong_meters: { type: 'token', id: 't2', org: 'pudong', kind: 'electricity-meter' },
  cgt_pudong_command: { type: 'token', id: 't4', org: 'pudong', command: true },
  cgt_minhang: { type: 'token', id: 't3', org: 'minhang' },
}

/** What two organisations are called. */
export const organisations: readonly Organisation[] = [
  { id: 'minhang', name: { zh: '闵行水务' }, createdAt: NOW },
  { id: 'pudong', name: { zh: '浦东公交', en: 'Pudong Bus' }, createdAt: NOW },
]

/** A mock of the organisations: those two, and none to be changed. */
export const named: Organisations = {
  list: () => organisations,
  get: id => organisations.find(org => org.id === id),
  add: noRegistry,
  change: noRegistry,
  remove: noRegistry,
}

export const healthy: HealthReport = {
  status: 'ok',
  version: '0.1.0',
  startedAt: NOW - 1000,
  checks: [{ name: 'series', ok: true }],
  journal: { state: 'normal', bytes: 10, budgetBytes: 100, segments: 1, unsynced: 0 },
  sinks: [{ name: 'series', cursor: 3, lagFrames: 0, lagSeconds: 0, lagBudgetSeconds: 60, batchReadings: 5_000, state: 'running' }],
  connections: 2,
}

export interface City {
  readonly server: HttpServer
  readonly options: HttpServerOptions
  readonly directory: MockDirectory
  readonly series: MockSeries
  readonly account: MockAccount
  readonly clocks: Map<string, DeviceClock>
  readonly states: Map<string, LiveState>
  readonly hours: Map<string, DeviceHours>
  readonly log: MemoryLog
}

/** A server over mocks of every port, at 127.0.0.1 and a free port. */
export async function startCity(changes: Partial<HttpServerOptions> = {}): Promise<City> {
  const directory = new MockDirectory()
  const series = new MockSeries()
  const account = new MockAccount()
  const clocks = new Map<string, DeviceClock>()
  const log = new MemoryLog()
  const states = new Map<string, LiveState>()
  const hours = new Map<string, DeviceHours>()
  const options: HttpServerOptions = {
    host: '127.0.0.1',
    port: 0,
    access: 'loopback',
    clients: new ClientAddresses(new AddressSet([])),
    catalogue,
    directory,
    live: { get: id => states.get(id), all: () => states.values(), revision: 7 },
    hours: { since: NOW - 36 * 3_600_000, of: id => hours.get(id) },
    series,
    account,
    frames: new CatalogueFrameReader(catalogue),
    bench: await openModelBench(catalogue),
    lists: {
      take: () => Promise.reject(new Error('this server takes no lists')),
      takeFile: () => {
        throw new Error('this server takes no files')
      },
    },
    enrolments: { list: async () => [], keys: async () => [], approve: noRegistry, refuse: noRegistry },
    orgs: { ...named, list: () => [], get: () => undefined },
    upkeep: { add: noRegistry, change: noRegistry, remove: noRegistry, renewSecret: noRegistry },
    journal: { start: 0, end: 0, read: async () => [] },
    lines: { lines: () => lines, polls: linePolls },
    commands: new MockCommands(),
    tokens: { list: () => [], add: noRegistry, remove: noRegistry },
    audit: { search: async () => ({ entries: [] }), get: async () => undefined },
    clocks: { get: id => clocks.get(id), all: () => clocks.values() },
    health: async () => healthy,
    metrics: async () => '# TYPE citygate_devices gauge\ncitygate_devices 2\n',
    authenticator: {
      device: () => undefined,
      token: token => (Object.hasOwn(tokens, token) ? tokens[token] : undefined),
      tokenHolds: () => true,
    },
    tickets: { issue: () => ({ username: 'live', password: 'ticket-1', expiresInSeconds: 60 }), check: () => ({ type: 'local' }), holds: () => true },
    dashboardFolder: join(tmpdir(), 'citygate-no-such-folder'),
    mapSettings: { timeZone: 'Asia/Shanghai', datum: 'wgs84' },
    limits: () => ({
      limits: [{ setting: 'limits.connections', most: 20_000, inUse: 3, beyond: 0 }],
      contested: [],
      people: { lockedNames: 1, lockedAddresses: 0, slowedNames: 0, locks: 2, refused: 3 },
    }),
    exports: { rows: 10_000, bytes: 16 * 1024 * 1024 },
    connections: new HttpConnections({ all: 5_000, perAddress: 2_000 }),
    pace: new RequestPace({ perToken: 10_000, perAddress: 10_000 }),
    upgrade: (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    log,
    now: () => NOW,
    ...changes,
  }
  const server = new HttpServer(options)
  await server.start()
  return { server, options, directory, series, account, clocks, states, hours, log }
}

/** Two organisations with a bus and a meter each; the first two have been heard of. */
export function furnish(city: City): void {
  city.directory.put(
    { id: 'meter-2', org: 'minhang', model: 'sdm630', place: { lat: 31.1, lon: 121.3 } },
    { id: 'bus-1', org: 'pudong', model: 'bus-unit', name: 'Line 21 / 浦东', simulated: true },
    { id: 'meter-1', org: 'pudong', model: 'sdm630', place: { lat: 31.2, lon: 121.5 }, behind: 'dtu-1', link: { url: 'modbus-tcp://10.0.0.9:502', unit: 3 } },
    { id: 'bus-2', org: 'minhang', model: 'bus-unit', group: 'Depot 3', tags: ['night', 'v2'], sim: '89860321849876543210', stage: 'planned' },
  )
  city.states.set('bus-1', {
    device: 'bus-1',
    org: 'pudong',
    kind: 'bus',
    model: 'bus-unit',
    at: NOW - 5000,
    receivedAt: NOW - 4000,
    values: { speed: { value: 31.5, at: NOW - 5000, quality: 'fault' }, heading: { value: 90, at: NOW - 9000 }, route: { value: '21', at: NOW - 5000 } },
    position: { lat: 31.23, lon: 121.47 },
    flags: { outOfRange: ['speed'], quality: { speed: 'fault' } },
    revision: 5,
  })
  city.states.set('meter-1', {
    device: 'meter-1',
    org: 'pudong',
    kind: 'electricity-meter',
    model: 'sdm630',
    at: NOW - 7_200_000,
    receivedAt: NOW - 7_200_000,
    values: { importEnergy: { value: 1234.5, at: NOW - 7_200_000 } },
    flags: {},
    revision: 3,
  })
  city.account.accounts.set('bus-1', {
    received: 10,
    stored: 6,
    duplicate: 1,
    rejected: 2,
    rejectedBy: { CRC_MISMATCH: 2 },
    pending: 1,
    flagged: 1,
    lastReceivedAt: NOW - 1000,
  })
  city.account.accounts.set('meter-1', { ...ZEROS, received: 5, stored: 5 })
}
