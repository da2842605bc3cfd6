/** How far back a chart looks, in the API's words, with buckets about as fine as the panel has pixels for. */
export const periods = {
  hour: { from: '-1h', every: '1m', everySeconds: 60, seconds: 3_600 },
  day: { from: '-1d', every: '10m', everySeconds: 600, seconds: 86_400 },
  week: { from: '-7d', every: '1h', everySeconds: 3_600, seconds: 604_800 },
} as const

export type PeriodName = keyof typeof periods
