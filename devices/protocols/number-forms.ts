/**
 * The shortest decimal that is the same single-precision number: 230.2 and not 230.1999969482422, as a person would have typed it.
 * Nothing is lost: `Math.fround` of the answer is the number given. Very small numbers, which need more than twelve decimals, stay as they are.
 */
export function shortestFloat32(value: number): number {
  if (value === 0) return 0
  for (let power = 1; power <= 1e12; power *= 10) {
    const rounded = Math.round(value * power) / power
    if (Math.fround(rounded) === value) return rounded
  }
  return value
}

/** `raw × scale + offset`; undefined when it would change nothing. Scales such as 0.1 divide by 10 instead, so that 193 gives 19.3 and not 19.299999999999997. */
export function linear(scale = 1, offset = 0): ((raw: number) => number) | undefined {
  if (scale === 1 && offset === 0) return undefined
  const divisor = Math.round(1 / scale)
  const scaled: (raw: number) => number = Math.abs(scale) < 1 && Math.abs(divisor * scale - 1) < 1e-12 ? raw => raw / divisor : raw => raw * scale
  return offset === 0 ? scaled : raw => scaled(raw) + offset
}

/** The way back: `(value − offset) / scale`. */
export function inverseLinear(scale = 1, offset = 0): (value: number) => number {
  return value => (value - offset) / scale
}
