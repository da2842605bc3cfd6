import type { DeviceId, KindId, OrgId } from './ids.ts'

/** The public contract, version 1. Levels never change; new topics get a new root or version. */
export const topics = {
  up: (device: DeviceId, channel: string): string => `up/${device}/${channel}`,
  command: (device: DeviceId): string => `down/${device}/command`,
  /** Requests for what stands behind a DTU, as bytes of its line. Answers come on `up/{dtu}/modbus`. */
  carried: (dtu: DeviceId): string => `down/${dtu}/modbus`,
  reading: (org: OrgId, kind: KindId, device: DeviceId): string => `city/v1/${org}/${kind}/${device}/reading`,
  state: (org: OrgId, kind: KindId, device: DeviceId): string => `city/v1/${org}/${kind}/${device}/state`,
  /** One level a geohash character, so that a coarser tile is a shorter filter: `live/v1/pudong-bus/w/t/w/#`. */
  tile: (org: OrgId, geohash: string): string => `live/v1/${org}/${geohash.split('').join('/')}`,
} as const
