import type { FieldValue, Position, Values } from '../model/reading.ts'

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)
const SUBS = 1_000_000

/**
 * A number 0…999999 made from the content of a reading alone: the part of a point's key that keeps two different readings with one timestamp apart and
 * makes the same reading, sent or decoded again, the same point. Independent of the order of fields.
 */
export function fingerprint(values: Values, position: Position | undefined): number {
  let sum = 0
  for (const field in values) {
    const value = values[field]
    if (value !== undefined) sum = (sum + mix(hashText(field), hashValue(value))) >>> 0
  }
  if (position) sum = (sum + mix(hashNumber(position.lat, 0x51ed270b), hashNumber(position.lon, 0x2545f491))) >>> 0
  return finish(sum) % SUBS
}

function hashValue(value: FieldValue): number {
  if (typeof value === 'number') return hashNumber(value, 0x9e3779b1)
  if (typeof value === 'boolean') return value ? 0x85ebca6b : 0xc2b2ae35
  return hashText(value)
}

function hashNumber(value: number, seed: number): number {
  // -0 and 0 are one value in every store.
  float[0] = value === 0 ? 0 : value
  return mix(Math.imul((words[0] ?? 0) ^ seed, 0x85ebca6b), words[1] ?? 0)
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv). */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
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
