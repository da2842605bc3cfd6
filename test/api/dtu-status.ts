import type { DtuStatus } from '../../gateway/model/dtu.ts'
import { NOW } from './city.ts'

/** A DTU that is connected; without an id it has not said who it is. */
export function dtu(id?: string): DtuStatus {
  return {
    ...(id !== undefined && { id }),
    address: '10.0.0.7:40123',
    state: id === undefined ? 'registering' : 'attached',
    since: NOW,
    heardAt: NOW,
    bytesIn: 10,
    bytesOut: 8,
    heartbeats: 0,
    seen: [],
    lastBytes: Uint8Array.of(1, 3),
    devices: id === undefined ? 0 : 1,
    proposals: [],
  }
}
