import { RecentMap } from '../model/recent-map.ts'
import { TokenBucket } from '../model/token-bucket.ts'

/** Addresses that are remembered; beyond, the one heard of longest ago begins anew. */
const mostAddresses = 50_000

/** A pace for each address. */
export class AddressPaces {
  readonly #perSecond: number
  readonly #burstSeconds: number
  readonly #clock: () => number
  readonly #buckets = new RecentMap<TokenBucket>(mostAddresses)

  /** `clock` tells milliseconds that never go back. */
  constructor(options: { readonly perSecond: number; readonly burstSeconds: number; readonly clock?: () => number }) {
    this.#perSecond = options.perSecond
    this.#burstSeconds = options.burstSeconds
    this.#clock = options.clock ?? (() => performance.now())
  }

  /** The bucket of an address, as `networkOf` gives it. */
  of(network: string): TokenBucket {
    const known = this.#buckets.get(network)
    const bucket = known ?? new TokenBucket({ perSecond: this.#perSecond, burst: this.#perSecond * this.#burstSeconds, clock: this.#clock })
    this.#buckets.put(network, bucket)
    return bucket
  }
}
