import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Presence } from '../model/presence.ts'

/** What was said of whether a device is there; kept only of devices of which something was said. Offsets are -1 where nothing was. */
export interface HeardParts {
  /** The newest connection's number. */
  session: number | undefined
  /** The newest frame that was heard. */
  heardOrigin: JournalOffset
  /** The newest frame that shows the device alive. */
  aliveOrigin: JournalOffset
  /** The newest frame that says it is gone. */
  goneOrigin: JournalOffset
  goneAt: EpochMs
}

/**
 * Whether a device said, or had it said, that it is gone. Heard in the order of the journal; frames that are heard again change nothing.
 */
export class Heard {
  readonly #parts: HeardParts

  constructor(parts: HeardParts = { session: undefined, heardOrigin: -1, aliveOrigin: -1, goneOrigin: -1, goneAt: 0 }) {
    this.#parts = parts
  }

  /** For writing it down. */
  get parts(): Readonly<HeardParts> {
    return this.#parts
  }

  /** Since when the device is gone, by the gateway's clock; undefined while nothing says that it is. */
  get goneSince(): EpochMs | undefined {
    const { aliveOrigin, goneOrigin, goneAt } = this.#parts
    return goneOrigin > aliveOrigin ? goneAt : undefined
  }

  /** Takes what was not taken before. */
  take({ state, session, origin, receivedAt }: Presence): void {
    const parts = this.#parts
    if (origin <= parts.heardOrigin) return
    parts.heardOrigin = origin
    if (state === 'gone') {
      // The end of an earlier connection, told late by its will, says nothing of the one that followed (Sparkplug 3.0, bdSeq).
      if (session !== undefined && parts.session !== undefined && session !== parts.session) return
      parts.goneOrigin = origin
      parts.goneAt = receivedAt
      return
    }
    parts.session = session ?? parts.session
    if (state === 'alive') this.alive(origin)
  }

  /** A frame came that the device can only have sent while it was there. */
  alive(origin: JournalOffset): void {
    this.#parts.aliveOrigin = Math.max(this.#parts.aliveOrigin, origin)
  }
}
