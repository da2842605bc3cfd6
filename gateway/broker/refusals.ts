import type { Log } from '../model/log.ts'

/** Why a connection, sign-in, subscription or publish was refused. Names in the log, the metrics and docs/mqtt.md. */
export const refusalReasons = [
  'NOT_MQTT',
  'MALFORMED',
  'TOO_LARGE',
  'PROTOCOL_VERSION',
  'CONNECT_TIMEOUT',
  'PROXY_HEADER',
  'TLS_FAILED',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_CONNECTIONS_OF_ADDRESS',
  'CLIENT_ID_INVALID',
  'CREDENTIALS_WRONG',
  'CERTIFICATE_REFUSED',
  'DEVICE_UNKNOWN',
  'ENROLMENT_WAITING',
  'DEVICE_REMOVED',
  'TOKEN_REVOKED',
  'LOCKED_OUT',
  'ADDRESS_LOCKED_OUT',
  'TOO_MANY_SIGN_INS',
  'TAKEN_OVER',
  'SESSION_ENDED',
  'WILL_FORBIDDEN',
  'PUBLISH_FORBIDDEN',
  'SUBSCRIBE_FORBIDDEN',
  'SHARED_SUBSCRIPTION',
  'TOPIC_UNKNOWN',
  'TOO_MANY_SUBSCRIPTIONS',
  'TOO_MANY_SESSIONS',
  'TOO_MANY_HANDSHAKES',
  'KEEPALIVE_MISSED',
  'SLOW_CONSUMER',
  'JOURNAL_FAILED',
] as const

export type RefusalReason = (typeof refusalReasons)[number]

interface Tally {
  count: number
  loggedAt: number
  unlogged: number
}

/** Counts every refusal, and logs the first of each reason in a while: a device that retries all night must not fill the log. */
export class Refusals {
  readonly #log: Log
  readonly #now: () => number
  readonly #everyMs: number
  readonly #tallies = new Map<RefusalReason, Tally>(refusalReasons.map(reason => [reason, { count: 0, loggedAt: Number.NEGATIVE_INFINITY, unlogged: 0 }]))

  constructor(options: { readonly log: Log; readonly now: () => number; readonly everyMs: number }) {
    this.#log = options.log
    this.#now = options.now
    this.#everyMs = options.everyMs
  }

  /** Fields never hold a password. */
  note(reason: RefusalReason, fields: object, message: string): void {
    const tally = this.#tallies.get(reason)
    if (tally === undefined) return
    tally.count++
    const at = this.#now()
    // `abs`: a wall clock that was set back must not silence the log until it has caught up.
    if (Math.abs(at - tally.loggedAt) < this.#everyMs) {
      tally.unlogged++
      return
    }
    this.#log.warn({ reason, ...fields, ...(tally.unlogged > 0 && { sameReasonNotLogged: tally.unlogged }) }, message)
    tally.loggedAt = at
    tally.unlogged = 0
  }

  /** Since the start, by reason. */
  counts(): Readonly<Record<RefusalReason, number>> {
    const entries = refusalReasons.map(reason => [reason, this.#tallies.get(reason)?.count ?? 0] as const)
    return Object.fromEntries(entries) as Record<RefusalReason, number>
  }
}
