import type { EpochMs } from '../model/frame.ts'
import type { FieldValue, Position, Values } from '../model/reading.ts'

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)
const SUBS = 1_000_000
const CHECKS = 0x1_0000_0000

/** The second sum of the print that is being made: two integers cannot be handed back without an object for each reading. */
let check = 0

/**
 * What a reading says, in 52 bits made from its content alone. `subOf` of it is the part of a point's key that keeps two different readings with one timestamp apart,
 * `checkOf` tells whether two readings with one key are the same one; the two are sums of hashes of their own. Independent of the order of fields.
 */
export function contentPrint(values: Values, position: Position | undefined): number {
  let sum = 0
  check = 0
  for (const field in values) {
    const value = values[field]
    if (value === undefined) continue
    const name = hashText(field)
    sum = (sum + mix(name, hashValue(value, name))) | 0
  }
  if (position) sum = (sum + mix(hashNumber(position.lat, 0x51ed270b, 0x1f83d9ab), hashNumber(position.lon, 0x2545f491, 0x5be0cd19))) | 0
  return (finish(sum) % SUBS) * CHECKS + finish(check)
}

/** 0…999999: the `sub` of a reading with this print, unless another reading has it. */
export function subOf(print: number): number {
  return Math.floor(print / CHECKS)
}

/** 32 bits, as good as independent of `subOf`. */
export function checkOf(print: number): number {
  return print >>> 0
}

/**
 * The `sub` of a reading whose event time was corrected. The device's own time goes into it: two readings that differ in that alone must not become one where correction
 * moves them onto one millisecond.
 */
export function correctedSub(sub: number, deviceAt: EpochMs): number {
  return mix(sub, hashNumber(deviceAt, 0x7feb352d, 0)) % SUBS
}

function hashValue(value: FieldValue, name: number): number {
  if (typeof value === 'number') return hashNumber(value, 0x9e3779b1, name)
  if (typeof value === 'boolean') {
    check = (check + finish(value ? name ^ 0x3c6ef372 : name ^ 0xa54ff53a)) | 0
    return value ? 0x85ebca6b : 0xc2b2ae35
  }
  return hashLongText(value, name)
}

function hashNumber(value: number, seed: number, name: number): number {
  // -0 and 0 are one value in every store.
  float[0] = value === 0 ? 0 : value
  const low = words[0] ?? 0
  const high = words[1] ?? 0
  check = (check + finish((Math.imul(low ^ name, 0x2c1b3c6d) + Math.imul(high ^ 0x6a09e667, 0x297a2d39) + name) | 0)) | 0
  return mix(Math.imul(low ^ seed, 0x85ebca6b), high)
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv). */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** The same, and a second hash beside it. */
function hashLongText(text: string, name: number): number {
  let hash = 0x811c9dc5
  let second = name
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    hash = Math.imul(hash ^ unit, 0x01000193)
    second = (Math.imul((second << 13) | (second >>> 19), 0x5bd1e995) + unit) | 0
  }
  check = (check + finish(second ^ text.length)) | 0
  return hash >>> 0
}

function mix(left: number, right: number): number {
  return finish((Math.imul(left, 0xcc9e2d51) ^ Math.imul((right << 15) | (right >>> 17), 0x1b873593)) >>> 0)
}

/** The finaliser of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit. */
function finish(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
