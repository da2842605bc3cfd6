import type { Actor } from '../../model/audit.ts'
import { GatewayError } from '../../model/errors.ts'
import { isId, type OrgId } from '../../model/ids.ts'
import type { Organisation, OrganisationChange, OrganisationName, Organisations } from '../../model/organisation.ts'
import { idRule, quoted } from '../check-device.ts'
import type { Writing } from '../write.ts'
import type { OrganisationMemory } from './organisation-memory.ts'
import { deleteOrganisation, insertOrganisation, updateOrganisation } from './organisation-writes.ts'

const longestName = 100

/** What {@link RegistryOrganisations} leans on. */
export interface RegistryOrganisationsOptions {
  readonly memory: OrganisationMemory
  /** Carries out a change on the open database; memory has it when this is done. */
  readonly write: (actor: Actor, change: (writing: Writing) => Promise<void>) => Promise<void>
}

/** Organisations, kept in the registry's database and asked in memory. */
export class RegistryOrganisations implements Organisations {
  readonly #options: RegistryOrganisationsOptions

  constructor(options: RegistryOrganisationsOptions) {
    this.#options = options
  }

  list(): readonly Organisation[] {
    return this.#options.memory.list()
  }

  get(id: OrgId): Organisation | undefined {
    return this.#options.memory.get(id)
  }

  async add(id: OrgId, name: OrganisationName, by: Actor): Promise<Organisation> {
    if (!isId(id)) throw new GatewayError('ORGANISATION_INVALID', `id: ${quoted(id)} is no id: expected ${idRule}`)
    checkNames(name)
    await this.#options.write(by, writing => insertOrganisation(writing, id, name))
    return this.#known(id)
  }

  async change(id: OrgId, change: OrganisationChange, by: Actor): Promise<Organisation> {
    checkNames(change.name ?? {})
    await this.#options.write(by, writing => updateOrganisation(writing, id, change))
    return this.#known(id)
  }

  async remove(id: OrgId, by: Actor): Promise<void> {
    await this.#options.write(by, writing => deleteOrganisation(writing, id))
  }

  #known(id: OrgId): Organisation {
    const found = this.get(id)
    if (found === undefined) throw new GatewayError('ORGANISATION_UNKNOWN', `there is no organisation ${quoted(id)}`)
    return found
  }
}

function checkNames(names: NonNullable<OrganisationChange['name']>): void {
  const problems = Object.entries(names).flatMap(([language, name]) =>
    name === undefined || name === null || isName(name) ? [] : [`name.${language}: expected 1 to ${longestName} characters without control characters`],
  )
  if (problems.length > 0) throw new GatewayError('ORGANISATION_INVALID', problems.join('; '))
}

/** Control characters would reach terminals and logs. */
function isName(name: string): boolean {
  return name.trim() !== '' && Array.from(name).length <= longestName && name.isWellFormed() && !/\p{C}/u.test(name)
}
