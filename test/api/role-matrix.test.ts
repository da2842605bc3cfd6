import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HttpServerOptions } from '../../gateway/api/options.ts'
import { apiRoutes } from '../../gateway/api/routes.ts'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import type { AuditRecord } from '../../gateway/model/audit.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { IdentityProvider } from '../../gateway/model/identity-provider.ts'
import type { Grant } from '../../gateway/model/roles.ts'
import type { TokenScope } from '../../gateway/model/tokens.ts'
import { planImport } from '../../gateway/registry/enrolment/import-plan.ts'
import { deviceTable } from '../../gateway/registry/enrolment/table-of.ts'
import { type Answered, ask } from './ask.ts'
import { type City, furnish, NOW, organisations, startCity } from './city.ts'
import { dtu } from './dtu-status.ts'
import { PeopleInMemory } from './people-in-memory.ts'
import { type AskerName, askers, type Cell, type Row, routeMatrix } from './route-matrix.ts'

const people = new PeopleInMemory()
/** Nobody is locked out here. */
const attempts = new AttemptLimiter({ rules: { ...personAttemptRules, wrongsBeforeLock: 1e6, wrongsPerAddress: 1e6, wrongsBeforeDelay: 1e6 } })
let strict: City
let open: City

const grantsOf: Readonly<Partial<Record<AskerName, Grant>>> = {
  viewer: { org: 'pudong', role: 'viewer' },
  operator: { org: 'pudong', role: 'operator' },
  engineer: { org: 'pudong', role: 'engineer' },
  admin: { org: 'pudong', role: 'admin' },
  'admin of minhang': { org: 'minhang', role: 'admin' },
  'engineer of *': { org: '*', role: 'engineer' },
  'admin of *': { org: '*', role: 'admin' },
}

const tokenOf: Readonly<Partial<Record<AskerName, string>>> = {
  token: 'cgt_pudong',
  'token for meters': 'cgt_pudong_meters',
  'token with command': 'cgt_pudong_command',
  'token of minhang': 'cgt_minhang',
}

const provider: IdentityProvider = {
  name: 'City account',
  issuer: 'https://id.example',
  asksOwnCode: true,
  dashboard: 'http://city.example',
  begin: async () => ({ url: 'https://id.example/authorize', errand: { state: 's', nonce: 'n', verifier: 'v' } }),
  prove: () => Promise.reject(new Error('nobody comes back here')),
  admit: () => Promise.reject(new Error('nobody comes back here')),
}
const probe = { state: 'done', asked: 0, of: 0, found: [] } as const
const figures = { connected: 1, strangers: 0, registered: 1, heartbeats: 0, handedOver: 0, replaced: 0, refusedClaims: 0, displaced: 0 }

/** Lists are checked as always, and written nowhere. */
const lists: HttpServerOptions['lists'] = {
  take: async ({ list, reach }) => {
    const { directory, catalogue } = strict.options
    const { rows, add, change, unchanged, problems, problemCount } = planImport(deviceTable(Buffer.from(list)), {
      directory,
      catalogue,
      reach,
      hasSecret: () => false,
    })
    return { written: problemCount === 0, rows, added: add.length, changed: change.length, unchanged, problems, problemCount, secrets: [] }
  },
  async *takeFile() {
    yield { state: 'checked', rows: 0, added: 0, changed: 0, unchanged: 0, problems: [], problemCount: 0 }
  },
}

/** bus-1 waits for pudong, registered as it is: approving does nothing. */
const enrolments: HttpServerOptions['enrolments'] = {
  list: async () => [
    { device: 'bus-1', org: 'pudong', model: 'bus-unit', key: 'k1', state: 'waiting', firstAt: NOW, lastAt: NOW, address: '10.0.0.1', contested: 0 },
    { device: 'new-meter', org: 'minhang', model: 'sdm630', key: 'k2', state: 'refused', firstAt: NOW, lastAt: NOW, address: '10.0.0.2', contested: 0 },
  ],
  keys: async () =>
    ['pudong', 'minhang'].map(org => ({ id: `key-${org}`, org, model: 'bus-unit', accept: false, most: 9, used: 1, createdAt: NOW, expiresAt: NOW + 1_000 })),
  approve: async (ids, _by, decides) => decideOver(ids, decides),
  refuse: async (ids, _by, decides) => void decideOver(ids, decides),
}

