import type { DeviceId } from '../../model/ids.ts'
import type { SeriesStore, SurveyQuery, SurveyRow } from '../../model/series.ts'
import { type BucketRun, bucketStarts } from '../buckets.ts'
import type { Progress } from './survey-desk.ts'

/** Devices in one question to the store. */
const DEVICES_AT_ONCE = 200
/** Time in one question: a question of these many devices and days takes the store a second or two at most. */
const LONGEST_MS = 8 * 86_400_000

/** What is asked of many devices over a stretch of time. */
export interface WideSurvey extends Omit<SurveyQuery, 'devices' | 'from' | 'to' | 'bucket'> {
  readonly devices: readonly DeviceId[]
  /** Runs of equal buckets, in the order of time. */
  readonly runs: readonly (Pick<BucketRun, 'from' | 'to'> & Partial<Pick<BucketRun, 'everyMs' | 'originMs'>>)[]
}

/** Asks the store in slices of devices and time, one after the other, so that no single question holds it for long. Throws what the store throws, and the signal's reason when it is given up. */
export async function surveyDevices(
  series: Pick<SeriesStore, 'survey'>,
  survey: WideSurvey,
  signal: AbortSignal,
  progress?: Progress,
): Promise<ReadonlyMap<DeviceId, readonly SurveyRow[]>> {
  const { devices, runs, ...asked } = survey
  const found = new Map<DeviceId, SurveyRow[]>()
  const slices = runs.flatMap(sliced)
  for (let index = 0; index < devices.length; index += DEVICES_AT_ONCE) {
    const some = devices.slice(index, index + DEVICES_AT_ONCE)
    for (const { from, to, everyMs, originMs } of slices) {
      signal.throwIfAborted()
      const bucket = everyMs === undefined ? undefined : { everyMs, ...(originMs !== undefined && { originMs }) }
      for (const [device, rows] of await series.survey({ ...asked, devices: some, from, to, ...(bucket && { bucket }) })) {
        const known = found.get(device)
        if (known) known.push(...rows)
        else found.set(device, [...rows])
      }
      if (progress) progress.done += some.length / devices.length / slices.length
    }
  }
  return found
}

/** Cuts a run where its buckets end. One bucket without a grid stays whole. */
function sliced(run: WideSurvey['runs'][number]): WideSurvey['runs'] {
  const { everyMs, originMs = 0, from, to } = run
  if (everyMs === undefined) return [run]
  const step = Math.max(1, Math.floor(LONGEST_MS / everyMs)) * everyMs
  const [first = from] = bucketStarts({ from, to, everyMs, originMs })
  const starts = bucketStarts({ from: first, to, everyMs: step, originMs: first })
  return [...starts].map(start => ({ ...run, from: Math.max(from, start), to: Math.min(to, start + step) }))
}
