import type { DeviceId } from '../model/ids.ts'
import type { CheckedVisitors } from './checked-query.ts'
import type { InfluxConnection } from './influx-connection.ts'
import { source, timeWithin } from './influx-points.ts'
import { select } from './influx-statements.ts'

/** The devices with a point in the box, as InfluxDB finds them: one row for each comes back, however many points it looked at. */
export async function readVisitors(connection: InfluxConnection, database: string, query: CheckedVisitors): Promise<ReadonlySet<DeviceId>> {
  const { west, south, east, north } = query.box
  const inBox = `"lat" >= ${decimal(south)} AND "lat" <= ${decimal(north)} AND "lon" >= ${decimal(west)} AND "lon" <= ${decimal(east)}`
  const q = `SELECT count("lat") FROM ${source(query)} WHERE ${timeWithin(query)} AND ${inBox} GROUP BY "device"`
  const wanted = new Set(query.devices)
  const visitors = new Set<DeviceId>()
  for await (const { tags } of select(connection, { db: database, q })) {
    const device = tags?.device
    if (device !== undefined && wanted.has(device)) visitors.add(device)
  }
  return visitors
}

/** InfluxQL knows no exponents. */
function decimal(degrees: number): string {
  return degrees.toFixed(12)
}
