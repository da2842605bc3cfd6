import type { OrgId } from './ids.ts'

/** Who does something. Everything that changes what the gateway knows, or what a device does, takes one. */
export interface Actor {
  /** `cli`: whoever is signed in to the machine. `gateway`: the program by itself. */
  readonly type: 'cli' | 'person' | 'token' | 'gateway'
  /** Of the operating system's user, the person, or the token's id. */
  readonly name: string
  /** From where: a network address, or a machine's name. */
  readonly address?: string
}

/** What is kept about a thing, as JSON. Never a secret: see {@link Deed}. */
export type AuditFacts = Readonly<Record<string, unknown>>

/**
 * Something that was done, as the audit tells it. It must hold no secret. A value whose field is called like one (`secret`, `password`, `token` and their like) is
 * left out when it is written, and so is whatever looks like one of our tokens; a secret in any other place would stay for ever.
 */
export interface Deed {
  /** What was done, as `subject.verb`: `device.add`, `token.remove`, `command.give`. */
  readonly action: string
  /** To which, as `type:id`: `device:bus-0417`. A name that somebody tried to sign in with and that nobody has may be a password: leave it out. */
  readonly subject: string
  /** Whose it is. */
  readonly org?: OrgId
  /** What was there before; of a change only what differs. */
  readonly before?: AuditFacts
  /** What is there since. */
  readonly after?: AuditFacts
}
