import { useEffect, useMemo, useState } from 'react'
import { useServices } from '../services.tsx'
import type { Choice } from './replay-address.ts'
import { numberAt, type Track } from './track.ts'
import type { TracksEnd, TracksHead } from './track-codec.ts'
import { loadTracks } from './track-loader.ts'

/** What has come is shown no more often than this. */
const SHOW_MS = 300
/** Parts the period is cut into for how much was heard when. */
export const ACTIVITY_BINS = 400

export interface Loaded {
  readonly phase: 'idle' | 'loading' | 'done' | 'failed' | 'cancelled'
  readonly head: TracksHead | undefined
  readonly end: TracksEnd | undefined
  readonly tracks: readonly Track[]
  /** Fixes in each part of the period, of all tracks. */
  readonly activity: Uint32Array
  readonly error: unknown
  readonly fixes: number
}

const NOTHING: Loaded = { phase: 'idle', head: undefined, end: undefined, tracks: [], activity: new Uint32Array(0), error: undefined, fixes: 0 }

/** Loads the tracks of a choice, and shows what has come while more comes. Another choice, and leaving the page, give up what is under way. */
export function useTracks(choice: Choice | undefined): Loaded & { readonly cancel: () => void; readonly retry: () => void } {
  const { api } = useServices()
  const [loaded, setLoaded] = useState(NOTHING)
  const [attempt, setAttempt] = useState(0)
  // Another attempt asks again for the same choice.
  const asked = useMemo(() => ({ choice, attempt }), [choice, attempt])
  const [running, setRunning] = useState<AbortController>()
  useEffect(() => {
    if (!asked.choice) {
      setLoaded(NOTHING)
      return
    }
    const given = new AbortController()
    setRunning(given)
    const loading = new Loading(setLoaded)
    loadTracks(api, asked.choice, loading, given.signal).then(
      () => loading.show('done'),
      (error: unknown) => {
        if (given.signal.aborted) loading.show('cancelled')
        else loading.fail(error)
      },
    )
    return () => {
      loading.forget()
      given.abort()
    }
  }, [api, asked])
  return { ...loaded, cancel: () => running?.abort(), retry: () => setAttempt(before => before + 1) }
}

/** Gathers what comes and hands it on from time to time. */
class Loading {
  readonly #set: (loaded: Loaded) => void
  readonly #tracks: Track[] = []
  readonly #activity = new Uint32Array(ACTIVITY_BINS)
  #head: TracksHead | undefined
  #end: TracksEnd | undefined
  #fixes = 0
  #shownMs = 0
  #forgotten = false

  constructor(set: (loaded: Loaded) => void) {
    this.#set = set
    this.show('loading')
  }

  readonly onHead = (head: TracksHead): void => {
    this.#head = head
    this.show('loading')
  }

  readonly onTrack = (track: Track): void => {
    this.#tracks.push(track)
    this.#fixes += track.size
    const { fromMs = 0, toMs = 1 } = this.#head ?? {}
    for (let index = 0; index < track.size; index++) {
      const bin = Math.floor(((numberAt(track.at, index) - fromMs) / (toMs - fromMs)) * ACTIVITY_BINS)
      this.#activity[bin] = (this.#activity[bin] ?? 0) + 1
    }
    if (performance.now() - this.#shownMs >= SHOW_MS) this.show('loading')
  }

  readonly onEnd = (end: TracksEnd): void => {
    this.#end = end
  }

  forget(): void {
    this.#forgotten = true
  }

  show(phase: Loaded['phase']): void {
    this.#hand(phase, undefined)
  }

  fail(error: unknown): void {
    this.#hand('failed', error)
  }

  #hand(phase: Loaded['phase'], error: unknown): void {
    if (this.#forgotten) return
    this.#shownMs = performance.now()
    this.#set({
      phase,
      head: this.#head,
      end: this.#end,
      tracks: [...this.#tracks],
      activity: this.#activity.slice(),
      error,
      fixes: this.#fixes,
    })
  }
}
