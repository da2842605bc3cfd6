/** Bucket lengths in seconds that the API takes: they divide a day, or are whole days. */
const LADDER = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600,
] as const

/** Points of one line that are drawn as they were stored. */
export const MOST_POINTS = 4_000

/** The shortest bucket of which one or less falls on a pixel of the chart's width. */
export function bucketSeconds(stretchMs: number, widthPixels: number): number {
  const most = Math.max(widthPixels, 50)
  return LADDER.find(seconds => stretchMs / 1_000 / seconds <= most) ?? 1_209_600
}

/** Whether to ask for the points as stored at once: in so short a stretch even a device that reports every second has few. */
export function pointsAtOnce(stretchMs: number): boolean {
  return stretchMs / 1_000 <= MOST_POINTS
}

/** Whether buckets that came back are so few that each may well hold a single point: then the points themselves tell more. */
export function sparse(buckets: number, stretchMs: number, everySeconds: number): boolean {
  return buckets < (stretchMs / 1_000 / everySeconds) * 0.6 && buckets <= MOST_POINTS
}
