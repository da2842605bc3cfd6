import type { Duplex } from 'node:stream'
import { Lane } from './lane.ts'
import type { BrokerLimits } from './limits.ts'
import type { Refusals } from './refusals.ts'

const sweepEveryMs = 1_000
/** Sweeps between two looks at whether every token still holds. */
const sweepsPerRecheck = 5
/** A change of many devices at once is looked at once. */
const recheckAfterMs = 50

/** All open connections, by either transport: their number, their keep-alive, and whether they may still be here. */
export class Connections {
  readonly #limits: BrokerLimits
  readonly #refusals: Refusals
  readonly #handle: (lane: Lane) => void
  readonly #lanes = new Set<Lane>()
  #webSockets = 0
  #sweeps = 0
  #timer: NodeJS.Timeout | undefined
  #recheck: NodeJS.Timeout | undefined

  constructor(options: {
    readonly limits: BrokerLimits
    readonly refusals: Refusals /** Gives a new lane to Aedes. */
    readonly handle: (lane: Lane) => void
  }) {
    this.#limits = options.limits
    this.#refusals = options.refusals
    this.#handle = options.handle
  }

  get size(): number {
    return this.#lanes.size
  }

  get webSockets(): number {
    return this.#webSockets
  }

  /** Frames of connected clients that wait for the disk. */
  get pending(): number {
    let sum = 0
    for (const lane of this.#lanes) sum += lane.pending
    return sum
  }

  start(): void {
    this.#timer = setInterval(() => this.#sweep(), sweepEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#recheck)
    this.#recheck = undefined
    for (const lane of this.#lanes) lane.destroy()
  }

  accept(socket: Duplex, transport: 'tcp' | 'websocket', peer: string): void {
    if (this.#lanes.size >= this.#limits.connections) {
      this.#refusals.note('TOO_MANY_CONNECTIONS', { peer, transport }, `${this.#limits.connections} connections are open already; closed`)
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const lane = new Lane({ socket, transport, peer, limits: this.#limits, refusals: this.#refusals })
    this.#lanes.add(lane)
    if (transport === 'websocket') this.#webSockets++
    lane.once('close', () => {
      this.#lanes.delete(lane)
      if (transport === 'websocket') this.#webSockets--
    })
    this.#handle(lane)
    lane.begin()
  }

  quiesce(): void {
    for (const lane of this.#lanes) lane.quiesce()
  }

  /** The directory changed: soon, whoever is no longer in it is disconnected. */
  readonly directoryChanged = (): void => {
    this.#recheck ??= setTimeout(() => {
      this.#recheck = undefined
      for (const lane of this.#lanes) if (lane.session?.principal.type === 'device') checkCredentials(lane)
    }, recheckAfterMs)
  }

  #sweep(): void {
    this.#sweeps++
    const recheck = this.#sweeps % sweepsPerRecheck === 0
    for (const lane of this.#lanes) {
      if (lane.overdue) lane.refuse('KEEPALIVE_MISSED', 'nothing came for one and a half times the keep-alive; closed')
      else if (recheck) checkCredentials(lane)
    }
  }
}

function checkCredentials(lane: Lane): void {
  if (lane.session === undefined || lane.session.holds()) return
  if (lane.session.principal.type === 'device') lane.refuse('DEVICE_REMOVED', 'the device is no longer registered; closed')
  else lane.refuse('TOKEN_REVOKED', 'the token was removed; closed')
}
