import { GatewayError } from '../model/errors.ts'

/** How long work may take, and how long it may go on once it was told to give up. */
export interface TimeLimit {
  readonly limitMs: number
  readonly graceMs: number
  /** Ends the work early. */
  readonly stopping?: AbortSignal
  /** For the error: what did not answer. */
  readonly what: string
}

/**
 * Does work that may never settle. After the limit, or when stopping, its signal aborts; what has not settled after the grace is left behind, and whatever it comes to
 * later is ignored. Rejects with a retryable `STOPPED` when the work was given up.
 */
export async function within<T>({ limitMs, graceMs, stopping, what }: TimeLimit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const giveUp = new AbortController()
  const left = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout
  const end = (message: string): void => {
    clearTimeout(timer)
    const error = new GatewayError('STOPPED', message, { retryable: true })
    timer = setTimeout(() => left.reject(error), graceMs)
    giveUp.abort(error)
  }
  const onStop = (): void => end(`${what} was given up: the gateway is stopping`)
  timer = setTimeout(() => end(`${what} did not answer within ${limitMs / 1000} s and was given up`), limitMs)
  stopping?.addEventListener('abort', onStop, { once: true })
  if (stopping?.aborted) onStop()
  try {
    return await Promise.race([work(giveUp.signal), left.promise])
  } catch (error) {
    // What the work says of having been told to give up is less than what we know.
    throw giveUp.signal.aborted ? giveUp.signal.reason : error
  } finally {
    clearTimeout(timer)
    stopping?.removeEventListener('abort', onStop)
  }
}
