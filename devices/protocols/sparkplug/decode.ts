import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedPresence } from '../../../gateway/model/presence.ts'
import type { DecodedReading, FieldValue } from '../../../gateway/model/reading.ts'
import { type KeptFrame, openFrame } from './kept-frame.ts'
import { readMapping, type SparkplugMapping } from './mapping.ts'
import { type Metric, readPayload } from './payload.ts'
import type { MessageType } from './topic.ts'

const LARGEST_PAYLOAD = 1_048_576
/** Times beyond this are none that a clock says: the largest that a `Date` holds. */
const LATEST = 8.64e15

/** The decoder of a mapping. Throws `MappingError` when it does not fit the kind. */
export function compileSparkplug(model: Model, kind: Kind): Decoder {
  const mapping = readMapping(model, kind)
  return { decode: payload => decode(payload, mapping) }
}

function decode(bytes: Uint8Array, mapping: SparkplugMapping): Decoded {
  if (bytes.length === 0) return { ok: false, reason: 'EMPTY', detail: 'the payload has no bytes' }
  if (bytes.length > LARGEST_PAYLOAD) return { ok: false, reason: 'TOO_LARGE', detail: `${bytes.length} bytes; at most ${LARGEST_PAYLOAD} are read` }
  const frame = openFrame(bytes)
  if (!frame) return { ok: false, reason: 'TRUNCATED', detail: 'the frame breaks off within the declarations before its payload' }
  const payload = readPayload(frame.payload, alias => frame.declared.get(alias)?.datatype)
  if (!payload) return { ok: false, reason: 'MALFORMED', detail: 'the payload is no Sparkplug B protobuf message' }
  const presence = presenceOf(frame.type, payload.metrics)
  // A death says nothing but that values are not current any more.
  if (presence?.state === 'gone') return { ok: true, readings: [], valueless: true, presence }
  const { readings, unknown } = readMetrics(payload.metrics, payload.timestamp, frame, mapping)
  if (presence) return readings.length > 0 ? { ok: true, readings, presence } : { ok: true, readings: [], valueless: true, presence }
  if (readings.length > 0) return { ok: true, readings }
  if (unknown !== undefined) return { ok: false, reason: 'REQUEST_UNKNOWN', detail: `no birth has declared alias ${unknown}; the node is asked for its births` }
  return { ok: false, reason: 'NO_VALUES', detail: 'the payload holds no metric that the model maps' }
}

/**
 * What births and deaths say (Sparkplug 3.0 § 5, session state): the death of a node is that of all its devices, and carries the `bdSeq` of the birth it belongs to. A birth that declares what the model
 * does not map is sound all the same.
 */
function presenceOf(type: MessageType | undefined, metrics: readonly Metric[]): DecodedPresence | undefined {
  if (type === 'DBIRTH') return { state: 'alive' }
  if (type === 'DDEATH') return { state: 'gone' }
  if (type !== 'NBIRTH' && type !== 'NDEATH') return undefined
  const session = metrics.find(({ name }) => name === 'bdSeq')?.value
  return { state: type === 'NBIRTH' ? 'alive' : 'gone', carries: true, ...(typeof session === 'number' && { session }) }
}

interface OpenReading {
  readonly at: number | undefined
  readonly historical: boolean
  readonly values: Record<string, FieldValue>
  lat?: number
  lon?: number
}

/** Metrics of one time are one reading; what the node says is from its memory makes readings of its own. */
function readMetrics(
  metrics: readonly Metric[],
  timestamp: number | undefined,
  frame: KeptFrame,
  mapping: SparkplugMapping,
): { readonly readings: readonly DecodedReading[]; readonly unknown: string | undefined } {
  const open = new Map<string, OpenReading>()
  let unknown: string | undefined
  for (const metric of metrics) {
    const name = metric.name ?? (metric.alias === undefined ? undefined : frame.declared.get(metric.alias)?.name)
    if (name === undefined) {
      unknown ??= metric.alias
      continue
    }
    if (metric.value === undefined) continue
    const at = timeOf(metric.timestamp ?? timestamp)
    const key = `${at} ${metric.historical === true}`
    const reading = open.get(key) ?? { at, historical: metric.historical === true, values: {} }
    if (put(reading, name, metric.value, mapping)) open.set(key, reading)
  }
  return { readings: [...open.values()].map(finished), unknown }
}

function timeOf(ms: number | undefined): number | undefined {
  return ms !== undefined && ms > 0 && ms <= LATEST ? ms : undefined
}

/** Answers whether the model maps it. */
function put(reading: OpenReading, name: string, value: number | boolean | string, { points, position }: SparkplugMapping): boolean {
  if (position && typeof value === 'number' && (name === position.lat || name === position.lon)) {
    reading[name === position.lat ? 'lat' : 'lon'] = value
    return true
  }
  const point = points.get(name)
  const fitting = point && typed(value, point.type)
  if (!point || fitting === undefined) return false
  reading.values[point.field] = point.convert && typeof fitting === 'number' ? point.convert(fitting) : fitting
  return true
}

/** A number stands for a truth value where the kind wants one: 0 is false. */
function typed(value: number | boolean | string, type: 'number' | 'boolean' | 'string'): FieldValue | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined
  if (typeof value === type) return value
  if (type === 'boolean' && typeof value === 'number') return value !== 0
  return type === 'number' && typeof value === 'boolean' ? Number(value) : undefined
}

function finished({ at, historical, values, lat, lon }: OpenReading): DecodedReading {
  return {
    values,
    ...(at !== undefined && { at }),
    ...(lat !== undefined && lon !== undefined && Number.isFinite(lat) && Number.isFinite(lon) && { position: { lat, lon } }),
    ...(historical && { historical }),
  }
}
