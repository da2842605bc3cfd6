import type { Device, Model } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Channel, DeviceId } from '../../../gateway/model/ids.ts'
import type { Plant } from '../plant.ts'

/** A device that sends by itself, over MQTT. */
export interface Reporting {
  readonly type: 'reports'
  /** Whose connection carries it: its own, or the concentrator's it stands behind. */
  readonly through: DeviceId
  readonly channel: Channel
  readonly everyMs: number
  /** When in its period it reports, so that not all report at once. */
  readonly phaseMs: number
  /** The payload it sends at that time. */
  payload(at: EpochMs): Uint8Array
}

/** A device that waits to be asked, over Modbus TCP. */
export interface Polled {
  readonly type: 'polled'
  readonly model: Model
  /** The line it is on: units of one line share a server. */
  readonly line: number
  readonly unit: number
  readonly plant: Plant
}

/** One simulated device: what the gateway knows of it, and how it speaks. */
export interface Member {
  /** Without its link: the port of a server is known when it listens. */
  readonly device: Device
  readonly speaks: Reporting | Polled
}
