/** One line of a chart: a field of a device. */
export interface SeriesName {
  readonly device: string
  readonly field: string
}

/** Lines in one chart: as many as can be told apart. */
export const MOST_SERIES = 8

/** As it stands in the address, `bus-1:speed`; ids hold no colon. */
export function seriesText({ device, field }: SeriesName): string {
  return `${device}:${field}`
}

/** Reads `bus-1:speed,bus-2:speed`. What is none is left out, and so is what comes twice, and what is too much. */
export function seriesFrom(text: string): readonly SeriesName[] {
  const names = new Map<string, SeriesName>()
  for (const part of text.split(',')) {
    const [, device, field] = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9_]{1,64})$/.exec(part) ?? []
    if (device !== undefined && field !== undefined && names.size < MOST_SERIES) names.set(part, { device, field })
  }
  return [...names.values()]
}

export function sameSeries(a: SeriesName, b: SeriesName): boolean {
  return a.device === b.device && a.field === b.field
}

/** With this line, or without it where it was there. */
export function toggledSeries(names: readonly SeriesName[], name: SeriesName): readonly SeriesName[] {
  if (names.some(other => sameSeries(other, name))) return names.filter(other => !sameSeries(other, name))
  return names.length < MOST_SERIES ? [...names, name] : names
}