const entries = [
  { ...auditEntry(3, 'person:root'), after: { grants: [{ org: 'minhang', role: 'viewer' }] } },
  auditEntry(2, 'device:bus-2', 'minhang'),
  auditEntry(1, 'device:bus-1', 'pudong'),
]
const audit: HttpServerOptions['audit'] = {
  search: async ({ orgs }) => ({ entries: entries.filter(({ org }) => orgs === undefined || (org !== undefined && orgs.includes(org))) }),
  get: async seq => entries.find(entry => entry.seq === seq),
}

function auditEntry(seq: number, subject: string, org?: string): AuditRecord {
  const actor = { type: 'cli', name: 'root' } as const
  return { seq, at: NOW, actor, action: 'thing.change', subject, ...(org !== undefined && { org }), previousHash: '00', hash: '11' }
}

function decideOver(ids: readonly string[], decides: (org: string) => boolean): readonly [] {
  if (ids.join() !== 'bus-1' || !decides('pudong')) throw new GatewayError('ENROLMENT_UNKNOWN', 'no such device waits')
  return []
}

beforeAll(async () => {
  const device = { id: 'bus-1', org: 'pudong', model: 'bus-unit' }
  const parts = {
    signIn: { people, attempts, provider },
    enrolments,
    dtus: { list: () => [dtu('dtu-1'), dtu('dtu-2')], figures: () => figures, probe: () => probe, probed: () => probe },
    upkeep: {
      add: async () => 'secret',
      change: async () => [device],
      remove: async () => undefined,
      renewSecret: async () => ({ secret: 'secret', previousUntil: NOW }),
    },
    lists,
    orgs: {
      list: () => organisations,
      get: (id: string) => organisations.find(one => one.id === id),
      add: async (id: string) => ({ id, name: {}, createdAt: NOW }),
      change: async (id: string) => ({ id, name: {}, createdAt: NOW }),
      remove: async () => undefined,
    },
    audit,
    tokens: {
      list: () => [
        { id: '0a1b2c3d4e5f', org: 'pudong', createdAt: NOW },
        { id: '1a1b2c3d4e5f', org: 'minhang', createdAt: NOW },
      ],
      add: async (scope: TokenScope) => ({ info: { ...scope, id: '2a1b2c3d4e5f', createdAt: NOW }, token: 'cgt_' }),
      remove: async () => undefined,
    },
  }
  strict = await startCity({ ...parts, access: 'sign-in' })
  open = await startCity(parts)
  for (const city of [strict, open]) {
    furnish(city)
    city.directory.put(
      { id: 'meter-3', org: 'pudong', model: 'sdm630', link: { url: 'dtu://dtu-1', unit: 1 } },
      { id: 'meter-4', org: 'minhang', model: 'sdm630', link: { url: 'dtu://dtu-2', unit: 1 } },
    )
    for (const [offset, id] of [...city.directory.devices.keys()].entries()) {
      city.account.reject(offset + 1, id)
      city.clocks.set(id, { device: id, fault: 'ahead', offsetMs: 60_000, since: NOW })
    }
  }
})

afterAll(() => Promise.all([strict.server.stop(), open.server.stop()]))

/** What has a row find what it asks about, whatever another asker did before. */
async function prepare(): Promise<void> {
  for (const id of [...people.people()].map(person => person.id)) await people.removePerson(id, { type: 'gateway', name: 'test' })
  people.put({ id: 'temp', grants: [{ org: 'pudong', role: 'viewer' }] }, 'a very long password')
  await people.invite('temp', { type: 'gateway', name: 'test' })
}

