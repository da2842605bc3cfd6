import type { RejectedFrame } from '../model/account.ts'
import type { Decoded } from '../model/decoded.ts'
import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import type { EpochMs, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { DecodedPresence, Presence } from '../model/presence.ts'
import type { DecodedReading, Reading, ReadingFlags } from '../model/reading.ts'
import { CarriedDevices } from './carried-devices.ts'
import { type ClockEpoch, type ClockRules, type FrameClock, judgeFrameClock } from './clock-rules.ts'
import { DUPLICATE, Duplicates } from './duplicates.ts'
import { contentPrint, correctedSub } from './fingerprint.ts'
import type { Outcome } from './outcome.ts'
import { newestAt, readingTime } from './reading-time.ts'
import { checkRanges, decode, type Identity, identify } from './steps.ts'
import { Twins } from './twins.ts'

/** What decoding needs to know. */
export interface FrameDecoderOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  readonly clock: ClockRules
  /** Keys of readings whose own was taken; to be kept before readings are handed on. Absent: they last as long as the decoder. */
  readonly twins?: Twins
  /** What was known of clocks when a frame came in. Absent: nothing. */
  readonly clocks?: { epochFor(device: DeviceId, offset: JournalOffset): ClockEpoch | undefined }
}

type Refused = Extract<Decoded, { ok: false }>

const NO_CLOCK: FrameClock = { errorMs: 0, suspect: false, known: true, eras: 0 }

/** Frame → readings. Read `outcome` top to bottom: this is all that happens to a frame. */
export class FrameDecoder {
  readonly #options: FrameDecoderOptions
  readonly #duplicates: Duplicates
  readonly #carried: CarriedDevices
  readonly #identities = new Map<DeviceId, Identity>()
  #version = -1

  constructor(options: FrameDecoderOptions) {
    this.#options = options
    this.#duplicates = new Duplicates(options.twins ?? new Twins())
    this.#carried = new CarriedDevices(options)
  }

  /** Identify, decode, judge the clock, check ranges, drop duplicates. Never throws. */
  outcome(frame: JournalledFrame): Outcome {
    const { clock, clocks } = this.#options
    const identity = this.#identify(frame)
    if (!identity.ok) return refusal(frame, identity, undefined)
    const decoded = decode(frame, identity.entry)
    if (!decoded.ok) return refusal(frame, decoded, undefined)
    const { offset, device, receivedAt } = frame
    const presences = decoded.presence && this.#presences(frame, decoded.presence)
    if (decoded.valueless && decoded.readings.length === 0) {
      return { offset, device, receivedAt, verdict: 'stored', readings: [], ...(presences && { presences }) }
    }

    const deviceAt = newestAt(decoded.readings)
    const frameClock = deviceAt === undefined ? NO_CLOCK : judgeFrameClock(deviceAt, frame.receivedAt, clocks?.epochFor(frame.device, frame.offset), clock)
    const inFrame = decoded.readings.length > 1 ? new Set<string>() : undefined
    const fresh: Reading[] = []
    let duplicates = 0
    let refusedPart: Refused | undefined
    for (const each of decoded.readings) {
      const reading = this.#normalise(frame, identity, each, frameClock, inFrame)
      if (reading === undefined) duplicates++
      else if ('device' in reading) fresh.push(reading)
      else refusedPart ??= reading
    }
    if (fresh.length === 0 && duplicates === 0) {
      return refusal(frame, refusedPart ?? { ok: false, reason: 'NO_VALUES', detail: 'the frame holds no value that the model maps' }, deviceAt)
    }
    const verdict = fresh.length > 0 ? 'stored' : 'duplicate'
    const outcome: Outcome = presences
      ? { offset, device, receivedAt, deviceAt, verdict, readings: fresh, presences }
      : { offset, device, receivedAt, deviceAt, verdict, readings: fresh }
    if (!refusedPart) return outcome
    return { ...outcome, refusal: rejected(frame, { ...refusedPart, detail: `${refusedPart.detail} (the other readings of this frame are stored)` }) }
  }

