import type { ApiClient } from '../api/api-client.ts'
import { ApiProblem } from '../api/api-problem.ts'
import { type Choice, tracksQuery } from './replay-address.ts'
import { joinParts, type Track } from './track.ts'
import { PartReader, type TrackPart, type TracksEnd, type TracksHead, type TracksPart } from './track-codec.ts'

/** The page gets its turn after so long a stretch of reading. */
const LOOK_MS = 8

/** What a loader tells while it reads. */
export interface LoaderEvents {
  readonly onHead: (head: TracksHead) => void
  /** A device's track is whole. */
  readonly onTrack: (track: Track) => void
  readonly onEnd: (end: TracksEnd) => void
}

/** Reads tracks as they come, in slices: a long answer never holds the page. Rejects with `ApiProblem`, and when it is given up. */
export async function loadTracks(api: ApiClient, choice: Choice, events: LoaderEvents, signal: AbortSignal): Promise<void> {
  const body = await api.stream('/tracks', tracksQuery(choice), signal)
  const reader = new PartReader()
  const tracks = new TrackJoiner(events.onTrack)
  let ended = false
  const take = (part: TracksPart): void => {
    if (part.type === 'head') events.onHead(part.head)
    else if (part.type === 'track') tracks.add(part.track)
    else {
      tracks.finish()
      ended = true
      events.onEnd(part.end)
    }
  }
  try {
    for await (const chunk of chunksOf(body, signal)) {
      let since = performance.now()
      for (const part of reader.read(chunk)) {
        take(part)
        if (performance.now() - since < LOOK_MS) continue
        await turn()
        since = performance.now()
      }
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiProblem(error instanceof RangeError ? 'broken' : 'unreachable', '')
  }
  signal.throwIfAborted()
  if (!ended) throw new ApiProblem('broken', '')
}

/** Parts of one device come one right after the other. */
class TrackJoiner {
  readonly #onTrack: (track: Track) => void
  #parts: TrackPart[] = []

  constructor(onTrack: (track: Track) => void) {
    this.#onTrack = onTrack
  }

  add(part: TrackPart): void {
    if (this.#parts[0] && this.#parts[0].device !== part.device) this.finish()
    this.#parts.push(part)
  }

  finish(): void {
    if (this.#parts.length > 0) this.#onTrack(joinParts(this.#parts))
    this.#parts = []
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function turn(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve))
}
