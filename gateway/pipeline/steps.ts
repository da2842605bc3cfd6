import type { Decoded } from '../model/decoded.ts'
import type { Catalogue, Device, DeviceDirectory, ModelEntry } from '../model/device.ts'
import { CARRIED_CHANNEL, type JournalledFrame } from '../model/frame.ts'
import { fieldType, type Kind } from '../model/kind.ts'
import type { DecodedReading, FieldValue, Position } from '../model/reading.ts'

const CARRIED: Decoded = { ok: true, readings: [], valueless: true }

type Refused = Extract<Decoded, { ok: false }>

/** What `identify` finds out. */
export interface Identity {
  readonly ok: true
  readonly device: Device
  readonly entry: ModelEntry
}

/** Whose frame it is and how it is spoken. */
export function identify(frame: JournalledFrame, directory: DeviceDirectory, catalogue: Catalogue): Identity | Refused {
  const device = directory.get(frame.device)
  if (!device) return refused('UNKNOWN_DEVICE', `no device ${frame.device} is registered: add it with citygate device add`)
  const entry = catalogue.model(device.model)
  if (!entry) return refused('UNKNOWN_MODEL', `device ${device.id} is of model ${device.model}, which is not loaded: put its file into a models folder`)
  return { ok: true, device, entry }
}

/** Bytes → values, by the device's model. A decoder that throws is a fault of ours, and costs this frame only. */
export function decode(frame: JournalledFrame, entry: ModelEntry): Decoded {
  if (frame.channel === CARRIED_CHANNEL) return CARRIED
  const decoder = entry.decoderFor(frame.channel)
  if (!decoder) return refused('UNKNOWN_CHANNEL', `model ${entry.model.id} speaks ${entry.model.protocol}, which does not come on channel ${frame.channel}`)
  try {
    return decoder.decode(frame.payload, { receivedAt: frame.receivedAt })
  } catch (error) {
    return refused('DECODER_FAULT', `the decoder failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A decoded reading whose values fit the kind, with what is to be said of them. */
export interface Checked {
  readonly values: Readonly<Record<string, FieldValue>>
  readonly position?: Position
  readonly outOfRange: readonly string[]
}

const LONGEST_TEXT = 256
const NONE: readonly string[] = []

/** Flags what lies outside the kind's plausible ranges. Values stay as they are; a position that is none on Earth, and numbers that are none, go. */
export function checkRanges(reading: DecodedReading, kind: Kind): Checked {
  let outOfRange: readonly string[] = NONE
  let values = reading.values
  for (const field in values) {
    const value = values[field]
    const definition = kind.fields[field]
    if (!definition || value === undefined) continue
    if (typeof value === 'number') {
      const range = definition.range
      if (!Number.isFinite(value)) {
        outOfRange = [...outOfRange, field]
        values = without(values, field)
      } else if (range && (value < range[0] || value > range[1])) outOfRange = [...outOfRange, field]
    } else if (typeof value === 'string' && value.length > LONGEST_TEXT && fieldType(definition) === 'string') {
      outOfRange = [...outOfRange, field]
      values = { ...values, [field]: value.slice(0, LONGEST_TEXT) }
    }
  }
  const position = reading.position
  if (!position) return { values, outOfRange }
  if (Math.abs(position.lat) <= 90 && Math.abs(position.lon) <= 180) return { values, position, outOfRange }
  return { values, outOfRange: [...outOfRange, 'position'] }
}

function without(values: Readonly<Record<string, FieldValue>>, field: string): Readonly<Record<string, FieldValue>> {
  const { [field]: _gone, ...rest } = values
  return rest
}

function refused(reason: Refused['reason'], detail: string): Refused {
  return { ok: false, reason, detail }
}
