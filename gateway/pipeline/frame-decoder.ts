import type { RejectedFrame } from '../model/account.ts'
import type { Decoded } from '../model/decoded.ts'
import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import type { JournalledFrame } from '../model/frame.ts'
import type { DecodedReading, Reading, ReadingFlags } from '../model/reading.ts'
import { Duplicates } from './duplicates.ts'
import { fingerprint } from './fingerprint.ts'
import type { Outcome } from './outcome.ts'
import { type ClockRules, checkRanges, decode, type Identity, identify, judgeClock } from './steps.ts'

/** What decoding needs to know. */
export interface FrameDecoderOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly clock: ClockRules
}

type Refused = Extract<Decoded, { ok: false }>

/** Frame → readings. Read `outcome` top to bottom: this is all that happens to a frame. */
export class FrameDecoder {
  readonly #options: FrameDecoderOptions
  readonly #duplicates = new Duplicates()

  constructor(options: FrameDecoderOptions) {
    this.#options = options
  }

  /** Identify, decode, judge the clock, check ranges, drop duplicates. Never throws. */
  outcome(frame: JournalledFrame): Outcome {
    const identity = identify(frame, this.#options.directory, this.#options.catalogue)
    if (!identity.ok) return refusal(frame, identity)
    const decoded = decode(frame, identity.entry)
    if (!decoded.ok) return refusal(frame, decoded)

    const fresh: Reading[] = []
    let duplicates = 0
    let refusedPart: Refused | undefined
    for (const each of decoded.readings) {
      const reading = this.#normalise(frame, identity, each)
      if (!('device' in reading)) refusedPart ??= reading
      else if (this.#duplicates.isDuplicate(reading.device, reading.at, reading.sub, frame.offset)) duplicates++
      else fresh.push(reading)
    }
    if (fresh.length === 0 && duplicates === 0) {
      return refusal(frame, refusedPart ?? { ok: false, reason: 'NO_VALUES', detail: 'the frame holds no value that the model maps' })
    }
    return {
      offset: frame.offset,
      device: frame.device,
      receivedAt: frame.receivedAt,
      verdict: fresh.length > 0 ? 'stored' : 'duplicate',
      readings: fresh,
      ...(refusedPart && { refusal: rejected(frame, { ...refusedPart, detail: `${refusedPart.detail} (the other readings of this frame are stored)` }) }),
    }
  }

  #normalise(frame: JournalledFrame, identity: Identity, decoded: DecodedReading): Reading | Refused {
    const { device, entry } = identity
    const at = Math.round(decoded.at ?? frame.receivedAt)
    const clock = judgeClock(at, frame.receivedAt, this.#options.clock)
    if (!clock.ok) return clock
    const { values, position, outOfRange } = checkRanges(decoded, entry.kind)
    const flags: ReadingFlags = outOfRange.length > 0 ? { ...clock.flags, outOfRange } : clock.flags
    return {
      device: device.id,
      org: device.org,
      kind: entry.kind.id,
      model: device.model,
      at,
      sub: fingerprint(values, position),
      receivedAt: frame.receivedAt,
      values,
      ...(position && { position }),
      flags,
      origin: frame.offset,
    }
  }
}

/** Bytes of a refused frame that are kept beside its reason; the whole frame is in the journal while that is kept. */
const KEPT_BYTES = 4_096

function refusal(frame: JournalledFrame, why: Refused): Outcome {
  return { offset: frame.offset, device: frame.device, receivedAt: frame.receivedAt, verdict: 'rejected', readings: [], refusal: rejected(frame, why) }
}

function rejected(frame: JournalledFrame, why: Refused): RejectedFrame {
  return {
    offset: frame.offset,
    device: frame.device,
    channel: frame.channel,
    receivedAt: frame.receivedAt,
    // A copy: the frame's payload is a view of a large read buffer, which would be held by it.
    payload: new Uint8Array(frame.payload.subarray(0, KEPT_BYTES)),
    ...(frame.payload.length > KEPT_BYTES && { payloadBytes: frame.payload.length }),
    reason: why.reason,
    detail: why.detail,
  }
}
