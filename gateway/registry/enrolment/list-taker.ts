import type { Actor } from '../../model/audit.ts'
import type { Catalogue } from '../../model/device.ts'
import type { BroughtFile, BroughtList, DeviceLists, FileEvent, TakenList } from '../../model/enrolment.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Registry } from '../registry.ts'
import { takeFile } from './file-taking.ts'
import { batchDevices, importDevices } from './import-devices.ts'
import { planImport } from './import-plan.ts'
import { deviceTable } from './table-of.ts'
import { tableInvalid } from './table-row.ts'

/** Takes short lists at once, with the secrets in the answer; and files, telling how far it is. */
export class ListTaker implements DeviceLists {
  readonly #registry: Registry
  readonly #catalogue: Catalogue

  constructor(registry: Registry, catalogue: Catalogue) {
    this.#registry = registry
    this.#catalogue = catalogue
  }

  async take({ list, org, update, dryRun, reach }: BroughtList, actor: Actor): Promise<TakenList> {
    const plan = planImport(deviceTable(Buffer.from(list)), {
      directory: this.#registry,
      catalogue: this.#catalogue,
      hasSecret: (id, secret) => this.#registry.hasSecret(id, secret),
      update,
      reach,
      ...(org !== undefined && { org }),
    })
    // More than one transaction could end in the middle, with secrets that no answer brings.
    if (plan.rows > batchDevices) throw tableInvalid(undefined, `more than ${batchDevices} rows: divide the list, or use 'citygate device import'`)
    const secrets: { id: DeviceId; secret: string }[] = []
    const keeper = { secretOf: () => undefined, write: async (made: readonly { id: DeviceId; secret: string }[]) => void secrets.push(...made) }
    const written = !dryRun && plan.problemCount === 0
    if (written) for await (const _ of importDevices(plan, this.#registry.as(actor), keeper));
    const { rows, unchanged, problems, problemCount } = plan
    return { written, rows, added: plan.add.length, changed: plan.change.length, unchanged, problems, problemCount, secrets }
  }

  takeFile(brought: BroughtFile, actor: Actor): AsyncGenerator<FileEvent> {
    return takeFile(this.#registry, this.#catalogue, brought, actor)
  }
}
