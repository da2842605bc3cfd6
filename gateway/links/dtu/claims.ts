import type { EpochMs } from '../../model/frame.ts'
import type { Log } from '../../model/log.ts'
import type { DtuConnection } from './dtu-connection.ts'

interface Claim {
  readonly claimant: DtuConnection
  readonly holder: DtuConnection
  readonly timer: NodeJS.Timeout
  readonly granted: () => void
}

/** A DTU that is replaced more often than this within a minute is probably two that have one name. */
const MOST_REPLACED = 3
const REPLACED_WINDOW_MS = 60_000
/** Names whose replacements are remembered. */
const MOST_NAMES = 10_000

/**
 * What happens when a DTU names one that is connected already. Mostly it is the same, whose old connection is dead without anybody having told us. So it takes the place at once when it comes from
 * the same address, or when the old one has not been heard for a while. Otherwise it waits: if the old one says anything in that time it is alive, and who claims its name is turned away.
 */
export class Claims {
  readonly #options: { readonly aliveMs: number; readonly claimMs: number; readonly log: Log; readonly now: () => EpochMs }
  /** By the connection that holds the name: one at a time. */
  readonly #open = new Map<DtuConnection, Claim>()
  readonly #replacedAt = new Map<string, EpochMs[]>()
  #refused = 0

  constructor(options: { readonly aliveMs: number; readonly claimMs: number; readonly log: Log; readonly now: () => EpochMs }) {
    this.#options = options
  }

  /** Claims turned away. */
  get refused(): number {
    return this.#refused
  }

  mustWait(claimant: DtuConnection, holder: DtuConnection): boolean {
    if (this.#options.now() - holder.heardAt > this.#options.aliveMs) return false
    return claimant.host !== holder.host || this.#isContested(claimant.id)
  }

  /** Waits for the holder to speak, to go or to stay silent. Another claim to the same name gives way. */
  wait(claimant: DtuConnection, holder: DtuConnection, granted: () => void): void {
    const before = this.#open.get(holder)
    if (before) this.#end(before)
    claimant.state = 'claiming'
    const timer = setTimeout(() => {
      this.#end(claim)
      granted()
    }, this.#options.claimMs)
    const claim: Claim = { claimant, holder, timer, granted }
    this.#open.set(holder, claim)
    if (before && before.claimant !== claimant) before.claimant.close('another one claims the same name')
  }

  /** A connection sent something: if its name is claimed, the claim is refused. */
  heard(connection: DtuConnection): void {
    if (this.#open.size === 0) return
    const claim = this.#open.get(connection)
    if (!claim) return
    this.#end(claim)
    this.#refused++
    const { claimant } = claim
    this.#options.log.warn(
      { dtu: claimant.id, peer: claimant.address, holder: connection.address },
      'a connection named a DTU that is connected from elsewhere and answers: it was turned away. Two DTUs with one registration, or a theft',
    )
    claimant.close('claims the name of a DTU that answers')
  }

  closed(connection: DtuConnection): void {
    const held = this.#open.get(connection)
    if (held) {
      this.#end(held)
      held.granted()
    }
    for (const claim of this.#open.values()) if (claim.claimant === connection) this.#end(claim)
  }

  /** A name changed hands. */
  replaced(id: string): void {
    const now = this.#options.now()
    const times = (this.#replacedAt.get(id) ?? []).filter(at => now - at < REPLACED_WINDOW_MS)
    if (this.#replacedAt.size >= MOST_NAMES) this.#replacedAt.clear()
    this.#replacedAt.set(id, [...times.slice(-MOST_REPLACED), now])
  }

  stop(): void {
    for (const claim of this.#open.values()) this.#end(claim)
  }

  #isContested(id: string | undefined): boolean {
    const now = this.#options.now()
    return (this.#replacedAt.get(id ?? '') ?? []).filter(at => now - at < REPLACED_WINDOW_MS).length >= MOST_REPLACED
  }

  #end(claim: Claim): void {
    clearTimeout(claim.timer)
    this.#open.delete(claim.holder)
  }
}
