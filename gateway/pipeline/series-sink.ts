import type { Reading, Refuse } from '../model/reading.ts'
import type { SeriesStore } from '../model/series.ts'
import type { Sink } from '../model/sink.ts'

/** The series store as a sink. Writes are safe when they return, so nothing is left to flush. */
export class SeriesSink implements Sink {
  readonly name = 'series'
  readonly #store: SeriesStore

  constructor(store: SeriesStore) {
    this.#store = store
  }

  take(batch: readonly Reading[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    return this.#store.write(batch, signal, refuse)
  }
}
