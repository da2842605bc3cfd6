import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedReading } from '../../../gateway/model/reading.ts'
import { FLAG } from './frame.ts'
import { u16 } from './header.ts'
import { BASIC_BYTES, readLocation, TIME_AT } from './location.ts'
import { type LocationPlan, readPlan } from './mapping.ts'
import { readMessage } from './message.ts'
import { messageName } from './message-names.ts'
import { MESSAGE } from './messages.ts'
import { frameSpans, joinParts } from './parts.ts'

type Refused = Extract<Decoded, { ok: false }>

/** Sound messages that carry nothing to store. */
const VALUELESS: ReadonlySet<number> = new Set([
  MESSAGE.terminalAnswer,
  MESSAGE.heartbeat,
  MESSAGE.logout,
  MESSAGE.timeRequest,
  MESSAGE.register,
  MESSAGE.authenticate,
  MESSAGE.parametersAnswer,
  MESSAGE.attributesAnswer,
])
const NOTHING: Decoded = { ok: true, readings: [], valueless: true }

/** Compiles a model's mapping to a decoder of frames, one a payload, or all parts of one message. Throws `MODEL_INVALID`. */
export function compileJt808(model: Model, kind: Kind): Decoder {
  const plan = readPlan(model, kind)
  return { decode: payload => decodePayload(payload, plan) }
}

function decodePayload(payload: Uint8Array, plan: LocationPlan): Decoded {
  // Nearly always one frame: its closing flag is the payload's last byte.
  if (payload.length === 0 || payload.indexOf(FLAG, 1) === payload.length - 1) {
    const message = readMessage(payload)
    if (!message.ok) return message
    const { part } = message.header
    if (part && part.total !== 1) return refused('INCOMPLETE', `part ${part.index} of ${part.total} alone`)
    return decodeBody(message.header, message.body, plan)
  }
  const spans = frameSpans(payload)
  if (!spans) return straying(payload)
  const joined = joinParts(spans.map(({ from, to }) => payload.subarray(from, to)))
  return joined.ok ? decodeBody(joined.header, joined.body, plan) : joined
}

/** What is wrong with a payload that is not frames and nothing else. */
function straying(payload: Uint8Array): Refused {
  const alone = readMessage(payload)
  if (alone.ok || payload.indexOf(FLAG, 1) > 0) return refused('MALFORMED', 'bytes that belong to no frame stand in the payload')
  return alone
}

function decodeBody({ messageId, encryption }: { readonly messageId: number; readonly encryption: number }, body: Uint8Array, plan: LocationPlan): Decoded {
  if (encryption !== 0) {
    return refused(
      'ENCRYPTED',
      encryption === 1 ? 'the body is encrypted with RSA' : `the body is encrypted in a way (${encryption}) that the standard reserves`,
    )
  }
  if (messageId === MESSAGE.location) return decodeLocation(body, 0, plan)
  if (messageId === MESSAGE.batch) return decodeBatch(body, plan)
  // Both begin with the serial number of what they answer, then a location follows (2013 § 8.20 and § 8.34).
  if (messageId === MESSAGE.locationAnswer || messageId === MESSAGE.controlAnswer) return decodeLocation(body, 2, plan)
  if (VALUELESS.has(messageId)) return NOTHING
  return refused('UNSUPPORTED', `message ${messageName(messageId).en}: nothing is read from it`)
}

function decodeLocation(body: Uint8Array, from: number, plan: LocationPlan): Decoded {
  if (body.length < from + BASIC_BYTES) return refused('TRUNCATED', `a location has ${BASIC_BYTES} bytes, ${Math.max(0, body.length - from)} are there`)
  const reading = readLocation(body, from, body.length, plan)
  return Number.isNaN(reading.at) ? noTime(body, from) : { ok: true, readings: [reading] }
}

/**
 * 0x0704 (2013 § 8.49): a count, a type, then locations with their lengths. The count is not relied on: terminals are seen that send another. A location that has no time is left out while
 * others have one.
 */
function decodeBatch(body: Uint8Array, plan: LocationPlan): Decoded {
  if (body.length < 3) return refused('TRUNCATED', 'a batch begins with a count of two bytes and a type')
  const historical = body[2] === 1
  const readings: DecodedReading[] = []
  let refusal: Refused | undefined
  for (let at = 3; at < body.length; ) {
    const length = at + 2 <= body.length ? u16(body, at) : -1
    const end = at + 2 + length
    if (length < BASIC_BYTES || end > body.length) return refused('WRONG_LENGTH', `location ${readings.length + 1} of the batch ends beyond it, or is none`)
    const reading = readLocation(body, at + 2, end, plan)
    if (Number.isNaN(reading.at)) refusal ??= noTime(body, at + 2)
    else readings.push(historical ? { ...reading, historical } : reading)
    at = end
  }
  if (readings.length > 0) return { ok: true, readings }
  return refusal ?? refused('NO_VALUES', 'the batch holds no location')
}

function noTime(body: Uint8Array, from: number): Refused {
  const bytes = body.subarray(from + TIME_AT, from + TIME_AT + 6)
  if (bytes.every(byte => byte === 0)) return refused('TIME_MISSING', 'the time is all zeros: the clock of the terminal was never set')
  return refused('MALFORMED', `the time ${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ')} is none`)
}

function refused(reason: Refused['reason'], detail: string): Refused {
  return { ok: false, reason, detail }
}
