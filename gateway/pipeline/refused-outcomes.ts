import type { Reading } from '../model/reading.ts'
import type { Outcome } from './outcome.ts'

/** What a sink refused in one attempt at a batch. A further attempt begins with an empty one: what counts is what the last one said. */
export class RefusedReadings {
  readonly #why = new Map<Reading, string>()

  readonly refuse = (reading: Reading, why: string): void => {
    this.#why.set(reading, why)
  }

  /** The outcomes as they are after the sink had its say. A frame of which nothing was taken is rejected; one of which a part was refused is stored, and the refusal kept. */
  applied(outcomes: readonly Outcome[]): readonly Outcome[] {
    return this.#why.size === 0 ? outcomes : outcomes.map(outcome => this.#applied(outcome))
  }

  #applied(outcome: Outcome): Outcome {
    const refused = outcome.readings.filter(reading => this.#why.has(reading))
    const [first] = refused
    if (first === undefined || outcome.verdict !== 'stored') return outcome
    const { device, offset, receivedAt } = outcome
    const rest = outcome.readings.length - refused.length
    const detail = `the store refused it: ${this.#why.get(first)} (frame ${offset} of the journal${rest > 0 ? `; ${rest} other readings of it are stored` : ''})`
    return {
      ...outcome,
      verdict: rest > 0 ? 'stored' : 'rejected',
      readings: outcome.readings.filter(reading => !this.#why.has(reading)),
      refusal: { device, offset, receivedAt, channel: '', payload: new Uint8Array(), reason: 'STORE_REFUSED', detail },
    }
  }
}
