import type { Habits } from '../../../devices/protocols/hj212/mapping.ts'
import type { Device } from '../../model/device.ts'
import { MinuteGaps } from './minute-gaps.ts'
import type { StationConversation } from './station-conversation.ts'

/** What is known of one registered station, over its connections. */
export class StationRecord {
  readonly device: Device
  readonly mn: string
  readonly habits: Habits
  readonly gaps: MinuteGaps
  /** Its own, as it sends them: a request needs them. */
  st = ''
  pw = ''
  conversation: StationConversation | undefined
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
