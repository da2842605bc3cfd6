import type { Actor } from './audit.ts'
import type { EpochMs } from './frame.ts'
import type { OrgId } from './ids.ts'

/** What an organisation is called, in the languages in which somebody said so. */
export interface OrganisationName {
  readonly zh?: string
  readonly en?: string
}

/** Whoever runs devices here: a bus company, a water utility. It is there as soon as something belongs to it; what it is called is said by administrators of the whole gateway. */
export interface Organisation {
  readonly id: OrgId
  readonly name: OrganisationName
  readonly createdAt: EpochMs
  /** Since when nothing new is registered for it. What it has goes on. */
  readonly retiredAt?: EpochMs
}

/** What is to be said of an organisation. What is absent stays, null takes a name away. */
export interface OrganisationChange {
  readonly name?: { readonly zh?: string | null | undefined; readonly en?: string | null | undefined } | undefined
  readonly retired?: boolean | undefined
}

/** The organisations. Asked from memory; every change is told to the audit. */
export interface Organisations {
  /** In the order of their ids. */
  list(): readonly Organisation[]
  get(id: OrgId): Organisation | undefined
  /** Throws ORGANISATION_INVALID or ORGANISATION_EXISTS. */
  add(id: OrgId, name: OrganisationName, by: Actor): Promise<Organisation>
  /** Throws ORGANISATION_UNKNOWN or ORGANISATION_INVALID. */
  change(id: OrgId, change: OrganisationChange, by: Actor): Promise<Organisation>
  /** Throws ORGANISATION_UNKNOWN, or ORGANISATION_IN_USE while a device, token, provisioning key or role belongs to it. */
  remove(id: OrgId, by: Actor): Promise<void>
}
