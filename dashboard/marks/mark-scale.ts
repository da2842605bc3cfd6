/** Marks are smaller while the whole city is on the screen. */
const SCALE: readonly (readonly [zoom: number, scale: number])[] = [
  [8, 0.55],
  [11, 0.8],
  [14, 1.05],
]

/** How large marks are drawn at a zoom, beside their own size. */
export function scaleAt(zoom: number): number {
  const [first, ...rest] = SCALE
  let before = first ?? [0, 1]
  if (zoom <= before[0]) return before[1]
  for (const next of rest) {
    if (zoom <= next[0]) return before[1] + ((zoom - before[0]) / (next[0] - before[0])) * (next[1] - before[1])
    before = next
  }
  return before[1]
}
