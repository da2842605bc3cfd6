import { setImmediate as turn } from 'node:timers/promises'
import type { Actor } from '../../model/audit.ts'
import type { Catalogue } from '../../model/device.ts'
import type { BroughtFile, FileEvent, MadeSecret } from '../../model/enrolment.ts'
import { GatewayError } from '../../model/errors.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Registry } from '../registry.ts'
import { derivedSecret } from '../secrets.ts'
import { importDevices } from './import-devices.ts'
import { Planning } from './import-plan.ts'
import { tableInvalid } from './table-row.ts'
import { tableInThread } from './table-thread.ts'

/** More than a city installs at once; each costs memory until the list is checked. */
const mostFileRows = 100_000
/** As many problems are told, for a page to leaf through. */
const mostFileProblems = 5_000
/** Devices of one transaction. SQLite writes in the thread that takes frames: fewer at once than where a command does it. */
const devicesAtOnce = 200
/** Rows between two events. */
const rowsAnEvent = 5_000
/** Secrets of one event. */
const secretsAtOnce = 500

/** Checks a file with devices and writes it, as {@link DeviceLists.takeFile} says. */
export async function* takeFile(registry: Registry, catalogue: Catalogue, brought: BroughtFile, by: Actor): AsyncGenerator<FileEvent> {
  const { file, key, org, update, reach } = brought
  try {
    yield { state: 'checking', rows: 0 }
    const { places, rows } = await tableInThread(file)
    const planning = new Planning(places, {
      directory: registry,
      catalogue,
      hasSecret: (id, secret) => registry.hasSecret(id, secret),
      update,
      resume: true,
      reach,
      mostProblems: mostFileProblems,
      ...(org !== undefined && { org }),
    })
    for await (const some of rows) {
      for (const row of some) planning.take(row)
      if (planning.rows > mostFileRows) throw tableInvalid(undefined, `more than ${mostFileRows} rows: divide the file`)
      if (planning.rows % rowsAnEvent === 0) yield { state: 'checking', rows: planning.rows }
    }
    const plan = planning.plan()
    const { add, change, unchanged, problems, problemCount } = plan
    yield { state: 'checked', rows: plan.rows, added: add.length, changed: change.length, unchanged, problems, problemCount }
    if (brought.dryRun || problemCount > 0) return
    if (key === undefined) throw new GatewayError('IMPORT_INVALID', 'a key is needed to write: the secrets of the devices follow from it')
    const of = add.length + change.length
    const secrets = { secretOf: (id: DeviceId) => derivedSecret(key, id), write: async () => undefined }
    for await (const done of importDevices(plan, registry.as(by), secrets, devicesAtOnce)) {
      yield { state: 'writing', done, of }
      await turn()
    }
    for await (const some of keyedSecrets(planning.withoutSecret(), key, registry)) yield { state: 'secrets', secrets: some }
    yield { state: 'written' }
  } catch (error) {
    // The answer has begun, and its status can not say it any more.
    if (!(error instanceof GatewayError)) throw error
    yield { state: 'failed', error }
  }
}

/** The secrets that follow from the key, of the devices that have them: also of those that an earlier run wrote. */
async function* keyedSecrets(ids: Iterable<DeviceId>, key: string, registry: Registry): AsyncGenerator<readonly MadeSecret[]> {
  let some: MadeSecret[] = []
  for (const id of ids) {
    const secret = derivedSecret(key, id)
    if (registry.hasSecret(id, secret)) some.push({ id, secret })
    if (some.length < secretsAtOnce) continue
    yield some
    some = []
    await turn()
  }
  if (some.length > 0) yield some
}
