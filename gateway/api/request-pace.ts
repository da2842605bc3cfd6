import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { networkOf } from '../model/network.ts'
import { RecentMap } from '../model/recent-map.ts'
import { TokenBucket } from '../model/token-bucket.ts'
import { Problem } from './problem.ts'

/** Requests of so many seconds may come at once: a page of the dashboard asks for dozens of things. */
const burstSeconds = 2
/** Askers and addresses that are remembered; beyond, whoever asked longest ago begins anew. */
const mostRemembered = 50_000

/** How fast whoever asks may ask. */
export interface RequestPaceLimits {
  /** Of one token. */
  readonly perToken: number
  /** Of one address (IPv6: of a /64), with and without tokens. */
  readonly perAddress: number
}

/** Bounds how fast each token and each address asks. Beyond, requests are answered with 429 and when to try again; nothing else is done for them. */
export class RequestPace {
  readonly #limits: RequestPaceLimits
  readonly #clock: () => number
  readonly #buckets = new RecentMap<TokenBucket>(mostRemembered)
  readonly #refused = { token: 0, address: 0 }

  /** `clock` tells milliseconds that never go back. */
  constructor(limits: RequestPaceLimits, clock: () => number = () => performance.now()) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Requests that were turned away since the start, by what came too fast. */
  get refused(): { readonly token: number; readonly address: number } {
    return { ...this.#refused }
  }

  /** Health is let through: it is asked when there is trouble. */
  guard(addressOf: (request: IncomingMessage) => string): RequestHandler {
    return (request, _response, next) => {
      if (request.path === '/api/v1/health') {
        next()
        return
      }
      this.#take('address', networkOf(addressOf(request)), this.#limits.perAddress)
      const { authorization } = request.headers
      // What was shown and not what it names: nobody uses up the pace of a token he does not have. As a digest, so that no secret stays here.
      if (authorization !== undefined) this.#take('token', createHash('sha256').update(authorization).digest('base64'), this.#limits.perToken)
      next()
    }
  }

  #take(whose: 'token' | 'address', name: string, perSecond: number): void {
    const key = `${whose} ${name}`
    const bucket = this.#buckets.get(key) ?? new TokenBucket({ perSecond, burst: Math.max(1, perSecond * burstSeconds), clock: this.#clock })
    this.#buckets.put(key, bucket)
    if (bucket.take()) return
    this.#refused[whose]++
    throw new Problem(429, 'TOO_MANY_REQUESTS', `More than ${perSecond} requests a second come from this ${whose}; try again in a moment.`, {
      headers: { 'Retry-After': String(Math.ceil(bucket.waitMs / 1_000)) },
    })
  }
}
