/** A stream of numbers that depends on its seed alone: the same seed gives the same city. */
export interface Random {
  /** Uniform, 0 included, 1 excluded. */
  next(): number
  /** Uniform between two numbers. */
  between(low: number, high: number): number
  /** Uniform whole number, both ends included. */
  integer(low: number, high: number): number
  /** Normal, mean 0, deviation 1, cut at ±3 so that nothing derived from it leaves its range. */
  normal(): number
  chance(probability: number): boolean
  /** A stream of its own for a part, so that a draw more in one part changes nothing in another. */
  fork(label: string): Random
}

/** Hashes a text to 32 bits (FNV-1a with the finisher of MurmurHash3). */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return finish(h)
}

/** Mixes a hash with a whole number: noise that can be asked for at any point without walking to it. Answers 0 included, 1 excluded. */
export function hashAt(seed: number, index: number): number {
  return finish(Math.imul(seed ^ Math.imul(index | 0, 0x9e3779b1), 0x85ebca6b) ^ Math.floor(index / 0x1_0000_0000)) / 0x1_0000_0000
}

/** Smooth noise between −1 and 1, one independent value a unit of `x`. */
export function smoothNoise(seed: number, x: number): number {
  const cell = Math.floor(x)
  const t = x - cell
  const a = hashAt(seed, cell)
  const b = hashAt(seed, cell + 1)
  return 2 * (a + (b - a) * t * t * (3 - 2 * t)) - 1
}

/** A stream from a seed. The generator is sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state. */
export function seededRandom(seed: string): Random {
  let a = hash32(`${seed}#a`) | 0
  let b = hash32(`${seed}#b`) | 0
  let c = hash32(`${seed}#c`) | 0
  let d = 1
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 0x1_0000_0000
  }
  for (let i = 0; i < 12; i++) next()
  const between = (low: number, high: number): number => low + (high - low) * next()
  return {
    next,
    between,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    // Box and Muller's transform; 1 − next() keeps the logarithm finite.
    normal: () => Math.max(-3, Math.min(3, Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()))),
    chance: probability => next() < probability,
    fork: label => seededRandom(`${seed}/${label}`),
  }
}

function finish(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
