import type { Reading, Refuse } from '../model/reading.ts'
import type { SeriesStore } from '../model/series.ts'
import type { Sink } from '../model/sink.ts'

/** The series store as a sink. */
export class SeriesSink implements Sink {
  readonly name = 'series'
  readonly #store: SeriesStore

  constructor(store: SeriesStore) {
    this.#store = store
  }

  take(batch: readonly Reading[], signal: AbortSignal, refuse: Refuse): Promise<void> {
    return this.#store.write(batch, signal, refuse)
  }

  async flush(): Promise<void> {
    await this.#store.flush?.()
  }
}
