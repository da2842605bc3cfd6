import type { AttemptWatch } from '../../model/attempt-watch.ts'
import type { Audit, AuditEntry, AuditFacts } from '../../model/audit.ts'
import type { OrgId } from '../../model/ids.ts'
import type { Log } from '../../model/log.ts'
import { networkOf } from '../../model/network.ts'
import { TokenBucket } from '../../model/token-bucket.ts'

/** Whoever is known under a name, as the audit calls them. */
export interface KnownName {
  readonly subject: string
  readonly org?: OrgId
}

/** What a {@link SignInWatch} needs. */
export interface SignInWatchOptions {
  readonly audit: Pick<Audit, 'append'>
  /** Undefined: nobody has this name. */
  readonly known: (name: string) => KnownName | undefined
  readonly log: Log
  readonly now: () => number
}

/** What goes on for longer is told once more after so long, with how often. */
const windowMs = 15 * 60_000
const lookEveryMs = 60_000
/** Entries that are begun at once, and so many more each hour; those for names that nobody has are counted by themselves, so that they hide nothing about names that somebody has. */
const burst = 50
const perHour = 25
/** Addresses that are told apart among what is only summed up. */
const mostCounted = 10_000

type Action = 'sign-in.failed' | 'sign-in.locked'

/** What happened to one subject from one network since it was told first. */
interface Episode {
  readonly entry: Pick<AuditEntry, 'action' | 'subject' | 'org' | 'actor'>
  readonly since: number
  further: number
}

/**
 * Writes failed sign-ins and lock-outs into the audit, and keeps strangers from filling it: of one subject from one network the first is told, and after a quarter of an hour how many
 * came since; what goes beyond the bound on entries is summed up in one entry a quarter of an hour. A name that nobody has is left out: it may be a password in the wrong field.
 */
export class SignInWatch implements AttemptWatch {
  readonly #options: SignInWatchOptions
  readonly #episodes = new Map<string, Episode>()
  readonly #budgets: Readonly<Record<'known' | 'unknown', TokenBucket>>
  readonly #others = { failed: 0, locked: 0, since: 0, networks: new Set<string>() }
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(options: SignInWatchOptions) {
    this.#options = options
    const bucket = (): TokenBucket => new TokenBucket({ burst, perSecond: perHour / 3_600, clock: options.now })
    this.#budgets = { known: bucket(), unknown: bucket() }
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref()
  }

  /** Writes down what was not told yet. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#close(Number.POSITIVE_INFINITY)
    await this.#writing
  }

  wrong(name: string, address: string): void {
    this.#note('sign-in.failed', name, address)
  }

  locked(name: string, address: string, by: 'name' | 'address'): void {
    this.#note('sign-in.locked', name, address, { by })
  }

  /** Tells how often what was told a window ago came since. */
  look(): void {
    this.#close(this.#options.now() - windowMs)
  }

  #note(action: Action, name: string, address: string, facts: AuditFacts = {}): void {
    const known = this.#options.known(name)
    const network = networkOf(address)
    const subject = known?.subject ?? 'gateway:sign-in'
    const key = `${action} ${subject} ${network}`
    const episode = this.#episodes.get(key)
    if (episode !== undefined) {
      episode.further++
      return
    }
    const now = this.#options.now()
    if (!this.#budgets[known === undefined ? 'unknown' : 'known'].take()) {
      this.#sumUp(action, network, now)
      return
    }
    const entry = {
      action,
      subject,
      ...(known?.org !== undefined && { org: known.org }),
      actor: { type: 'gateway', name: 'sign-in', ...(network !== '' && { address: network }) },
    } as const
    this.#episodes.set(key, { entry, since: now, further: 0 })
    this.#write({ ...entry, after: { attempts: 1, ...facts } }, network)
  }

  #sumUp(action: Action, network: string, now: number): void {
    const others = this.#others
    if (others.failed + others.locked === 0) others.since = now
    others[action === 'sign-in.failed' ? 'failed' : 'locked']++
    if (others.networks.size < mostCounted) others.networks.add(network)
  }

  #close(before: number): void {
    const until = new Date(this.#options.now()).toISOString()
    for (const [key, { entry, since, further }] of this.#episodes) {
      if (since > before) continue
      this.#episodes.delete(key)
      if (further > 0) this.#write({ ...entry, after: { attempts: further, since: new Date(since).toISOString(), until } }, entry.actor.address ?? '')
    }
    const { failed, locked, since, networks } = this.#others
    if (failed + locked === 0 || since > before) return
    this.#others.failed = 0
    this.#others.locked = 0
    this.#others.networks = new Set()
    const facts = { failed, locked, addresses: networks.size, since: new Date(since).toISOString(), until }
    this.#write({ action: 'sign-in.failed', subject: 'gateway:sign-in', actor: { type: 'gateway', name: 'sign-in' }, after: { others: facts } }, '')
  }

  /** One after another. A registry that is away must not keep anybody from being turned away: what can not be told is told in the log. */
  #write(entry: AuditEntry, network: string): void {
    this.#writing = this.#writing
      .then(() => this.#options.audit.append(entry))
      .catch((error: unknown) =>
        this.#options.log.warn(
          { action: entry.action, subject: entry.subject, peer: network, facts: entry.after, error: String(error) },
          'sign-ins that were turned away could not be written into the audit',
        ),
      )
  }
}
