import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import { hex } from '../line-bytes.ts'
import { readFrames } from '../line-frames.ts'
import { controlOf, errorTitle, READ, READ_ADDRESS, READ_MORE } from './control.ts'
import { identifierAt } from './encode.ts'
import { type Frame, nextPiece } from './frame.ts'
import { readBcd, standardBlock, standardItem } from './items.ts'
import { type Point, readMapping } from './mapping.ts'

type Refusal = Extract<Decoded, { ok: false }>

const IDENTIFIER_BYTES = 4

/** The decoder of a mapping. Throws `MappingError` when it does not fit the kind. */
export function compileDlt645(model: Model, kind: Kind): Decoder {
  const points = new Map(readMapping(model, kind).points.map(each => [each.di, each]))
  return { decode: payload => decode(payload, points) }
}

/** What a payload's frames say together. */
interface Said {
  readonly values: Record<string, FieldValue>
  refusal: Refusal | undefined
  /** An answer was among them that carries nothing to store. */
  valueless: boolean
  identifiers: string[]
  /** What an answer began that said that more follows. */
  begun: Uint8Array | undefined
}

/** A payload is the frames of one line as they came, requests among them: a request gives nothing, an answer names what it answers. */
function decode(payload: Uint8Array, points: ReadonlyMap<string, Point>): Decoded {
  const frames = readFrames(payload, nextPiece)
  if (!Array.isArray(frames)) return frames
  const said: Said = { values: {}, refusal: undefined, valueless: false, identifiers: [], begun: undefined }
  for (const frame of frames) take(frame, points, said)
  // The rest did not come: what is there counts.
  if (said.begun) readAnswer(said.begun, points, said)
  for (const _ in said.values) return { ok: true, readings: [{ values: said.values }] }
  if (said.refusal) return said.refusal
  if (said.valueless) return { ok: true, readings: [], valueless: true }
  const seen = said.identifiers.length === 0 ? 'there is no answer in it' : `${said.identifiers.join(', ')} gave none`
  return { ok: false, reason: 'NO_VALUES', detail: `the payload holds no value that the model maps: ${seen}` }
}

function take({ control, data }: Frame, points: ReadonlyMap<string, Point>, said: Said): void {
  const { answers, refuses, more, code, title, old } = controlOf(control)
  if (title === undefined) {
    const edition = old ? 'a function of DL/T 645-1997, whose identifiers are others' : 'no function of DL/T 645-2007'
    said.refusal ??= { ok: false, reason: 'UNSUPPORTED', detail: `control ${hex(control)}h is ${edition}` }
  } else if (!answers) return
  else if (refuses) {
    const error = data[0] ?? 0
    said.refusal ??= { ok: false, reason: 'DEVICE_EXCEPTION', detail: `the meter refuses to ${title.en}: error ${hex(error)}h (${errorTitle(error).en})` }
  } else if (code === READ || code === READ_MORE) {
    const all = joined(data, code === READ_MORE, said)
    if (more) said.begun = all
    else if (all) readAnswer(all, points, said)
  } else if (code === READ_ADDRESS || data.length === 0) said.valueless = true
}

/** An answer with what came of it before. Undefined, and a reason, for a part whose beginning is not there: what its first bytes are can not be told. */
function joined(data: Uint8Array, isRest: boolean, said: Said): Uint8Array | undefined {
  const { begun } = said
  said.begun = undefined
  if (!isRest) {
    if (begun) said.refusal ??= { ok: false, reason: 'INCOMPLETE', detail: `the rest of ${identifierAt(begun)} is not there` }
    return data
  }
  const fits = begun !== undefined && data.length > IDENTIFIER_BYTES && identifierAt(begun) === identifierAt(data)
  // § 7.1.3: the last byte is the number of the part.
  if (fits) return Uint8Array.of(...begun, ...data.subarray(IDENTIFIER_BYTES, -1))
  said.refusal ??= { ok: false, reason: 'INCOMPLETE', detail: 'the rest of an answer whose beginning is not there' }
  return undefined
}

function readAnswer(data: Uint8Array, points: ReadonlyMap<string, Point>, said: Said): void {
  if (data.length < IDENTIFIER_BYTES) {
    said.refusal ??= { ok: false, reason: 'WRONG_LENGTH', detail: `an answer begins with its data identifier of 4 bytes; this one has ${data.length}` }
    return
  }
  const di = identifierAt(data)
  said.identifiers.push(di)
  const block = standardBlock(di)
  let at = IDENTIFIER_BYTES
  for (const each of block?.items ?? [di]) {
    const point = points.get(each)
    const format = point?.format ?? standardItem(each)
    if (!format) return
    // A block of a meter with fewer tariffs ends early.
    if (at + format.bytes > data.length) {
      if (!block) said.refusal ??= { ok: false, reason: 'WRONG_LENGTH', detail: `${di} has ${format.bytes} bytes; the answer has ${data.length - at}` }
      return
    }
    const value = point && readBcd(data, at, format)
    if (point && value !== undefined) said.values[point.field] = point.convert ? point.convert(value) : value
    at += format.bytes
  }
}
