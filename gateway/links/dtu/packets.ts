import { isLineEnd, type PacketTemplate, readTemplate } from './packet-template.ts'

/** Who a DTU says it is. */
export interface Registration {
  readonly id: string
  readonly unit?: number
  /** The template its packet fits. */
  readonly template: string
  /** Where the packet ends. */
  readonly to: number
}

/** The packets that DTUs send of themselves, as configured: registrations and heartbeats. */
export class DtuPackets {
  readonly #registrations: readonly PacketTemplate[]
  readonly #heartbeats: readonly PacketTemplate[]

  /** Throws `CONFIG_INVALID` for a template that can not be read, or a registration that names nobody. */
  constructor(options: { readonly registrations: readonly string[]; readonly heartbeats: readonly string[] }) {
    this.#registrations = options.registrations.map(readTemplate)
    this.#heartbeats = options.heartbeats.map(readTemplate)
  }

  /** The registration at `from`, by the first template that fits. `more`: wait for the next bytes, or until there are none. */
  registration(bytes: Uint8Array, from: number, ended: boolean): Registration | 'more' | undefined {
    for (const template of this.#registrations) {
      const match = template.match(bytes, from, ended)
      if (match === 'more') return 'more'
      if (match !== 'none' && match.id !== undefined) {
        return { id: match.id, template: template.text, to: afterLineEnds(bytes, match.to), ...(match.unit !== undefined && { unit: match.unit }) }
      }
    }
    return undefined
  }

  /** How many heartbeats stand at `from`, and where they end. */
  heartbeats(bytes: Uint8Array, from: number): { readonly count: number; readonly to: number } {
    let to = from
    for (let count = 0; ; count++) {
      const end = this.#heartbeat(bytes, to)
      if (end === undefined) return { count, to }
      to = afterLineEnds(bytes, end)
    }
  }

  /** Where a heartbeat begins with which these bytes end, and before which something else stands. */
  trailingHeartbeat(bytes: Uint8Array): number | undefined {
    const first = Math.max(1, bytes.length - LONGEST_TRAILING)
    for (let at = first; at < bytes.length; at++) {
      const end = this.#heartbeat(bytes, at)
      if (end !== undefined && afterLineEnds(bytes, end) === bytes.length) return at
    }
    return undefined
  }

  #heartbeat(bytes: Uint8Array, from: number): number | undefined {
    if (from >= bytes.length) return undefined
    for (const template of this.#heartbeats) {
      const match = template.match(bytes, from, true)
      if (match !== 'none' && match !== 'more') return match.to
    }
    return undefined
  }
}

/** Heartbeats are short; one that is longer and joined to a frame costs that frame another request. */
const LONGEST_TRAILING = 32

function afterLineEnds(bytes: Uint8Array, from: number): number {
  let to = from
  while (to < bytes.length && isLineEnd(bytes[to] ?? 0)) to++
  return to
}
