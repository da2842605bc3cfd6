import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { PersonId } from '../model/access.ts'
import type { Errand } from '../model/identity-provider.ts'
import { networkOf } from '../model/network.ts'
import { RecentMap } from '../model/recent-map.ts'

/** As long as somebody may take at the provider, and then for the code of the second factor. */
export const errandSeconds = 600
/** People who are at the provider at one time; beyond, whoever left first begins anew. */
const mostErrands = 2_000
/** From one network, so that none pushes out the others. */
const mostFromOneNetwork = 200

/** Somebody who left for the provider, and why. */
export interface OpenErrand {
  readonly errand: Errand
  /** Absent: to sign in. Otherwise to have this person's account connected. */
  readonly connects?: PersonId
}

interface Kept {
  /** Absent: they have come back. */
  readonly open?: OpenErrand
  /** Came back, and is to show a code of the second factor. */
  readonly waits?: PersonId
  readonly network: string
  readonly until: number
}

/** People who are at the provider, by what their browser holds. Each answer of the provider is looked at once. */
export class Errands {
  readonly #kept = new RecentMap<Kept>(mostErrands)
  readonly #clock: () => number

  /** `clock` tells milliseconds that never go back. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** Answers what the browser is to hold. */
  leave(open: OpenErrand, address: string): string {
    return this.#put({ open }, networkOf(address))
  }

  /** Takes out whoever left with this state. Undefined: nobody did from this browser, or it is over, or was looked at before. */
  back(token: string | undefined, state: string): OpenErrand | undefined {
    const kept = this.#get(token)
    if (token === undefined || kept?.open === undefined || !same(kept.open.errand.state, state)) return undefined
    this.#kept.delete(token)
    return kept.open
  }

  /** They came back, and are to show a code. Answers what the browser is to hold from now on. */
  wait(person: PersonId, address: string): string {
    return this.#put({ waits: person }, networkOf(address))
  }

  /** Who is to show a code. */
  waiting(token: string | undefined): PersonId | undefined {
    return this.#get(token)?.waits
  }

  /** The code was shown. */
  done(token: string | undefined): void {
    if (token !== undefined) this.#kept.delete(token)
  }

  #put(kept: Pick<Kept, 'open' | 'waits'>, network: string): string {
    const token = randomBytes(32).toString('base64url')
    let oldest: string | undefined
    let count = 0
    for (const [key, one] of this.#kept.entries()) {
      if (one.network !== network) continue
      oldest ??= key
      count++
    }
    if (oldest !== undefined && count >= mostFromOneNetwork) this.#kept.delete(oldest)
    this.#kept.put(token, { ...kept, network, until: this.#clock() + errandSeconds * 1_000 })
    return token
  }

  #get(token: string | undefined): Kept | undefined {
    const kept = token === undefined ? undefined : this.#kept.get(token)
    if (token === undefined || kept === undefined || kept.until > this.#clock()) return kept
    this.#kept.delete(token)
    return undefined
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
