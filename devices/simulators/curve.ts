/** Points of a daily curve: hour and value, by rising hour, the first at 0 and the last at 24. */
export type DailyCurve = readonly (readonly [hour: number, value: number])[]

/** The value of a daily curve at an hour, straight between its points. */
export function curveAt(curve: DailyCurve, hour: number): number {
  let before = curve[0]
  for (const point of curve) {
    if (before && point[0] >= hour) {
      const span = point[0] - before[0]
      return span === 0 ? point[1] : before[1] + ((point[1] - before[1]) * (hour - before[0])) / span
    }
    before = point
  }
  return before?.[1] ?? 0
}

/** Rounds to so many decimals. Devices report steps, not the whole of a double. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}

/** Keeps a value between two others. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
