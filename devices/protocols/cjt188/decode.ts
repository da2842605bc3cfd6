import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedReading, FieldValue } from '../../../gateway/model/reading.ts'
import { hex } from '../line-bytes.ts'
import { readFrames } from '../line-frames.ts'
import { CURRENT, controlOf, READ } from './control.ts'
import { type Frame, nextPiece } from './frame.ts'
import { identifierAt } from './identifiers.ts'
import { layoutOf, readItem, readStatus, readTime } from './items.ts'
import { type Cjt188Mapping, readMapping } from './mapping.ts'

type Refusal = Extract<Decoded, { ok: false }>

/** Identifier and serial number. */
export const DATA_HEAD = 3

/** The decoder of a mapping. Throws `MappingError` when it does not fit the kind. */
export function compileCjt188(model: Model, kind: Kind): Decoder {
  const mapping = readMapping(model, kind)
  return { decode: payload => decode(payload, mapping) }
}

/** A payload is the frames of one line as they came, requests among them: a request gives nothing. */
function decode(payload: Uint8Array, mapping: Cjt188Mapping): Decoded {
  const frames = readFrames(payload, nextPiece)
  if (!Array.isArray(frames)) return frames
  const readings: DecodedReading[] = []
  let refusal: Refusal | undefined
  let valueless = false
  for (const frame of frames) {
    const read = readAnswer(frame, mapping)
    if (read === 'request') continue
    if (read === 'valueless') valueless = true
    else if ('ok' in read) refusal ??= read
    else readings.push(read)
  }
  if (readings.length > 0) return { ok: true, readings }
  if (refusal) return refusal
  if (valueless) return { ok: true, readings: [], valueless: true }
  return { ok: false, reason: 'NO_VALUES', detail: 'the payload holds no value that the model maps: there is no answer in it' }
}

function readAnswer({ type, control, data }: Frame, mapping: Cjt188Mapping): DecodedReading | Refusal | 'request' | 'valueless' {
  const { answers, refuses, code, title } = controlOf(control)
  if (title === undefined) return { ok: false, reason: 'UNSUPPORTED', detail: `control ${hex(control)}h is no function of CJ/T 188` }
  if (!answers) return 'request'
  if (refuses) return { ok: false, reason: 'DEVICE_EXCEPTION', detail: `the meter says that it could not ${title.en} (control ${hex(control)}h)` }
  if (code !== READ || identifierAt(data)?.di !== CURRENT) return 'valueless'
  const layout = layoutOf(type)
  // Table 2: the first digit is what is measured, the second which kind of it.
  if (!layout || type >> 4 !== mapping.type >> 4)
    return { ok: false, reason: 'UNSUPPORTED', detail: `a meter of type ${hex(type)}h answered; the model is of type ${hex(mapping.type)}h` }
  if (data.length < DATA_HEAD + layout.bytes)
    return {
      ok: false,
      reason: 'WRONG_LENGTH',
      detail: `the current values of a meter of type ${hex(type)}h have ${layout.bytes} bytes; the answer has ${Math.max(0, data.length - DATA_HEAD)}`,
    }
  const values = readValues(data, layout, mapping)
  for (const _ in values) {
    const at = mapping.clock ? readTime(data, DATA_HEAD + layout.timeAt, mapping.offsetMs) : undefined
    return at === undefined ? { values } : { at, values }
  }
  return { ok: false, reason: 'NO_VALUES', detail: 'the answer holds no value that the model maps, in a unit that is known' }
}

function readValues(data: Uint8Array, layout: NonNullable<ReturnType<typeof layoutOf>>, mapping: Cjt188Mapping): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {}
  const status = readStatus(data[DATA_HEAD + layout.statusAt] ?? 0)
  for (const { item: name, field } of mapping.points) {
    const item = layout.items.find(each => each.name === name)
    const value = item ? readItem(data, DATA_HEAD, item, mapping.unitFirst) : name === 'valveOpen' ? status.valveOpen : status.batteryLow
    if (value !== undefined) values[field] = value
  }
  return values
}
