import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedReading, FieldValue } from '../../../gateway/model/reading.ts'
import { MappingError, type MappingProblem } from '../mapping-error.ts'
import { readClock } from './clock.ts'
import { type Exchange, exceptionRefusal, findExchanges } from './exchanges.ts'
import { dataBytes, type ReadFunction } from './frame.ts'
import { readMapping } from './mapping.ts'
import { type ConditionReader, conditionReader, multiplied, PayloadNumbers, verdict } from './payload.ts'
import { type PollBlock, planMapping } from './plan.ts'
import { liesIn, type PointReader, pointReader, unknownField } from './point-readers.ts'
import type { Clock, ModbusMapping } from './register-map.ts'

/** Far above what a serial line carries between two sendings of a DTU. */
const LARGEST_PAYLOAD = 65_536

/** The decoder of a register map. Throws `MappingError` when the map does not fit the kind. */
export function compileModbus(model: Model, kind: Kind): Decoder {
  const mapping = readWith(model, kind)
  const readers: PointReader[] = []
  const problems: MappingProblem[] = []
  for (const [index, point] of mapping.points.entries()) {
    const made = pointReader(point, index, kind)
    if ('read' in made) readers.push(made)
    else problems.push(...made)
  }
  if (problems.length > 0) throw new MappingError(model, problems)
  const compiled: CompiledMap = { readers, conditions: mapping.conditions.map(conditionReader), clock: mapping.clock, blocks: planMapping(mapping) }
  return { decode: payload => decode(payload, compiled) }
}

/** Reads the map; when it is wrong, says of its fields too whether the kind has them, so that whoever writes one hears everything at once. */
function readWith(model: Model, kind: Kind): ModbusMapping {
  try {
    return readMapping(model)
  } catch (error) {
    if (!(error instanceof MappingError)) throw error
    throw new MappingError(model, [...error.problems, ...unknownFields(model.mapping, kind)])
  }
}

function unknownFields(mapping: unknown, kind: Kind): MappingProblem[] {
  const points: unknown = typeof mapping === 'object' && mapping !== null && 'points' in mapping ? mapping.points : undefined
  if (!Array.isArray(points)) return []
  return points.flatMap((point: unknown, index) => {
    const field = typeof point === 'object' && point !== null && 'field' in point ? point.field : undefined
    return typeof field === 'string' && kind.fields[field] === undefined ? [{ path: ['points', index, 'field'], message: unknownField(field, kind) }] : []
  })
}

/** A register map made ready. */
interface CompiledMap {
  readonly readers: readonly PointReader[]
  readonly conditions: readonly ConditionReader[]
  readonly clock: Clock | undefined
  readonly blocks: readonly PollBlock[]
}

function decode(payload: Uint8Array, map: CompiledMap): Decoded {
  if (payload.length > LARGEST_PAYLOAD) return { ok: false, reason: 'TOO_LARGE', detail: `${payload.length} bytes; at most ${LARGEST_PAYLOAD} are read` }
  const found = findExchanges(payload)
  if ('refusal' in found) return found.refusal
  if ('exchanges' in found) return readExchanges(found.exchanges, map)
  const { functionCode, data } = found.answer
  const block = blockOf(functionCode, data.byteLength, map.blocks)
  if ('ok' in block) return block
  return readExchanges([{ unit: 0, block, data }], map)
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
  quality: Record<string, string> | undefined
}

/**
 * The exchanges of a payload give one reading together; one that brings a field again begins the next. A block that the unit answered with an exception
 * costs the other blocks nothing.
 */
function readExchanges(exchanges: readonly Exchange[], map: CompiledMap): Decoded {
  const { readers, clock } = map
  const numbers = new PayloadNumbers(exchanges)
  const open: OpenReading[] = []
  let refusal: Extract<Decoded, { ok: false }> | undefined
  for (const exchange of exchanges) {
    const { unit, block, data, exception } = exchange
    if (!data) {
      refusal ??= exceptionRefusal(unit, block.functionCode, exception ?? 0).refusal
      continue
    }
    let current = open.at(-1)
    const fields = readers.filter(reader => liesIn(reader, block))
    if (!current || fields.some(reader => current?.values[reader.field] !== undefined)) {
      current = { values: {}, at: undefined, quality: undefined }
      open.push(current)
    }
    for (const reader of fields) {
      const value = reader.read(data, block.address)
      if (value !== undefined) keep(current, reader, value, exchange, numbers, map.conditions)
    }
    if (clock && liesIn({ functionCode: clock.functionCode, from: clock.address, to: clock.address + clock.span }, block)) {
      current.at = readClock(clock, data, (clock.address - block.address) * 2) ?? current.at
    }
  }
  const readings = open.filter(hasValues).map(asReading)
  if (readings.length > 0) return { ok: true, readings }
  return refusal ?? { ok: false, reason: 'NO_VALUES', detail: 'none of the registers that were read hold a value this model maps' }
}

function keep(reading: OpenReading, reader: PointReader, read: FieldValue, own: Exchange, all: PayloadNumbers, conditions: readonly ConditionReader[]): void {
  const value = reader.times.length === 0 ? read : multiplied(read, reader, own, all)
  if (value === undefined) return
  if (conditions.length > 0) {
    const said = verdict(reader.field, own, all, conditions)
    if (said) {
      if (said.word === undefined) return
      reading.quality ??= {}
      reading.quality[reader.field] = said.word
    }
  }
  reading.values[reader.field] = value
}

function asReading({ values, at, quality }: OpenReading): DecodedReading {
  if (quality) return { ...(at !== undefined && { at }), values, quality }
  return at === undefined ? { values } : { at, values }
}

function hasValues({ values }: OpenReading): boolean {
  for (const _ in values) return true
  return false
}