  /** What the frame says of whether the device and those it carries are there. */
  #presences({ device, channel, offset, receivedAt }: JournalledFrame, { state, carries, session }: DecodedPresence): Presence[] {
    const about = { receivedAt, origin: offset, ...(session !== undefined && { session }) }
    const own: Presence = { device, state, ...about }
    if (!carries) return [own]
    const theirs = state === 'gone' ? 'gone' : 'begun'
    return [own, ...this.#carried.of(device, channel).map(id => ({ device: id, state: theirs, ...about }) as const)]
  }

  /** Whose frame it is. Looked up once for each device until the directory changes. */
  #identify(frame: JournalledFrame): Identity | Refused {
    const { directory, catalogue } = this.#options
    if (this.#version !== directory.version || this.#identities.size > MOST_IDENTITIES) {
      this.#identities.clear()
      this.#version = directory.version
    }
    const known = this.#identities.get(frame.device)
    if (known) return known
    const identity = identify(frame, directory, catalogue)
    if (identity.ok) this.#identities.set(frame.device, identity)
    return identity
  }

  /** A reading, or undefined for a duplicate. */
  #normalise(
    frame: JournalledFrame,
    identity: Identity,
    decoded: DecodedReading,
    clock: FrameClock,
    inFrame: Set<string> | undefined,
  ): Reading | Refused | undefined {
    const { device, entry } = identity
    const { receivedAt, offset } = frame
    const deviceAt: EpochMs = decoded.at === undefined ? receivedAt : Math.round(decoded.at)
    const time = readingTime(deviceAt, receivedAt, decoded.at === undefined ? NO_CLOCK : clock, this.#options.clock)
    if (typeof time === 'string') return { ok: false, reason: 'CLOCK_IMPLAUSIBLE', detail: time }
    const { values, position, outOfRange } = checkRanges(decoded, entry.kind)
    const print = contentPrint(values, position)
    // The frame itself may hold a reading twice, which its offset does not tell from decoding the frame again.
    if (inFrame && isRepeated(inFrame, deviceAt, print)) return undefined
    // The key is made of what the device said, so that it is the same whatever is learned of its clock.
    const sub = this.#duplicates.key(device.id, deviceAt, print, offset)
    if (sub === DUPLICATE) return undefined
    const { id, org, model } = device
    const kind = entry.kind.id
    const { at } = time
    const key = at === deviceAt ? sub : correctedSub(sub, deviceAt)
    const flags = outOfRange.length > 0 || decoded.historical || decoded.quality ? flagsOf(time.flags, outOfRange, decoded) : time.flags
    // Written twice: putting a place into a finished reading costs as much again as making it.
    const reading: Reading = position
      ? { device: id, org, kind, model, at, sub: key, receivedAt, values, position, flags, origin: offset }
      : { device: id, org, kind, model, at, sub: key, receivedAt, values, flags, origin: offset }
    return time.likelyAt === undefined ? reading : { ...reading, likelyAt: time.likelyAt }
  }
}

function flagsOf(flags: ReadingFlags, outOfRange: readonly string[], { historical, quality }: DecodedReading): ReadingFlags {
  return { ...flags, ...(historical && { historical }), ...(outOfRange.length > 0 && { outOfRange }), ...(quality && { quality }) }
}

function isRepeated(inFrame: Set<string>, at: EpochMs, print: number): boolean {
  const { size } = inFrame
  return inFrame.add(`${at} ${print}`).size === size
}

/** Devices whose model is remembered. */
const MOST_IDENTITIES = 200_000

/** Bytes of a refused frame that are kept beside its reason; the whole frame is in the journal while that is kept. */
const KEPT_BYTES = 4_096

function refusal(frame: JournalledFrame, why: Refused, deviceAt: EpochMs | undefined): Outcome {
  const { offset, device, receivedAt } = frame
  return { offset, device, receivedAt, deviceAt, verdict: 'rejected', readings: [], refusal: rejected(frame, why) }
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
