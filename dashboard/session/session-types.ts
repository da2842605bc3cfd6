export const roles = ['viewer', 'operator', 'engineer', 'admin'] as const
/** What somebody is to an organisation, from the least to the most; each may what the one before may. */
export type Role = (typeof roles)[number]

/** Stands for every organisation, and for the gateway itself. */
export const everyOrg = '*'

export interface Grant {
  readonly org: string
  readonly role: Role
}

/** Where people may sign in elsewhere. */
export interface SignInProvider {
  readonly name: string
  /** The origin of the dashboard's page from which it works. */
  readonly dashboard: string
}

/** Who the page belongs to. `loopback`: on the gateway's own machine nobody signs in. */
export interface SessionAnswer {
  readonly access: 'loopback' | 'sign-in'
  readonly signedIn: boolean
  readonly person?: { readonly id: string; readonly name?: string }
  readonly grants?: readonly Grant[]
  readonly means?: string
  readonly hasPassword?: boolean
  readonly secondFactor?: boolean
  readonly expiresAt?: string
  readonly provider?: SignInProvider
}
