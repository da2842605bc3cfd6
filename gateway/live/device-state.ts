import type { DeviceId, KindId, ModelId, OrgId } from '../model/ids.ts'
import type { LatestValue, LiveState } from '../model/live.ts'
import type { Presence } from '../model/presence.ts'
import type { FieldValue, Position, Reading, ReadingFlags } from '../model/reading.ts'
import { Heard } from './heard.ts'
import { isNewer, type Stamp, stampOf } from './stamp.ts'

/** A value with its stamp; changed in place, since a busy city replaces a hundred thousand of them a second. */
export interface Stamped<T> {
  value: T
  stamp: Stamp
}

/** All that is kept of a device. */
export interface StateParts {
  readonly device: DeviceId
  org: OrgId
  kind: KindId
  model: ModelId
  flags: ReadingFlags
  /** Of the newest reading. */
  newest: Stamp
  readonly fields: Map<string, Stamped<FieldValue>>
  /** What the device said of single values; most devices never say anything. */
  quality: Map<string, string> | undefined
  position: Stamped<Position> | undefined
  /** What was said of whether it is there; of most devices nothing ever is. */
  heard: Heard | undefined
  revision: number
}

/** The last known state of one device. Merging is cheap; the state as others see it is made when somebody asks, and kept until the next change. */
export class DeviceState {
  readonly #parts: StateParts
  #view: LiveState | undefined

  constructor(parts: StateParts) {
    this.#parts = parts
  }

  /** The state after a device's first reading. */
  static first(reading: Reading, revision: number, heard?: Heard): DeviceState {
    const stamp = stampOf(reading)
    const { device, org, kind, model, flags } = reading
    const state = new DeviceState({
      device,
      org,
      kind,
      model,
      flags,
      newest: stamp,
      fields: new Map(),
      quality: undefined,
      position: undefined,
      heard,
      revision,
    })
    state.#mergeFields(reading, stamp)
    state.#showAlive(reading)
    return state
  }

  /** For writing it down. */
  get parts(): Readonly<StateParts> {
    return this.#parts
  }

  get revision(): number {
    return this.#parts.revision
  }

  /** Takes what is newer in a reading, field by field. Answers whether anything was; then the state has the given revision. */
  merge(reading: Reading, revision: number): boolean {
    const parts = this.#parts
    const stamp = stampOf(reading)
    let changed = false
    if (isNewer(stamp, parts.newest)) {
      parts.newest = stamp
      parts.org = reading.org
      parts.kind = reading.kind
      parts.model = reading.model
      parts.flags = reading.flags
      changed = true
    }
    if (this.#mergeFields(reading, stamp)) changed = true
    if (this.#showAlive(reading)) changed = true
    if (!changed) return false
    parts.revision = revision
    this.#view = undefined
    return true
  }

  /** Takes what is said of whether the device is there. Answers whether that changed what others see; what is kept changes all the same. */
  hear(presence: Presence, revision: number): boolean {
    const heard = this.#parts.heard ?? new Heard()
    this.#parts.heard = heard
    const before = heard.goneSince
    heard.take(presence)
    if (heard.goneSince === before) return false
    this.#parts.revision = revision
    this.#view = undefined
    return true
  }

  /** A reading that is not from a memory was sent by a device that is there. Answers whether that is news. */
  #showAlive({ origin, flags }: Reading): boolean {
    const { heard } = this.#parts
    if (heard === undefined || flags.historical) return false
    const before = heard.goneSince
    heard.alive(origin)
    return heard.goneSince !== before
  }

  #mergeFields(reading: Reading, stamp: Stamp): boolean {
    const { fields, position } = this.#parts
    const { values } = reading
    const said = reading.flags.quality
    let changed = false
    for (const field in values) {
      const value = values[field]
      if (value === undefined) continue
      const held = fields.get(field)
      if (held === undefined) fields.set(field, { value, stamp })
      else if (isNewer(stamp, held.stamp)) {
        held.value = value
        held.stamp = stamp
      } else continue
      changed = true
      if (said !== undefined || this.#parts.quality !== undefined) this.#qualify(field, said?.[field])
    }
    if (reading.position && (position === undefined || isNewer(stamp, position.stamp))) {
      this.#parts.position = { value: reading.position, stamp }
      changed = true
    }
    return changed
  }

  /** A value that came without a word is as measured, whatever was said of the one before. */
  #qualify(field: string, word: string | undefined): void {
    if (word === undefined) this.#parts.quality?.delete(field)
    else {
      this.#parts.quality ??= new Map()
      this.#parts.quality.set(field, word)
    }
  }

  /** The state as others see it: never changes once handed out. */
  view(): LiveState {
    this.#view ??= makeView(this.#parts)
    return this.#view
  }
}

function makeView(parts: StateParts): LiveState {
  const values: Record<string, LatestValue> = {}
  for (const [field, held] of parts.fields) {
    const quality = parts.quality?.get(field)
    values[field] = quality === undefined ? { value: held.value, at: held.stamp.at } : { value: held.value, at: held.stamp.at, quality }
  }
  const goneSince = parts.heard?.goneSince
  return {
    device: parts.device,
    org: parts.org,
    kind: parts.kind,
    model: parts.model,
    at: parts.newest.at,
    receivedAt: parts.newest.receivedAt,
    values,
    ...(parts.position && { position: parts.position.value }),
    flags: parts.flags,
    ...(goneSince !== undefined && { goneSince }),
    revision: parts.revision,
  }
}
