import type { EpochMs } from './frame.ts'
import type { OrgId } from './ids.ts'

/** `cli`: whoever is signed in to the machine. `gateway`: the program by itself. */
export const actorTypes = ['cli', 'person', 'token', 'gateway'] as const

/** Who does something. Everything that changes what the gateway knows, or what a device does, takes one. */
export interface Actor {
  readonly type: (typeof actorTypes)[number]
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

/** A deed with who did it. */
export interface AuditEntry extends Deed {
  readonly actor: Actor
}

/** An entry as it is kept. */
export interface AuditRecord extends AuditEntry {
  /** 1 for the first, without a gap. */
  readonly seq: number
  readonly at: EpochMs
  /** The hash of the entry before, and of this one with that: 64 hexadecimal digits. */
  readonly previousHash: string
  readonly hash: string
}

/** Which entries are looked for: those to which all of it applies. */
export interface AuditQuery {
  /** The actor's name. */
  readonly actor?: string
  /** An action, or the part before its dot: `device` finds all that was done to devices. */
  readonly action?: string
  readonly subject?: string
  readonly org?: OrgId
  /** Only what belongs to one of these: what whoever asks may see. */
  readonly orgs?: readonly OrgId[]
  readonly since?: EpochMs
  /** This moment is not among them. */
  readonly until?: EpochMs
  /** Anywhere in the subject, the actor's name and address, or what was before and after, whatever the case of A to Z. */
  readonly text?: string
  readonly limit: number
  /** Only entries with a lower number: where the page before ended. */
  readonly before?: number
}

/** The newest first. */
export interface AuditPage {
  readonly entries: readonly AuditRecord[]
  /** What to ask for as `before` to go on; absent: that was all. Fewer entries than asked for may come with it: a search looks through so many at a time. */
  readonly next?: number
}

/** The last entry. Whoever keeps its hash elsewhere can tell later that nothing up to it is gone. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

/** What a check of the whole chain found. */
export type AuditVerdict =
  | { readonly whole: true; readonly entries: number; readonly head: AuditHead }
  | {
      readonly whole: false
      /** Entries before the first broken one. */
      readonly entries: number
      /** The number that is broken or missing. */
      readonly seq: number
      /** What differs, for people. */
      readonly problem: string
      /** What stands there, if anything does. */
      readonly found?: AuditRecord
    }

/** Who did what to which, from where: only ever added to, each entry bound to the one before. */
export interface Audit {
  /** Throws REGISTRY_UNUSABLE when it can not be written: what is to be done must then be left undone. */
  append(entry: AuditEntry): Promise<void>
  search(query: AuditQuery): Promise<AuditPage>
  get(seq: number): Promise<AuditRecord | undefined>
  /** Undefined: all entries were removed. */
  head(): Promise<AuditHead | undefined>
  /**
   * Reads the whole chain.
   *
   * @param expectedHead a hash that was a head once: it must still be in the chain.
   */
  verify(progress?: (done: number, all: number) => void, expectedHead?: string): Promise<AuditVerdict>
}