async function askAs(asker: AskerName, { path, method = 'GET', body }: Row): Promise<Answered> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  if (asker === 'local') return ask(open, path, { method, headers: { Host: 'localhost' }, ...sent })
  const own = { Host: 'city.example', Origin: 'http://city.example' }
  const token = tokenOf[asker]
  const grant = grantsOf[asker]
  if (grant === undefined) return ask(strict, path, { method, headers: own, ...sent, ...(token !== undefined && { token }) })
  people.put({ id: 'asker', grants: [grant] }, 'a very long password')
  const opened = await people.openSession('asker', { means: 'password', address: '127.0.0.1', agent: '' }, { type: 'gateway', name: 'test' })
  return ask(strict, path, { method, headers: { ...own, Cookie: `citygate_session=${opened.token}` }, ...sent })
}

/** What became of it, as the table says it. Other errors than those of rights mean that the asker was let in. */
function verdict({ status, json, text }: Answered, { shows }: Row): Cell {
  const { code } = (json ?? {}) as { code?: string }
  if (status === 401 || status === 403) return status
  if ((code !== undefined && unknowns.has(code)) || text.includes('The audit has no entry')) return 404
  if (status >= 500) throw new Error(`${status} ${code}`)
  return shows === undefined || text.includes(shows) ? 'y' : 'own'
}

const unknowns: ReadonlySet<string> = new Set(['DEVICE_UNKNOWN', 'ENROLMENT_UNKNOWN', 'TOKEN_UNKNOWN', 'PERSON_UNKNOWN', 'LINE_UNKNOWN'])

it('every route is in the table, and nothing else', () => {
  expect(Object.keys(routeMatrix).sort()).toEqual(
    apiRoutes(strict.options)
      .map(({ facts }) => facts.id)
      .sort(),
  )
  for (const [id, { cells }] of Object.entries(routeMatrix)) expect(cells.length, id).toBe(askers.length)
})

it('every route lets in whom it should, and nobody else', async () => {
  const seen: Record<string, readonly Cell[]> = {}
  for (const [id, row] of Object.entries(routeMatrix)) {
    const verdicts: Cell[] = []
    for (const asker of askers) {
      await prepare()
      verdicts.push(verdict(await askAs(asker, row), row))
    }
    seen[id] = verdicts
  }
  console.log(table(seen))
  expect(seen).toEqual(Object.fromEntries(Object.entries(routeMatrix).map(([id, { cells }]) => [id, cells])))
})

it('no answer to an asker of one organisation names a device of another', async () => {
  const foreign = /bus-2|meter-2|meter-4|dtu-2|new-meter|minhang|89860321849876543210|Depot 3/
  const mine: AskerName[] = ['token', 'token with command', 'viewer', 'operator', 'engineer', 'admin']
  let looked = 0
  for (const [id, row] of Object.entries(routeMatrix)) {
    if (row.method !== undefined) continue
    for (const asker of mine) {
      await prepare()
      const answered = await askAs(asker, row)
      expect(answered.text, `${asker} asks ${id}`).not.toMatch(foreign)
      looked++
    }
    // That there is something to hide is seen by whoever may see all.
    if (
      ['listDevices', 'getLive', 'getOverview', 'listOrgAccounts', 'listRejected', 'listClocks', 'listTokens', 'listAudit', 'listDtus', 'listOrgs'].includes(id)
    ) {
      expect((await askAs('admin of *', row)).text, id).toMatch(foreign)
    }
  }
  expect(looked).toBeGreaterThan(150)
})

function table(rows: Readonly<Record<string, readonly Cell[]>>): string {
  const widths = askers.map(asker => Math.max(asker.length, 3))
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(22)}${cells.map((cell, index) => String(cell).padEnd((widths[index] ?? 3) + 2)).join('')}`.trimEnd()
  return [line('', askers), ...Object.entries(rows).map(([id, cells]) => line(id, cells))].join('\n')
}
