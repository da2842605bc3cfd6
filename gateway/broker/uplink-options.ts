import type { EpochMs } from '../model/frame.ts'
import type { ClientStream } from './client-stream.ts'
import type { HandshakeStore, Handshakes } from './handshake-store.ts'
import type { Intake } from './intake.ts'
import type { BrokerLimits } from './limits.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Routes } from './routes.ts'
import type { Uplink } from './uplink.ts'

/** What both kinds of uplink work with. */
export interface UplinkOptions {
  readonly routes: Pick<Routes, 'find'>
  readonly intake: Pick<Intake, 'take' | 'deposit' | 'whenFree' | 'forget'>
  readonly store: HandshakeStore
  readonly handshakes: Handshakes
  readonly limits: BrokerLimits
  /** Absent: as fast as it likes. */
  readonly rate?: RateLimit
  readonly now: () => EpochMs
  /** There is room again. */
  readonly wake: () => void
  /** The journal could not keep what it took: no receipt will come. */
  readonly failed: (error: unknown) => void
}

/** Makes the uplink of a client that has signed in. */
export interface Uplinks {
  open(stream: ClientStream, options: UplinkOptions): Uplink
}
