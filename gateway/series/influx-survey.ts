import type { DeviceId } from '../model/ids.ts'
import type { SurveyFunction, SurveyRow } from '../model/series.ts'
import type { CheckedSurvey } from './checked-survey.ts'
import type { InfluxConnection } from './influx-connection.ts'
import { POLICY } from './influx-database.ts'
import { identifier, literal, select } from './influx-statements.ts'

/** One statement for all devices and functions: InfluxDB groups by device and time. */
export async function surveyInflux(
  connection: InfluxConnection,
  database: string,
  survey: CheckedSurvey,
): Promise<ReadonlyMap<DeviceId, readonly SurveyRow[]>> {
  const found = new Map<DeviceId, SurveyRow[]>()
  for await (const { values, tags } of select(connection, { db: database, q: statement(survey) })) {
    const row = rowOf(survey, values)
    const device = tags?.device
    if (device === undefined || row === undefined) continue
    const rows = found.get(device)
    if (rows) rows.push(row)
    else found.set(device, [row])
  }
  return found
}

function statement({ kind, devices, from, to, field, functions, bucket, outside }: CheckedSurvey): string {
  const name = identifier(field.name)
  const columns = functions.map(fn => `${fn}(${name}) AS ${fn}`).join()
  const which = devices.map(device => `"device" = ${literal(device)}`).join(' OR ')
  const values = outside ? ` AND (${name} < ${numeral(outside[0])} OR ${name} > ${numeral(outside[1])})` : ''
  const time = bucket ? `time(${bucket.everyMs}ms, ${bucket.offsetMs}ms), ` : ''
  return (
    `SELECT ${columns} FROM ${identifier(POLICY)}.${identifier(kind.id)} WHERE (${which})${values} AND time >= ${from}ms AND time < ${to}ms ` +
    `GROUP BY ${time}"device"${bucket ? ' fill(none)' : ''}`
  )
}

/** InfluxQL knows no exponents (InfluxDB 1.x, "InfluxQL reference", literals). */
function numeral(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })
}

/** Without buckets InfluxDB tells the time of a point for some functions, and of the stretch for others: it is the stretch's that is meant. */
function rowOf({ functions, bucket, from }: CheckedSurvey, values: readonly unknown[]): SurveyRow | undefined {
  const row: { at: number } & { [F in SurveyFunction]?: number } = { at: bucket ? Number(values[0]) : from }
  let some = false
  functions.forEach((fn, index) => {
    const value = values[index + 1]
    if (typeof value !== 'number' || (fn === 'count' && value === 0)) return
    row[fn] = value
    some = true
  })
  return some ? row : undefined
}
