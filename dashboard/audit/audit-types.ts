/** What is kept about a thing before or after it was changed. */
export type Facts = Readonly<Record<string, unknown>>

/** Who does something: whoever is signed in to the machine, a person, an integrator's token, or the gateway by itself. */
export type ActorType = 'cli' | 'person' | 'token' | 'gateway'

/** An entry of the audit as the API tells it. */
export interface AuditEntry {
  readonly seq: number
  /** RFC 3339. */
  readonly at: string
  readonly actor: { readonly type: ActorType; readonly name: string; readonly address?: string }
  readonly action: string
  /** `type:id`. */
  readonly subject: string
  readonly org?: string
  readonly before?: Facts
  readonly after?: Facts
  /** Only for those who administer every organisation. */
  readonly hash?: string
}

export interface AuditPageAnswer {
  readonly entries: readonly AuditEntry[]
  /** The `before` of the next page; absent on the last. */
  readonly next?: number
}
