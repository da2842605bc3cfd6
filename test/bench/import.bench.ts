/**
 * What it takes to enrol a city: lists of 50,000 devices read, checked and registered, with their secrets synced to a file, on SQLite and on PostgreSQL; how soon another
 * gateway knows them all; and what it costs when ten thousand of them come back at once. Prints figures, asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { RegistryPlace } from '../../gateway/registry/database.ts'
import { csvLine } from '../../gateway/registry/enrolment/csv-line.ts'
import { importDevices } from '../../gateway/registry/enrolment/import-devices.ts'
import { planImport } from '../../gateway/registry/enrolment/import-plan.ts'
import { SecretsFile } from '../../gateway/registry/enrolment/secrets-file.ts'
import { deviceTable } from '../../gateway/registry/enrolment/table-of.ts'
import { xlsxOf } from '../../gateway/registry/enrolment/xlsx-of.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { startPostgres } from '../support/postgres.ts'

const DEVICES = 50_000
const folder = await mkdtemp(join(tmpdir(), 'citygate-import-'))
const postgres = await startPostgres()
const catalogue = await loadCatalogue({})
const rows = [
  ['id', 'model', 'name', 'group', 'tags', 'sim', 'lat', 'lon'],
  ...Array.from({ length: DEVICES }, (_, n) => [
    `bus-${n}`,
    'citygate-bus-unit',
    `${n % 900}路 ${n}`,
    `Depot ${n % 40}`,
    'night v2',
    `8986032184${String(n).padStart(10, '0')}`,
    (31 + n / 1e5).toFixed(5),
    (121 + n / 1e5).toFixed(5),
  ]),
]
const lists = { CSV: Buffer.from(rows.map(csvLine).join('')), XLSX: xlsxOf(rows, 'devices') }

try {
  for (const [form, bytes] of Object.entries(lists)) {
    await enrol(`${form}, SQLite`, bytes, { file: join(folder, form, 'registry.db') })
    await enrol(`${form}, PostgreSQL`, bytes, { postgres: await postgres.database() })
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

async function enrol(what: string, bytes: Buffer, place: RegistryPlace): Promise<void> {
  const common = { ...place, log: new MemoryLog(), now: Date.now }
  const [registry, other] = [new Registry(common), new Registry(common)]
  await registry.start()
  await other.start()
  const began = performance.now()
  const hasSecret = (id: string, secret: string): boolean => registry.hasSecret(id, secret)
  const plan = planImport(deviceTable(bytes), { directory: registry, catalogue, org: 'pudong-bus', hasSecret })
  if (plan.add.length !== DEVICES) throw new Error(`${what}: ${plan.problems[0]}`)
  const checked = performance.now()
  const secrets = await SecretsFile.open(join(folder, `${what}.csv`), false)
  for await (const _ of importDevices(plan, registry.as({ type: 'gateway', name: 'bench' }), secrets));
  await secrets.close()
  const written = performance.now()
  while (other.size < DEVICES) await pause(5)
  const known = performance.now()
  const again = await SecretsFile.open(join(folder, `${what}.csv`), true)
  const signIns = performance.now()
  for (let n = 0; n < 10_000; n++) if (!other.device(`bus-${n}`, again.secretOf(`bus-${n}`) ?? '')) throw new Error(`bus-${n} can not sign in`)
  const signedIn = performance.now()
  await again.close()
  const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(2)} s`
  console.log(
    `${what}: ${DEVICES} devices checked in ${seconds(began, checked)}, written in ${seconds(checked, written)}, known to another gateway ${seconds(written, known)} later; ` +
      `10,000 sign in in ${(signedIn - signIns).toFixed(0)} ms`,
  )
  await registry.stop()
  await other.stop()
}
