import type { OrgId } from '../../model/ids.ts'
import type { Organisation } from '../../model/organisation.ts'

/** The organisations as the running gateway asks them. */
export class OrganisationMemory {
  #organisations = new Map<OrgId, Organisation>()

  get(id: OrgId): Organisation | undefined {
    return this.#organisations.get(id)
  }

  /** In the order of their ids. */
  list(): readonly Organisation[] {
    return [...this.#organisations.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  replace(organisations: readonly Organisation[]): void {
    this.#organisations = new Map(organisations.map(one => [one.id, one]))
  }

  /** Puts those that were found in the place of those that were asked for. */
  update(ids: readonly OrgId[], found: readonly Organisation[]): void {
    for (const id of ids) this.#organisations.delete(id)
    for (const one of found) this.#organisations.set(one.id, one)
  }
}
