import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedReading, FieldValue } from '../../../gateway/model/reading.ts'
import { MappingError, type MappingProblem } from '../mapping-error.ts'
import { readClock } from './clock.ts'
import { type Exchange, exceptionRefusal, findExchanges } from './exchanges.ts'
import { dataBytes, type ReadFunction } from './frame.ts'
import { type Clock, readMapping } from './mapping.ts'
import { type PollBlock, planMapping } from './plan.ts'
import { liesIn, type PointReader, pointReader } from './point-readers.ts'

/** Far above what a serial line carries between two sendings of a DTU. */
const LARGEST_PAYLOAD = 65_536

/** The decoder of a register map. Throws `MappingError` when the map does not fit the kind. */
export function compileModbus(model: Model, kind: Kind): Decoder {
  const mapping = readMapping(model)
  const readers: PointReader[] = []
  const problems: MappingProblem[] = []
  for (const [index, point] of mapping.points.entries()) {
    const made = pointReader(point, index, kind)
    if ('read' in made) readers.push(made)
    else problems.push(...made)
  }
  if (problems.length > 0) throw new MappingError(model, problems)
  const { clock } = mapping
  const blocks = planMapping(mapping)
  return { decode: payload => decode(payload, readers, clock, blocks) }
}

function decode(payload: Uint8Array, readers: readonly PointReader[], clock: Clock | undefined, blocks: readonly PollBlock[]): Decoded {
  if (payload.length > LARGEST_PAYLOAD) return { ok: false, reason: 'TOO_LARGE', detail: `${payload.length} bytes; at most ${LARGEST_PAYLOAD} are read` }
  const found = findExchanges(payload)
  if ('refusal' in found) return found.refusal
  if ('exchanges' in found) return readExchanges(found.exchanges, readers, clock)
  const { functionCode, data } = found.answer
  const block = blockOf(functionCode, data.byteLength, blocks)
  if ('ok' in block) return block
  return readExchanges([{ unit: 0, block, data }], readers, clock)
}

/** An answer does not say which registers it holds: it is believed only where the model reads exactly one block of that size. */
function blockOf(functionCode: ReadFunction, bytes: number, blocks: readonly PollBlock[]): PollBlock | Extract<Decoded, { ok: false }> {
  const fitting = blocks.filter(block => block.functionCode === functionCode && dataBytes(block) === bytes)
  const places = new Map(fitting.map(block => [block.address, block]))
  const [only] = places.values()
  if (only && places.size === 1) return only
  const detail = `an answer of function ${functionCode} with ${bytes} bytes of data came without its request, and ${places.size === 0 ? 'no block' : `${places.size} blocks`} of the model would give it; let the DTU or poller send the request too`
  return { ok: false, reason: 'REQUEST_UNKNOWN', detail }
}

interface OpenReading {
  readonly values: Record<string, FieldValue>
  at: number | undefined
}

/**
 * The exchanges of a payload give one reading together; one that brings a field again begins the next. A block that the unit answered with an exception
 * costs the other blocks nothing.
 */
function readExchanges(exchanges: readonly Exchange[], readers: readonly PointReader[], clock: Clock | undefined): Decoded {
  const open: OpenReading[] = []
  let refusal: Extract<Decoded, { ok: false }> | undefined
  for (const { unit, block, data, exception } of exchanges) {
    if (!data) {
      refusal ??= exceptionRefusal(unit, block.functionCode, exception ?? 0).refusal
      continue
    }
    let current = open.at(-1)
    const fields = readers.filter(reader => liesIn(reader, block))
    if (!current || fields.some(reader => current?.values[reader.field] !== undefined)) {
      current = { values: {}, at: undefined }
      open.push(current)
    }
    for (const reader of fields) {
      const value = reader.read(data, block.address)
      if (value !== undefined) current.values[reader.field] = value
    }
    if (clock && liesIn({ functionCode: clock.functionCode, from: clock.address, to: clock.address + clock.span }, block)) {
      current.at = readClock(clock, data, (clock.address - block.address) * 2) ?? current.at
    }
  }
  const readings = open.filter(hasValues).map(({ values, at }): DecodedReading => (at === undefined ? { values } : { at, values }))
  if (readings.length > 0) return { ok: true, readings }
  return refusal ?? { ok: false, reason: 'NO_VALUES', detail: 'none of the registers that were read hold a value this model maps' }
}

function hasValues({ values }: OpenReading): boolean {
  for (const _ in values) return true
  return false
}
