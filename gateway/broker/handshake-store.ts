import type { JournalOffset } from '../model/frame.ts'

/** The QoS 2 publishes of one session that wait for their PUBREL: by message id, where the frame stands in the journal. -1: from before the last start, so surely synced. */
export interface Handshakes {
  readonly session: string
  readonly kept: boolean
  readonly open: Map<number, JournalOffset>
}

/** The part of a key-value store that is used here. */
export interface HandshakeDisk {
  keys(): AsyncIterable<string>
  batch(
    operations: readonly ({ readonly type: 'put'; readonly key: string; readonly value: string } | { readonly type: 'del'; readonly key: string })[],
  ): Promise<void>
}

interface Entry {
  readonly handshakes: Handshakes
  users: number
}

/**
 * Remembers which QoS 2 publishes were journalled already, so that one that is sent again is answered and not journalled twice (MQTT 3.1.1 § 4.3.3). Of kept sessions this
 * survives a restart; a power cut between the journal's sync and this store's write may still let one through twice, which the pipeline then sees as a duplicate.
 */
export class HandshakeStore {
  readonly #mostAway: number
  readonly #entries = new Map<string, Entry>()
  /** Kept sessions without a connection, the one away longest first. */
  readonly #away = new Set<string>()
  #disk: HandshakeDisk | undefined

  constructor(options: { readonly mostAway: number }) {
    this.#mostAway = options.mostAway
  }

  async start(disk: HandshakeDisk): Promise<void> {
    this.#disk = disk
    for await (const key of disk.keys()) {
      const split = key.lastIndexOf(':')
      const session = decodeURIComponent(key.slice(0, split))
      const entry = this.#entries.get(session) ?? { handshakes: { session, kept: true, open: new Map() }, users: 0 }
      entry.handshakes.open.set(Number(key.slice(split + 1)), -1)
      this.#entries.set(session, entry)
      this.#away.add(session)
    }
  }

  /** For a connection; a clean one begins with none (3.1.2-6), and forgets what a kept session of that name left. */
  open(session: string, clean: boolean): Handshakes {
    const known = this.#entries.get(session)
    if (clean) {
      if (known !== undefined) this.#drop(session, known)
      return { session, kept: false, open: new Map() }
    }
    const entry = known ?? { handshakes: { session, kept: true, open: new Map() }, users: 0 }
    entry.users++
    this.#entries.set(session, entry)
    this.#away.delete(session)
    return entry.handshakes
  }

  /** The connection is gone. */
  close(handshakes: Handshakes): void {
    const entry = this.#entries.get(handshakes.session)
    if (entry?.handshakes !== handshakes || --entry.users > 0) return
    if (handshakes.open.size === 0) {
      this.#entries.delete(handshakes.session)
      return
    }
    this.#away.add(handshakes.session)
    if (this.#away.size <= this.#mostAway) return
    for (const oldest of this.#away) {
      const gone = this.#entries.get(oldest)
      if (gone !== undefined) this.#drop(oldest, gone)
      return
    }
  }

  /** Resolves once a restart would remember these. */
  async remember(handshakes: Handshakes, ids: readonly number[]): Promise<void> {
    if (!handshakes.kept || ids.length === 0) return
    await this.#disk?.batch(ids.map(id => ({ type: 'put', key: keyOf(handshakes.session, id), value: '' })))
  }

  /** PUBREL came: the id may be used anew. */
  async release(handshakes: Handshakes, id: number): Promise<void> {
    if (!handshakes.open.delete(id) || !handshakes.kept) return
    await this.#disk?.batch([{ type: 'del', key: keyOf(handshakes.session, id) }])
  }

  #drop(session: string, entry: Entry): void {
    this.#entries.delete(session)
    this.#away.delete(session)
    const operations = [...entry.handshakes.open.keys()].map(id => ({ type: 'del' as const, key: keyOf(session, id) }))
    // Should this fail, one id too many is remembered after a restart, until that session comes back.
    if (operations.length > 0) this.#disk?.batch(operations).catch(() => undefined)
  }
}

function keyOf(session: string, id: number): string {
  return `${encodeURIComponent(session)}:${id}`
}
