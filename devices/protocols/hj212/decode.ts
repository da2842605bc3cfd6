import type { DecodeContext, Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedReading } from '../../../gateway/model/reading.ts'
import { COMMAND_OF, PERIODS } from './commands.ts'
import { type DataPlan, readItems } from './data-items.ts'
import { nextPiece } from './frame.ts'
import { joinPackets, type Message } from './join.ts'
import { type Hj212Mapping, type Point, readMapping } from './mapping.ts'
import { type Dialect, type Packet, readPacket } from './packet.ts'
import { readTime } from './times.ts'

type Refusal = Extract<Decoded, { ok: false }>

/** Far above a message of many parts. */
export const LARGEST_PAYLOAD = 65_536

/** The decoder of a mapping. Throws `MappingError` when it does not fit the kind. */
export function compileHj212(model: Model, kind: Kind): Decoder {
  const mapping = readMapping(model, kind)
  const plans = new Map<string, DataPlan>()
  for (const [period, cn] of Object.entries(COMMAND_OF)) plans.set(cn, planOf(mapping.points.filter(point => point.period === period)))
  return { decode: (payload, context) => decode(payload, context, mapping, plans) }
}

function planOf(points: readonly Point[]): DataPlan {
  const byName = new Map<string, Point>()
  const fieldsOf = new Map<string, string[]>()
  for (const point of points) {
    byName.set(point.name, point)
    const factor = point.name.slice(0, point.name.indexOf('-'))
    fieldsOf.set(factor, [...(fieldsOf.get(factor) ?? []), point.field])
  }
  return { byName, fieldsOf }
}

/**
 * A payload is one packet, or the packets of one message, or several. Before packets that were fetched stands the request that fetched them, so that what they hold is known to be from the
 * station's memory.
 */
function decode(payload: Uint8Array, _context: DecodeContext, mapping: Hj212Mapping, plans: ReadonlyMap<string, DataPlan>): Decoded {
  const packets = readPackets(payload, mapping.dialect)
  if (!Array.isArray(packets)) return packets
  const readings: DecodedReading[] = []
  let refusal: Refusal | undefined
  let valueless = false
  const fetched = new Set<string>()
  for (const message of packets.length === 1 ? joinOne(packets) : joinPackets(packets)) {
    const plan = plans.get(message.cn)
    // Answers, notices, settings and requests of the platform carry no measured values.
    if (plan === undefined || message.data.every(data => data === '' || data.startsWith('BeginTime='))) {
      if (message.data.some(data => data.startsWith('BeginTime='))) fetched.add(message.cn)
      valueless = true
      continue
    }
    const read = readMessage(message, plan, mapping, fetched.has(message.cn))
    if ('ok' in read) refusal ??= read
    else readings.push(read)
  }
  if (readings.length > 0) return { ok: true, readings }
  if (refusal) return refusal
  return valueless ? { ok: true, readings: [], valueless: true } : { ok: false, reason: 'EMPTY', detail: 'the payload holds no packet' }
}

/** Most payloads: one packet, which needs no joining. */
function joinOne([packet]: readonly Packet[]): readonly Message[] {
  return packet === undefined ? [] : [{ cn: packet.cn, qn: packet.qn, data: [packet.cp], parts: packet.pnum, present: 1 }]
}

/** All packets of a payload, or why it is refused: whole, because what follows a broken packet can not be trusted to be the same message's. */
export function readPackets(payload: Uint8Array, dialect: Dialect): Packet[] | Refusal {
  if (payload.length === 0) return { ok: false, reason: 'EMPTY', detail: 'the payload has no bytes' }
  if (payload.length > LARGEST_PAYLOAD) return { ok: false, reason: 'TOO_LARGE', detail: `${payload.length} bytes; at most ${LARGEST_PAYLOAD} are read` }
  const packets: Packet[] = []
  for (let from = 0; from < payload.length; ) {
    const piece = nextPiece(payload, from)
    if (piece.type === 'noise') return { ok: false, reason: 'MALFORMED', detail: `${piece.to - from} bytes from byte ${from} on belong to no packet` }
    if (piece.type === 'wait') return { ok: false, reason: 'TRUNCATED', detail: `the packet at byte ${from} is not whole` }
    const packet = readPacket(payload, piece.from, piece.to, dialect)
    if ('ok' in packet) return packet
    packets.push(packet)
    from = piece.to
  }
  return packets
}

function readMessage({ cn, data, parts, present }: Message, plan: DataPlan, mapping: Hj212Mapping, fetched: boolean): DecodedReading | Refusal {
  const items = readItems(data, plan, mapping.dialect.semicolons)
  if ('ok' in items) return items
  const missing = present < parts ? ` (${present} of ${parts} packets of the message are there)` : ''
  if (items.time === undefined) {
    return present < parts
      ? { ok: false, reason: 'INCOMPLETE', detail: `no packet that is there has a DataTime${missing}` }
      : { ok: false, reason: 'TIME_MISSING', detail: 'the data has no DataTime (HJ 212-2017 § 6.3.4)' }
  }
  // Averages carry the start of their period: that is the event time.
  const at = readTime(items.time, mapping.offsetMs)
  if (at === undefined) return { ok: false, reason: 'MALFORMED', detail: 'DataTime is not YYYYMMDDhhmmss' }
  if (!items.any) {
    const seen = items.unmapped.length > 0 ? `, only ${items.unmapped.join(', ')}` : ''
    return { ok: false, reason: 'NO_VALUES', detail: `CN ${cn} (${PERIODS[cn]}) holds no value that the model maps${seen}${missing}` }
  }
  return { at, values: items.values, ...(fetched && { historical: true }), ...(items.quality && { quality: items.quality }) }
}
