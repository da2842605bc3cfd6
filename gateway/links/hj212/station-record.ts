import type { Habits } from '../../../devices/protocols/hj212/mapping.ts'
import type { Device } from '../../model/device.ts'
import type { Peer } from '../peer.ts'
import { MinuteGaps } from './minute-gaps.ts'
import type { Command, CommandResult } from './open-commands.ts'

/** A station's connection, as far as others deal with it. */
export interface Connected {
  readonly peer: Peer
  /** Sends a command; resolves when it has ended, one way or the other. */
  command(command: Command): Promise<CommandResult>
  /** Closes it; the reason is counted and logged. */
  end(reason: string): void
}

/** What is known of one registered station, over its connections. */
export class StationRecord {
  readonly device: Device
  readonly mn: string
  readonly habits: Habits
  readonly gaps: MinuteGaps
  /** Its own, as it sends them: a request needs them. */
  st = ''
  pw = ''
  conversation: Connected | undefined
  /** When data were fetched last, by the process's clock. */
  fetchedAt = Number.NEGATIVE_INFINITY
  fetching = false

  constructor(device: Device, mn: string, habits: Habits) {
    this.device = device
    this.mn = mn
    this.habits = habits
    this.gaps = new MinuteGaps(habits.minuteMs)
  }
}
