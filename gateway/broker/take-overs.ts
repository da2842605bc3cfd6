import type { Log } from '../model/log.ts'
import { RecentMap } from '../model/recent-map.ts'
import type { ClientStream } from './client-stream.ts'
import type { Session } from './session.ts'

/** So many take-overs of one name in so long are no reconnects any more: two clients fight over it. */
const fightAfter = 5
const fightWindowMs = 60_000
const logFightEveryMs = 600_000
/** Names that are watched for it; beyond, the one taken over longest ago is forgotten. */
const mostWatched = 10_000
/** Names of fights that are shown. */
const mostShown = 20

interface Watched {
  count: number
  since: number
  at: number
  loggedAt: number
}

/**
 * One device, one connection: whoever signed in last has it, and the older connection is closed. After a lost mobile connection the old one looks alive for minutes, so the newest is
 * right more often than not. For tokens the same holds of each client id: several programs may share a token.
 */
export class TakeOvers {
  readonly #connectionsPerDevice: number
  readonly #log: Log
  readonly #clock: () => number
  /** The open connections of each device, and of each session of others; the oldest first. */
  readonly #seats = new Map<string, Set<ClientStream>>()
  readonly #watched = new RecentMap<Watched>(mostWatched)

  /** `clock` tells milliseconds that never go back. */
  constructor(options: { readonly connectionsPerDevice: number; readonly log: Log; readonly clock?: () => number }) {
    this.#connectionsPerDevice = options.connectionsPerDevice
    this.#log = options.log
    this.#clock = options.clock ?? (() => performance.now())
  }

  /** Names over which clients fight now. */
  get contested(): readonly string[] {
    const now = this.#clock()
    const names: string[] = []
    for (const [name, { count, at }] of this.#watched.entries()) {
      if (count >= fightAfter && now - at < fightWindowMs) names.push(name)
      if (names.length === mostShown) break
    }
    return names
  }

  /** A client has shown that it may come in: what stands in its way goes. */
  seat(stream: ClientStream, session: Session): void {
    const { principal } = session
    const name = principal.type === 'device' ? `device/${principal.device}` : session.id
    const most = principal.type === 'device' ? this.#connectionsPerDevice : Number.POSITIVE_INFINITY
    const seats = this.#seats.get(name) ?? new Set()
    this.#seats.set(name, seats)
    let left = seats.size
    for (const older of seats) {
      const same = older.session?.id === session.id
      if (!same && left < most) continue
      seats.delete(older)
      left--
      this.#close(older, stream, name)
    }
    seats.add(stream)
    stream.once('close', () => {
      seats.delete(stream)
      if (seats.size === 0 && this.#seats.get(name) === seats) this.#seats.delete(name)
    })
  }

  #close(older: ClientStream, newer: ClientStream, name: string): void {
    // What broke by itself was not taken over.
    if (older.destroyed) return
    this.#watch(name, older.peer, newer.peer)
    older.refuse('TAKEN_OVER', 'the same device or client id signed in again: the newest connection stays, this one is closed', { newer: newer.peer })
  }

  #watch(name: string, older: string, newer: string): void {
    const now = this.#clock()
    const before = this.#watched.get(name)
    const fresh = before === undefined || now - before.since > fightWindowMs
    const watched = { count: fresh ? 1 : before.count + 1, since: fresh ? now : before.since, at: now, loggedAt: before?.loggedAt ?? Number.NEGATIVE_INFINITY }
    if (watched.count >= fightAfter && now - watched.loggedAt >= logFightEveryMs) {
      watched.loggedAt = now
      this.#log.warn(
        { name, peers: [...new Set([older, newer])], takeOvers: watched.count },
        'clients fight over one name: each new connection closes the other; give every device its own id and secret, and every program its own client id',
      )
    }
    this.#watched.put(name, watched)
  }
}
