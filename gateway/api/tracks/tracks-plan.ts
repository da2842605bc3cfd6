import type { Kind } from '../../model/kind.ts'
import type { ApiSources } from '../options.ts'
import { Problem } from '../problem.ts'
import type { KnownDevice, Scope } from '../scope.ts'
import { resolveMoment } from '../time.ts'
import type { TracksQuery } from './tracks-query.ts'

const HOUR_MS = 3_600_000
const LONGEST_MS = 31 * 24 * HOUR_MS
const MOST_DEVICES = 2_000
/** An hour of 2,400 devices, or a month of three. */
const MOST_DEVICE_HOURS = 2_400
/** Looked through for who was in a box: only the store reads those. */
const MOST_SEARCHED_HOURS = 24_000
/** Fixes an answer is made for. */
const FIXES = 600_000
/** Steps `auto` chooses from, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1_800, 3_600]

/** A device that moves, with its kind. */
export interface Mover extends KnownDevice {
  readonly kind: Kind
}

/** Which tracks are read. */
export interface TracksPlan {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  readonly movers: readonly Mover[]
}

/** Decides which tracks are read, within what one answer may be. Throws `QUERY_INVALID` that says what would be within it, and what the store throws. */
export async function planTracks(query: TracksQuery, scope: Scope, sources: Pick<ApiSources, 'series' | 'now'>): Promise<TracksPlan> {
  const { from, to } = periodOf(query, sources.now())
  const hours = (to - from) / HOUR_MS
  if (query.kinds) scope.checkKinds(query.kinds, 'kinds')
  const asked = moversOf(query, scope)
  let movers = asked
  if (query.bbox) {
    refuseTooMany(asked.length, hours, MOST_SEARCHED_HOURS, 'to look through for who was in the area', Number.POSITIVE_INFINITY)
    movers = await visitors(asked, { from, to, box: query.bbox }, sources.series)
  }
  refuseTooMany(movers.length, hours, MOST_DEVICE_HOURS, 'to replay', MOST_DEVICES)
  return { from, to, movers, stepMs: stepOf(query.step, movers.length, to - from) }
}

function periodOf(query: TracksQuery, now: number): { readonly from: number; readonly to: number } {
  const from = resolveMoment(query.from, now)
  const to = resolveMoment(query.to, now)
  if (from >= to) throw invalid('to', 'must lie after from')
  if (to - from > LONGEST_MS) throw invalid('from', 'lies more than 31 days before to: ask for a shorter period')
  return { from, to }
}

function moversOf(query: TracksQuery, scope: Scope): readonly Mover[] {
  const { kinds, org } = query
  const fits = ({ device, kind }: KnownDevice) => (org === undefined || device.org === org) && (kinds === undefined || (kind && kinds.includes(kind.id)))
  // Named ones are looked up, so that one which is not there is told.
  const known = query.devices ? query.devices.map(id => scope.device(id)) : [...scope.devices()]
  const movers = known.filter(fits).flatMap(({ device, kind }) => (kind?.moves ? [{ device, kind }] : []))
  if (query.devices && movers.length === 0) throw invalid('devices', 'names none that moves: only what moves has a track, readings have them all')
  return movers
}

async function visitors(
  movers: readonly Mover[],
  within: { readonly from: number; readonly to: number; readonly box: NonNullable<TracksQuery['bbox']> },
  series: ApiSources['series'],
): Promise<readonly Mover[]> {
  const found: Mover[] = []
  for (const [kind, ofKind] of Map.groupBy(movers, mover => mover.kind.id)) {
    const there = await series.visitors({ ...within, kind, devices: ofKind.map(mover => mover.device.id) })
    found.push(...ofKind.filter(mover => there.has(mover.device.id)))
  }
  return found
}

function refuseTooMany(devices: number, hours: number, mostHours: number, what: string, mostDevices: number): void {
  if (devices > mostDevices)
    throw invalid('bbox', `leaves ${devices} devices ${what}, and ${mostDevices} are the most: choose a smaller area, a kind or an organisation`)
  if (devices * hours <= mostHours) return
  const minutes = Math.max(1, Math.floor((mostHours / devices) * 60))
  throw invalid(
    'from',
    `makes ${devices} devices × ${hours.toFixed(hours < 10 ? 1 : 0)} h ${what}, and ${mostHours} device-hours are the most: choose a period of ${minutes} min, or a smaller area, a kind or an organisation`,
  )
}

function stepOf(asked: number | undefined, devices: number, periodMs: number): number {
  const leastMs = (devices * periodMs) / FIXES
  if (asked === undefined) return leastMs <= 1_000 ? 0 : (STEPS.find(seconds => seconds * 1000 >= leastMs) ?? 3_600) * 1000
  // Twice what `auto` takes: whoever knows how often the devices report may ask for more.
  if (asked === 0 || asked >= leastMs / 2) return asked
  throw invalid('step', `makes an answer too long: ${Math.ceil(leastMs / 2000)}s is the shortest for ${devices} devices in this period`)
}

function invalid(field: string, problem: string): Problem {
  return new Problem(400, 'QUERY_INVALID', `“${field}” ${problem}.`, { errors: [{ field, in: 'query', problem }] })
}
